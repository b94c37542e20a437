"""The clock: keeps one timer for the next due reminder, and brings what is due in as Envelopes of kind CLOCK.

The table of reminders is the truth. The timer may be early, late or gone: each look at the table finds what is due.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from nova_bot.core.envelope import Envelope, Kind
from nova_bot.core.errors import LedgerError
from nova_bot.core.reminder import Firing, Reminder, State
from nova_bot.ledger import reminders
from nova_bot.ledger.reminders import Claim
from nova_bot.ledger.store import Ledger
from schedules.firing import LATE, Plan, plan

log = logging.getLogger(__name__)

LONGEST_SLEEP = timedelta(seconds=60)
"""So that a clock that was set is noticed."""

AT_ONCE = 200
JOB = "next reminder"

Submit = Callable[[int, Envelope], object]
"""Gives an accepted envelope to its lane."""


class Clock:
    """Start it after recovery. Any number of clocks may look at one ledger: each firing happens once."""

    def __init__(self, ledger: Ledger, platforms: Sequence[str], submit: Submit, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._platforms = platforms
        self._submit = submit
        self._now = now
        self._scheduler: Any = None
        self._expected: datetime | None = None
        self._looked: datetime | None = None
        self._looking = asyncio.Lock()

    async def start(self) -> None:
        """Say what came due meanwhile, and wait for what comes next."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # it takes 0.1 s

        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.start()
        await self.look()

    def stop(self) -> None:
        """Fire nothing any more."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def expect(self, due: datetime) -> None:
        """A reminder was made or moved: it may be the next one."""
        if self._expected is None or due < self._expected:
            self._expected = due
            self._wait()

    async def look(self) -> None:
        """Fire what is due, then set the timer. After a fault the next look tries again."""
        async with self._looking:
            self._expected = None
            try:
                self._compare()
                await self._fire_all()
                due = await reminders.next_due(self._ledger, self._platforms)
                self._expected = min((one for one in (due, self._expected) if one), default=None)
            except LedgerError:
                log.exception("the reminders can't be read", extra={"action": "clock.fault"})
            finally:
                self._wait()

    def _compare(self) -> None:
        """Note when the clock was set back. Nothing fires twice by that: what was said has moved on."""
        now = self._now()
        if self._looked and now < self._looked:
            back = self._looked - now
            log.warning("the clock was set back by %s", back, extra={"action": "clock.jumped", "back": str(back)})
        self._looked = now

    async def _fire_all(self) -> None:
        while found := await reminders.due(self._ledger, self._now(), self._platforms, AT_ONCE):
            await asyncio.gather(*(self._fire(one) for one in found))

    async def _fire(self, reminder: Reminder) -> None:
        now = self._now()
        planned = self._planned(reminder, now)
        said = tuple((firing, envelope(reminder, firing)) for firing in planned.said)
        claim = Claim(reminder, said, planned.skipped, planned.due, planned.state, planned.nagged)
        for number, one in await reminders.claim(self._ledger, claim, now):
            _note(reminder, one, now)
            self._submit(number, one)
        for firing in planned.skipped:
            log.warning("reminder %d was missed", reminder.id, extra={"action": "reminder.skipped", "due": firing.due})

    def _planned(self, reminder: Reminder, now: datetime) -> Plan:
        """The plan; one that can't be made, as when its zone is gone, is said this once and then paused."""
        try:
            return plan(reminder, now)
        except Exception:
            log.exception("reminder %d can't be repeated", reminder.id, extra={"action": "reminder.broken"})
            assert reminder.due is not None
            return Plan((Firing(reminder.id, reminder.due, now),), (), None, State.PAUSED)

    def _wait(self) -> None:
        if self._scheduler is None:
            return
        wait = LONGEST_SLEEP
        if self._expected:
            wait = min(wait, max(timedelta(0), self._expected - self._now()))
        at = datetime.now(UTC) + wait  # the scheduler reads the machine's clock, whatever ours shows
        job = {"id": JOB, "replace_existing": True, "misfire_grace_time": None, "max_instances": 100}
        self._scheduler.add_job(self.look, "date", run_date=at, **job)


def envelope(reminder: Reminder, firing: Firing) -> Envelope:
    """What comes in when a reminder is due. It calls Nova only if an agent is to be woken."""
    text = f"/agent {reminder.agent} {reminder.what}" if reminder.agent else reminder.what
    woken = bool(reminder.agent)
    return Envelope(firing.identity, Kind.CLOCK, reminder.place, reminder.person, text, firing.due, mentioned=woken)


def _note(reminder: Reminder, one: Envelope, now: datetime) -> None:
    late = now - one.at
    level = logging.WARNING if late > LATE else logging.INFO
    facts = {"action": "reminder.fired", "reminder": reminder.id, "late_s": late.total_seconds()}
    log.log(level, "reminder %d fires %.1f s late", reminder.id, late.total_seconds(), extra=facts)

"""The clock: keeps one timer for the next due reminder, and brings what is due in as Envelopes of kind CLOCK.

The table of reminders is the truth. The timer may be early, late or gone: each look at the table finds what is due.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from nova_bot.core.envelope import Envelope, Kind, Sender, Standing
from nova_bot.core.errors import LedgerError
from nova_bot.core.labels import of_standing
from nova_bot.core.reminder import Firing, Reminder, State
from nova_bot.ledger import reminders
from nova_bot.ledger.reminders import Claim
from nova_bot.ledger.store import Ledger
from schedules.firing import LATE, Plan, plan
from schedules.series import resolved_anew
from schedules.tzdata import version

log = logging.getLogger(__name__)

LONGEST_SLEEP = timedelta(seconds=60)
"""So that a clock that was set is noticed."""

AT_ONCE = 200
JOB = "next reminder"

Submit = Callable[[int, Envelope], object]
"""Gives an accepted envelope to its lane."""


class Clock:
    """Start it after recovery. Any number of clocks may look at one ledger: each firing happens once.

    `fired` is told of each firing before its envelope gets to its lane. `acting` gives as whom an agent is woken; None
    when the person may not have that any more, and the reminder is only said.
    """

    def __init__(
        self,
        ledger: Ledger,
        platforms: Sequence[str],
        submit: Submit,
        now: Callable[[], datetime],
        fired: Callable[[Claim, Firing], None] = lambda _claim, _firing: None,
        acting: Callable[[Reminder], Sender | None] = lambda reminder: reminder.person,
    ) -> None:
        self._ledger = ledger
        self._platforms = platforms
        self._submit = submit
        self._now = now
        self._fired = fired
        self._acting = acting
        self._scheduler: Any = None
        self._resolving: asyncio.Task[None] | None = None
        self._look: asyncio.Task[None] | None = None
        self._stopping = False
        self._expected: datetime | None = None
        self._looked: tuple[datetime, float] | None = None
        self._looking = asyncio.Lock()

    async def start(self) -> None:
        """Say what came due meanwhile, and wait for what comes next."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # it takes 0.1 s

        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.start()
        await self.look()
        self._resolving = asyncio.create_task(self.resolve_anew(), name="time zones")

    async def stop(self) -> None:
        """Fire nothing any more; what was begun is finished."""
        self._stopping = True
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.shutdown(wait=False)
        for begun in (self._resolving, self._look):
            if begun is not None:
                await begun

    def expect(self, due: datetime) -> None:
        """A reminder was made or moved: it may be the next one."""
        if self._expected is None or due < self._expected:
            self._expected = due
            self._wait()

    async def look(self) -> None:
        """Fire what is due, then set the timer. After a fault the next look tries again."""
        async with self._looking:
            if self._stopping:
                return
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

    async def resolve_anew(self) -> None:
        """Bring the due times up to the time zone data at hand, after they came in a new edition."""
        edition = version()
        while not self._stopping and (found := await reminders.outdated(self._ledger, edition, AT_ONCE)):
            anew = [replace(one, due=resolved_anew(one.series, one.due)) for one in found if one.due]
            for before, after in zip(found, anew, strict=True):
                if before.due != after.due and after.due:
                    facts = {"action": "reminder.resolved_anew", "reminder": after.id}
                    log.warning("reminder %d is due at %s now", after.id, after.due.isoformat(), extra=facts)
                    self.expect(after.due)
            await reminders.change_all(self._ledger, anew, edition)

    def _compare(self) -> None:
        """Note when the clock was set. Nothing fires twice by that: what was said has moved on."""
        now, ticks = self._now(), time.monotonic()
        if self._looked:
            jump = (now - self._looked[0]) - timedelta(seconds=ticks - self._looked[1])
            if abs(jump) > LATE:
                log.warning("the clock jumped by %s", jump, extra={"action": "clock.jumped", "by": str(jump)})
        self._looked = now, ticks

    async def _fire_all(self) -> None:
        while found := await reminders.due(self._ledger, self._now(), self._platforms, AT_ONCE):
            await self._fire(found)
            if len(found) < AT_ONCE:
                return  # what came due meanwhile is next, and the timer is set for it

    async def _fire(self, found: Sequence[Reminder]) -> None:
        now = self._now()
        claims = [self._claim(one, now) for one in found]
        taken = await reminders.claim(self._ledger, claims, now)
        carried = {one.identity: (claim, firing) for claim in claims for firing, one in claim.said}
        for number, one in taken:
            claim, firing = carried[one.identity]
            self._fired(claim, firing)
            _note(claim.reminder, one, now)
            self._submit(number, one)

    def _claim(self, reminder: Reminder, now: datetime) -> Claim:
        planned = self._planned(reminder, now)
        for firing in planned.skipped:
            log.warning("reminder %d was missed", reminder.id, extra={"action": "reminder.skipped", "due": firing.due})
        said = tuple((firing, self._envelope(reminder, firing)) for firing in planned.said)
        return Claim(reminder, said, planned.skipped, planned.due, planned.state, planned.nagged)

    def _planned(self, reminder: Reminder, now: datetime) -> Plan:
        """The plan; one that can't be made, as when its zone is gone, is said this once and then paused."""
        try:
            return plan(reminder, now)
        except Exception:
            log.exception("reminder %d can't be repeated", reminder.id, extra={"action": "reminder.broken"})
            assert reminder.due is not None
            return Plan((Firing(reminder.id, reminder.due, now),), (), None, State.PAUSED)

    def _envelope(self, reminder: Reminder, firing: Firing) -> Envelope:
        """What comes in when a reminder is due. It calls Nova only if an agent is to be woken."""
        acting = self._acting(reminder) if reminder.agent else None
        text = f"/agent {reminder.agent} {reminder.what}" if acting else reminder.what
        return Envelope(
            *(
                firing.identity,
                Kind.CLOCK,
                reminder.place,
                _trusted(acting or reminder.person, reminder),
                text,
                firing.due,
            ),
            mentioned=acting is not None,
        )

    def _wait(self) -> None:
        if self._scheduler is None:
            return
        wait = LONGEST_SLEEP
        if self._expected:
            wait = min(wait, max(timedelta(0), self._expected - self._now()))
        at = datetime.now(UTC) + wait  # the scheduler reads the machine's clock, whatever ours shows
        job = {"id": JOB, "replace_existing": True, "misfire_grace_time": None, "max_instances": 100}
        self._scheduler.add_job(self._begin_look, "date", run_date=at, **job)

    async def _begin_look(self) -> None:
        """The timer's work; a look of its own, so that the scheduler's end cuts none short."""
        self._look = asyncio.create_task(self.look(), name="reminders")


def _trusted(person: Sender, reminder: Reminder) -> Sender:
    """The person, with no more standing than his words had when they were kept: an import is an outsider's word."""
    if reminder.label.integrity >= of_standing(person.standing):
        return person
    return replace(person, standing=Standing.GUEST)


def _note(reminder: Reminder, one: Envelope, now: datetime) -> None:
    late = now - one.at
    level = logging.WARNING if late > LATE else logging.INFO
    facts = {"action": "reminder.fired", "reminder": reminder.id, "late_s": late.total_seconds()}
    log.log(level, "reminder %d fires %.1f s late", reminder.id, late.total_seconds(), extra=facts)

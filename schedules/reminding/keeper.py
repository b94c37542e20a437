"""The keeper: keeps and changes reminders, and tells the clock. The chat's words and its buttons both come here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from nova_bot.core.envelope import Place
from nova_bot.core.reminder import Firing, IfMissed, Reminder, State
from nova_bot.ledger import reminders
from nova_bot.ledger.reminders import Claim
from nova_bot.ledger.store import Ledger
from schedules.reminding import changing
from schedules.reminding.changing import Changed
from schedules.reminding.orders import Act
from schedules.tzdata import version
from schedules.when import When


class Keeper:
    """`expect` tells the clock of a due time that may be the next one."""

    def __init__(self, ledger: Ledger, expect: Callable[[datetime], None], now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._expect = expect
        self._now = now
        self._fired: dict[str, tuple[Reminder, Firing]] = {}

    async def keep(self, new: Reminder) -> Reminder:
        """Keep a new reminder. As it stands in the ledger."""
        kept = await reminders.keep(self._ledger, new, version())
        self._tell(kept)
        return kept

    def fired(self, claim: Claim, firing: Firing) -> None:
        """A reminder comes due: it need not be read again for what is said."""
        if claim.reminder.agent:
            return
        after = replace(claim.reminder, due=claim.due, state=claim.state, nagged=claim.nagged)
        self._fired[firing.identity] = (after, firing)

    async def firing(self, identity: str) -> tuple[Reminder, Firing] | None:
        """The firing that an envelope of this identity carries, with its reminder as it stands now."""
        known = self._fired.pop(identity, None)
        return known or await reminders.firing(self._ledger, identity)

    async def do(self, one: Reminder, act: Act, when: When | None = None, *, every: bool = False) -> str:
        """Carry out an order; `every` moves a recurrence as a whole. What is said about it."""
        changed = self._changed(one, act, when, every)
        self._fired = {identity: fired for identity, fired in self._fired.items() if fired[0].id != one.id}
        if changed.reminder != one:
            await reminders.change(self._ledger, changed.reminder, version())
            self._tell(changed.reminder)
        return changed.said

    async def if_missed(self, one: Reminder, policy: IfMissed) -> str:
        """What becomes of the times it misses. What is said about it."""
        changed = changing.if_missed(one, policy)
        await reminders.change(self._ledger, changed.reminder, version())
        return changed.said

    async def move(self, one: Reminder, place: Place) -> None:
        """It is said elsewhere from now on."""
        await reminders.change(self._ledger, replace(one, place=place), version())

    def _changed(self, one: Reminder, act: Act, when: When | None, every: bool) -> Changed:
        now = self._now()
        match act:
            case Act.SNOOZE:
                assert when is not None
                assert when.due is not None
                return changing.snoozed(one, when.due)
            case Act.MOVE:
                assert when is not None
                return changing.moved(one, when, now, every=every)
            case Act.SKIP:
                return changing.skipped(one)
            case Act.PAUSE:
                return changing.paused(one)
            case Act.RESUME:
                return changing.resumed(one, now)
            case Act.DONE | Act.CANCEL:
                return changing.ended(one, act, now)

    def _tell(self, one: Reminder) -> None:
        if one.state is State.PENDING and one.due:
            self._expect(one.due)

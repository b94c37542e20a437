"""Orders about reminders that exist: which one is meant, and what becomes of it."""

import re
from dataclasses import replace

from nova_bot.core.conversation import Conversation
from nova_bot.core.outcome import Ask, Say
from nova_bot.core.reminder import IfMissed, Reminder, State
from nova_bot.core.run import Run
from nova_bot.engine.door import NOVA
from nova_bot.engine.skills import Card
from nova_bot.ledger import reminders
from nova_bot.ledger.store import Ledger
from schedules.reminding.keeper import Keeper
from schedules.reminding.orders import Act, Order, described, time_of, times
from schedules.reminding.wording import say, translated
from schedules.when import parse

WAITING_ONLY = (Act.SKIP, Act.PAUSE, Act.RESUME)
"""What can't be done to a reminder that has ended."""


class Ordering:
    """Carries out the orders of the one who asks, on his own reminders."""

    def __init__(self, ledger: Ledger, keeper: Keeper) -> None:
        self._ledger = ledger
        self._keeper = keeper

    async def own(self, run: Run) -> list[Reminder]:
        """The asker's reminders that people here may hear of."""
        sender, room = run.envelope.sender, run.envelope.place.room
        mine = await reminders.of_person(self._ledger, sender.person, room.platform)
        return [one for one in mine if one.place.room == room]

    async def carried_out(self, run: Run, conversation: Conversation, given: Order) -> Card | None:
        """What an order does; None when it is not about reminders."""
        if given.everything:
            return await self._all_cancelled(run, given) if given.act is Act.CANCEL else None
        if given.more:
            return await self._each(run, conversation, given)
        if _counts(given, run.route.request):
            return None
        own = await self.own(run)
        one = await self._meant(run, conversation, given, own)
        if one is None:
            return _unknown(run, given, own, _nova_spoke(conversation))
        when = time_of(given.rest, given.lang, run.envelope.at, one.series.tz) if given.rest else None
        if given.act in (Act.SNOOZE, Act.MOVE) and when is None:
            if given.rest:
                return _asked_about(given, one, run) if given.number is not None else None
            asked = say(one.lang, "until_when" if given.act is Act.SNOOZE else "to_when")
            return Card(Ask(asked), request=f"{given.act} {one.id}")
        return told(await self._keeper.do(one, given.act, when))

    async def _each(self, run: Run, conversation: Conversation, given: Order) -> Card:
        """Several by their numbers."""
        single = [replace(given, number=number, more=()) for number in (given.number, *given.more)]
        done = [await self.carried_out(run, conversation, one) for one in single]
        return told("\n".join(one.outcome.text for one in done if one and isinstance(one.outcome, Say)))

    async def if_missed(self, run: Run, conversation: Conversation, given: Order, policy: IfMissed) -> Card | None:
        """What becomes of the times it misses, from now on; None when no reminder is meant."""
        one = await self._meant(run, conversation, given, await self.own(run))
        return told(await self._keeper.if_missed(one, policy)) if one else None

    async def _all_cancelled(self, run: Run, given: Order) -> Card:
        said = [await self._keeper.do(one, Act.CANCEL) for one in await self.own(run)]
        if len(said) == 1:
            return told(said[0])
        return told(say(given.lang, "cancelled_all", count=len(said)) if said else say(given.lang, "none"))

    async def _meant(self, run: Run, conversation: Conversation, given: Order, own: list[Reminder]) -> Reminder | None:
        """The reminder an order means: by number, by its words, or the latest one in this thread."""
        if given.number is not None:
            mine = next((one for one in own if one.id == given.number), None)
            return mine if mine or given.act in WAITING_ONLY else await self._mine(run, given.number)
        if given.rest and given.act not in (Act.SNOOZE, Act.MOVE):
            words, named = described(given)
            fitting = [one for one in own if words in one.what.casefold()] if words else []
            return fitting[0] if len(fitting) == 1 and named else None
        if not _nova_spoke(conversation) and not given.named:
            return None
        last = await reminders.latest(self._ledger, run.envelope.sender.person, run.envelope.place)
        return last if last in own or given.act not in WAITING_ONLY else None

    async def _mine(self, run: Run, number: int) -> Reminder | None:
        """One that was said can be snoozed all the same, where it was; what was cancelled stays cancelled."""
        one = await reminders.get(self._ledger, number)
        if one is None or one.state is State.CANCELLED or one.place.room != run.envelope.place.room:
            return None
        return one if one.person.person == run.envelope.sender.person else None


def _counts(given: Order, text: str) -> bool:
    """Does the number count something, as in "cancel 3 ledger lines", instead of naming a reminder?"""
    timed = given.act in (Act.SNOOZE, Act.MOVE)
    return given.number is not None and bool(given.rest) and not timed and not _says_reminder(text)


def _asked_about(given: Order, one: Reminder, run: Run) -> Card | None:
    """The question about a time that can't be, such as one that is over; None where no time is spoken of."""
    for phrase in times(given.rest, given.lang):
        when = parse(phrase, run.envelope.at, one.series.tz, given.lang)
        if when.ask and not when.what:
            asked = translated(when.lang, when.ask, when.alternatives)
            return Card(Ask(asked, when.alternatives), request=f"{given.act} {one.id}")
    return None


def _nova_spoke(conversation: Conversation) -> bool:
    """Was it Nova itself who spoke last here?"""
    return bool(conversation.turns) and conversation.turns[-1].agent == NOVA


def _unknown(run: Run, given: Order, own: list[Reminder], spoke: bool) -> Card | None:
    """There is no such reminder, or it isn't clear which; None where the order may be about something else."""
    text, at = run.route.request, run.envelope.at
    timed = bool(given.rest) and time_of(given.rest, given.lang, at, "UTC") is not None
    if given.number is not None:
        surely = _says_reminder(text) or ((bool(own) or spoke) and (timed or not given.rest))
        return told(say(given.lang, "unknown", id=given.number)) if surely else None
    if given.act is Act.SNOOZE and timed and own and parse(text, at, "UTC", given.lang).explicit:
        return told(say(given.lang, "which", ids=", ".join(str(one.id) for one in own)))
    return None


def told(text: str) -> Card:
    """A card that only says something."""
    return Card(Say(text))


def _says_reminder(text: str) -> bool:
    return bool(re.search(r"remind|erinner|recordatorio|rappel|提醒", text, re.IGNORECASE))

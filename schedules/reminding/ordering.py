"""Orders about reminders that exist: which one is meant, and what becomes of it."""

from dataclasses import replace
from datetime import datetime

from nova_bot.core.conversation import Conversation, OpenQuestion
from nova_bot.core.outcome import Ask, Say
from nova_bot.core.reminder import IfMissed, Reminder, State
from nova_bot.core.run import Run
from nova_bot.engine.door import NOVA
from nova_bot.engine.skills import Card
from nova_bot.ledger import reminders
from nova_bot.ledger.store import Ledger
from schedules.reminding.asides import scope
from schedules.reminding.changing import every_one
from schedules.reminding.describing import fitting
from schedules.reminding.editing import new_time, time_of
from schedules.reminding.keeper import Keeper
from schedules.reminding.orders import Act, Order, again, agreed, corrections
from schedules.reminding.pointing import behind_noun, described
from schedules.reminding.replies import asks_for_day, bare_hour
from schedules.reminding.wording import in_every_language, of_reminder, say, says_reminder, translated
from schedules.reminding.words import table
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
        given = told_apart(given, own, run.envelope.at)
        one = await self._meant(run, conversation, given, own)
        if one is None:
            return _unknown(run, given, own, nova_spoke(conversation))
        return await self._retimed(run, given, one) if given.timed else told(await self._keeper.do(one, given.act))

    async def corrected(self, run: Run, conversation: Conversation, text: str, lang: str) -> Card | None:
        """The reminder that was just spoken of, at another time; None where the words are no time alone."""
        if not (nova_spoke(conversation) and of_reminder(conversation.turns[-1].claim.text)):
            return None
        one = await reminders.latest(self._ledger, run.envelope.sender.person, run.envelope.place)
        if one is None or one.state is State.CANCELLED:
            return None
        given = next((each for each in corrections(text, lang) if new_time(each, one, run.envelope.at)), None)
        return await self._retimed(run, given, one) if given else None

    async def _retimed(self, run: Run, given: Order, one: Reminder) -> Card | None:
        """Put off or moved; asked about where no time is given, or one that can't be."""
        if not given.rest:
            asked = say(one.lang, "until_when" if given.act is Act.SNOOZE else "to_when")
            return Card(Ask(asked), request=again(given.act, given.lang, one.id))
        when = new_time(given, one, run.envelope.at)
        if when is None:
            return None
        if when.ask:
            asked = translated(when.lang, when.ask, when.alternatives)
            rest = given.rest if asks_for_day(when.ask) else ""
            return Card(Ask(asked, when.alternatives), request=again(given.act, given.lang, one.id, rest))
        if given.act is Act.MOVE and given.next_only is None and every_one(one, when) is not None:
            choices = say(one.lang, "next_only"), say(one.lang, "from_now_on")
            return Card(
                Ask(say(one.lang, "once_or_each", id=one.id), choices),
                request=again(given.act, given.lang, one.id, given.rest),
            )
        return told(await self._keeper.do(one, given.act, when, every=given.next_only is False))

    async def answered(
        self, run: Run, conversation: Conversation, given: Order, question: OpenQuestion, text: str
    ) -> Card | None:
        """The answer to a question of ours about this order; None if it is none."""
        first = question.choices[0] if question.choices else ""
        if first in in_every_language("cancel_all"):
            return await self._confirmed(run, given, question, text)
        if first in in_every_language("next_only"):
            return await self._scoped(run, conversation, given, question, text)
        return await self._completed(run, conversation, given, text)

    async def _scoped(
        self, run: Run, conversation: Conversation, given: Order, question: OpenQuestion, text: str
    ) -> Card | None:
        """Whether only the next time is moved, or every one from now on; None if it is neither."""
        next_only = text == question.choices[0] if text in question.choices else scope(text, given.lang)[1]
        if next_only is None:
            return None
        return await self.carried_out(run, conversation, replace(given, next_only=next_only))

    async def _completed(self, run: Run, conversation: Conversation, given: Order, text: str) -> Card | None:
        """An order of ours that waits for its time, or for the day of its period, with the answer."""
        until = given.act is Act.SNOOZE and not given.rest and bare_hour(text)
        time = f"{table(given.lang)['to'][0]} {text}" if until else text
        return await self.carried_out(run, conversation, replace(given, rest=f"{given.rest} {time}".strip()))

    async def _each(self, run: Run, conversation: Conversation, given: Order) -> Card:
        """Several by their numbers."""
        single = [replace(given, number=number, more=()) for number in (given.number, *given.more)]
        done = [await self.carried_out(run, conversation, one) for one in single]
        return told("\n".join(one.outcome.text for one in done if one and isinstance(one.outcome, Say)))

    async def if_missed(self, run: Run, conversation: Conversation, given: Order, policy: IfMissed) -> Card | None:
        """What becomes of the times it misses, from now on; None when no reminder is meant."""
        one = await self._meant(run, conversation, given, await self.own(run))
        return told(await self._keeper.if_missed(one, policy)) if one else None

    async def _confirmed(self, run: Run, given: Order, question: OpenQuestion, text: str) -> Card | None:
        """Whether all shall end; None if it is neither yes nor no."""
        answer = agreed(text, given.lang) if text not in question.choices else text == question.choices[0]
        if answer is None:
            return None
        return await self._all_cancelled(run, given, asked=True) if answer else told(say(given.lang, "unchanged"))

    async def _all_cancelled(self, run: Run, given: Order, *, asked: bool = False) -> Card:
        own = await self.own(run)
        if len(own) > 1 and not asked:
            choices = say(given.lang, "cancel_all"), say(given.lang, "keep_all")
            return Card(Ask(say(given.lang, "cancel_all_asked", count=len(own)), choices), request=run.route.request)
        said = [await self._keeper.do(one, Act.CANCEL) for one in own]
        if len(said) == 1:
            return told(said[0])
        return told(say(given.lang, "cancelled_all", count=len(said)) if said else say(given.lang, "none"))

    async def _meant(self, run: Run, conversation: Conversation, given: Order, own: list[Reminder]) -> Reminder | None:
        """The reminder an order means: by number, by its words, or the latest one in this thread."""
        if given.number is not None:
            mine = next((one for one in own if one.id == given.number), None)
            return mine if mine or given.act in WAITING_ONLY else await self._mine(run, given.number)
        if given.about:
            found = fitting(given.about, given.lang, own, run.envelope.at)
            return found[0] if len(found) == 1 else None
        if given.rest and not given.timed:
            words, named = described(given)
            found = fitting(words, given.lang, own, run.envelope.at) if words and named else []
            return found[0] if len(found) == 1 else None
        if not nova_spoke(conversation) and not given.named:
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
    return given.number is not None and bool(given.rest) and not given.timed and not says_reminder(text)


def told_apart(given: Order, own: list[Reminder], at: datetime) -> Order:
    """The order with the words that describe a reminder taken from its time, where they describe one."""
    split = behind_noun(given) if given.timed and given.number is None else None
    return split if split and fitting(split.about, split.lang, own, at) else given


def nova_spoke(conversation: Conversation) -> bool:
    """Was it Nova itself who spoke last here?"""
    return bool(conversation.turns) and conversation.turns[-1].agent == NOVA


def _unknown(run: Run, given: Order, own: list[Reminder], spoke: bool) -> Card | None:
    """There is no such reminder, or it isn't clear which; None where the order may be about something else."""
    text, at = run.route.request, run.envelope.at
    timed = bool(given.rest) and time_of(given, at, "UTC") is not None
    if given.number is not None:
        surely = says_reminder(text) or ((bool(own) or spoke) and (timed or not given.rest))
        return told(say(given.lang, "unknown", id=given.number)) if surely else None
    several = given.about and (says_reminder(text) or fitting(given.about, given.lang, own, at))
    snoozed = given.act is Act.SNOOZE and parse(text, at, "UTC", given.lang).explicit
    if given.timed and timed and own and (several or snoozed):
        return told(say(given.lang, "which", ids=", ".join(map(str, sorted(one.id for one in own)))))
    return None


def told(text: str) -> Card:
    """A card that only says something."""
    return Card(Say(text))

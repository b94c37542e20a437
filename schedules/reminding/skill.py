"""The skill: makes, lists and cancels reminders, and says those that are due, without a model."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from nova_bot.core.conversation import Asking, Conversation
from nova_bot.core.envelope import Kind, Sender
from nova_bot.core.labels import Label, of_standing
from nova_bot.core.outcome import Ask, EndingKind, Say, Stop
from nova_bot.core.reminder import Reminder, Series, State
from nova_bot.core.run import Run
from nova_bot.ledger import reminders
from nova_bot.ledger.store import Ledger
from schedules.reminding import cards
from schedules.reminding.wording import say
from schedules.series import counts_hours, following
from schedules.tzdata import version
from schedules.when import When, parse

LONGEST = 10_000
"""Characters of a message that may be a request for a reminder."""

ASKS_SOMETHING = re.compile(r"(?:what|how|why|who|whom|whose|which|where|whether|if|when)\b", re.IGNORECASE)
""" "Remind me how Acme pays" asks for an answer, not for a reminder."""

OVER = Stop(EndingKind.SILENT, "")


class Reminding:
    """`zone_of` gives a person's time zone, `expect` tells the clock of a new due time."""

    def __init__(self, ledger: Ledger, zone_of: Callable[[Sender], str], expect: Callable[[datetime], None]) -> None:
        self._ledger = ledger
        self._zone_of = zone_of
        self._expect = expect

    async def answer(self, run: Run, conversation: Conversation) -> Say | Ask | Stop | None:
        """The answer to a request about reminders, or what a due one says."""
        envelope = run.envelope
        if envelope.kind is Kind.CLOCK:
            return None if envelope.mentioned else await self._due(envelope.identity)
        text = run.route.request
        question = conversation.question
        if question and question.asking is Asking.SKILL:
            text = f"{question.request} {text}"
        if not text or len(text) > LONGEST:
            return None
        when = parse(text, envelope.at, self._zone_of(envelope.sender))
        if not when.explicit or when.where or when.who not in ("me", "us"):
            return None
        return await self._requested(run, when)

    async def _due(self, identity: str) -> Say | Stop:
        """What a due reminder says; nothing when it was cancelled in the meantime."""
        found = await reminders.firing(self._ledger, identity)
        if found is None or found[0].state is State.CANCELLED:
            return OVER
        return Say(cards.fired(*found))

    async def _requested(self, run: Run, when: When) -> Say | Ask | None:
        match when.action:
            case "create":
                return await self._made(run, when)
            case "ask" if not ASKS_SOMETHING.match(when.what):
                return Ask(when.ask or "", when.alternatives)
            case "list":
                return Say(cards.listed(await self._own(run), when.lang))
            case "cancel":
                return await self._cancelled(run, when)
        return None

    async def _made(self, run: Run, when: When) -> Say:
        made = await reminders.keep(self._ledger, reminder(run, when), version())
        if made.due:
            self._expect(made.due)
        return Say(cards.made(made, when.assumptions))

    async def _own(self, run: Run) -> list[Reminder]:
        """The asker's reminders that people here may hear of."""
        sender, room = run.envelope.sender, run.envelope.place.room
        mine = await reminders.of_person(self._ledger, sender.person, room.platform)
        return [one for one in mine if one.place.room == room]

    async def _cancelled(self, run: Run, when: When) -> Say | None:
        number = re.fullmatch(r"(?:reminder\s+)?#?(\d{1,18})", when.what.strip(), re.IGNORECASE)
        if number is None:
            return None
        found = next((one for one in await self._own(run) if one.id == int(number[1])), None)
        if found is None:
            return Say(say(when.lang, "unknown", id=number[1]))
        await reminders.change(self._ledger, replace(found, state=State.CANCELLED), version())
        return Say(say(when.lang, "cancelled", id=found.id, what=cards.what(found)))


def reminder(run: Run, when: When) -> Reminder:
    """The reminder that a request means."""
    assert when.due is not None
    envelope = run.envelope
    start = when.dtstart or when.due
    label = Label(
        of_standing(envelope.sender.standing), f"turn:{run.name}", frozenset({envelope.place.room}), as_of=envelope.at
    )
    rule = when.rrule or ""
    series = Series(
        start.astimezone(when.due.tzinfo).replace(tzinfo=None),
        when.tz,
        rule,
        when.excepted,
        counts_hours(rule) if rule else when.elapsed,
    )
    return Reminder(
        key=run.name,
        person=envelope.sender,
        place=envelope.place,
        what=when.what,
        series=series,
        due=following(series, envelope.at) if rule else when.due,
        label=label,
        made=envelope.at,
        lang=when.lang,
        who=when.who or "me",
    )

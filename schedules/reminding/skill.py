"""The skill: makes, lists and changes reminders, and says those that are due, without a model."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from nova_bot.core.conversation import Asking, Conversation, OpenQuestion
from nova_bot.core.envelope import Envelope, Kind
from nova_bot.core.outcome import Ask, EndingKind, Say, Stop
from nova_bot.core.people import People
from nova_bot.core.reminder import Reminder, State
from nova_bot.core.run import Run
from nova_bot.engine.door import NOVA
from nova_bot.engine.skills import Card
from nova_bot.ledger import reminders
from nova_bot.ledger.store import Ledger
from nova_bot.routing.address import chosen
from schedules.reminding import cards, making
from schedules.reminding.hints import hinted
from schedules.reminding.keeper import Keeper
from schedules.reminding.orders import Act, Order, drops, for_agent, nagging, order, time_of
from schedules.reminding.wording import in_every_language, say, translated
from schedules.reminding.zones import Zones, named
from schedules.when import When, parse

LONGEST = 2_000
"""Characters of a message that may be a request for a reminder."""

ASKS_SOMETHING = re.compile(r"(?:what|how|why|who|whom|whose|which|where|whether|if|when)\b", re.IGNORECASE)
""" "Remind me how Acme pays" asks for an answer, not for a reminder."""

WAITING_ONLY = (Act.SKIP, Act.PAUSE, Act.RESUME)
"""What can't be done to a reminder that has ended."""

SILENT = Card(Stop(EndingKind.SILENT, ""))


@dataclass(frozen=True, slots=True)
class Request:
    """A message with what the grammar made of it; `nag` are the minutes between two times it is said, 0 for once."""

    run: Run
    when: When
    nag: int = 0


class Reminding:
    """`names` gives the agents in force."""

    def __init__(
        self, ledger: Ledger, keeper: Keeper, zones: Zones, people: People, names: Callable[[], Collection[str]]
    ) -> None:
        self._ledger = ledger
        self._keeper = keeper
        self._zones = zones
        self._people = people
        self._names = names

    async def answer(self, run: Run, conversation: Conversation) -> Card | None:
        """The answer to a request about reminders, or what a due one says."""
        if run.envelope.kind is Kind.CLOCK:
            return None if run.envelope.mentioned else await self._due(run.envelope)
        text = run.route.request
        if not text or len(text) > LONGEST:
            return None
        question = conversation.question
        if question and question.asking is Asking.SKILL:
            return await self._replied(run, conversation, question, chosen(text, question.choices) or text)
        return await self._said(run, conversation, text)

    async def _due(self, envelope: Envelope) -> Card:
        """What a due reminder says; nothing when it was cancelled in the meantime."""
        found = await self._keeper.firing(envelope.identity)
        if found is None or found[0].state is State.CANCELLED:
            return SILENT
        return cards.due(*found)

    async def _said(self, run: Run, conversation: Conversation, text: str, tz: str = "") -> Card | None:
        """The answer to a message that stands for itself."""
        if not hinted(text):
            return None
        at = run.envelope.at
        when = parse(text, at, self._zones.own, requests=True)
        given, nag = order(text, when.lang), nagging(text, when.lang)
        if not (given or nag or when.explicit or when.kind == "recurrence"):
            return None
        tz = tz or await self._zones.of(run.envelope.sender, run.envelope.place)
        if given is not None and (card := await self._ordered(run, conversation, given)) is not None:
            return card
        if nag is not None:
            when = _nagged(*nag, at, tz or self._zones.own)
        elif tz not in ("", self._zones.own):
            when = parse(text, at, tz)
        request = Request(run, when, nag[1] if nag else 0)
        if when.action == "list" and when.explicit:
            return _said(cards.listed(await self._own(run), when.lang))
        if not when.explicit:
            return self._offered(request, text)
        if not tz and when.action == "create" and not when.elapsed:
            return Card(Ask(say(when.lang, "which_zone")), request=text)
        return await self._requested(request)

    async def _requested(self, request: Request) -> Card | None:
        """An explicit request: made, or asked about."""
        when = request.when
        if when.action == "ask" and not ASKS_SOMETHING.match(when.what):
            return Card(Ask(translated(when.lang, when.ask or "", when.alternatives), when.alternatives))
        return await self._made(request) if when.action == "create" else None

    async def _made(self, request: Request) -> Card:
        run, when = request.run, request.when
        person = self._people.of(run.envelope.sender.person)
        why = making.refused(run, person, when, await reminders.waiting(self._ledger, run.envelope.sender.person))
        if why:
            return _said(why)
        wakes = for_agent(when.what, when.lang, self._names())
        agent = wakes[0] if wakes else ""
        if wakes:
            when = replace(when, what=wakes[1])
        new = making.reminder(run, when, agent=agent, nag_minutes=request.nag)
        if new is None:
            return Card(Ask(say(when.lang, "ask_again")))
        made = await self._keeper.keep(new)
        return cards.made(made, when.assumptions, run.envelope.place, run.route.agent)

    def _offered(self, request: Request, text: str) -> Card | None:
        """A recurrence before a task, with no word of reminding: whether an agent is to do it each time."""
        when, agent = request.when, request.run.route.agent
        starts = when.spans and when.spans[0][0] == 0
        if when.kind != "recurrence" or not starts or not when.what or "BYHOUR" not in (when.rrule or ""):
            return None
        if agent not in self._names():
            return None
        labels = (say(when.lang, "only_remind"), say(when.lang, "let_agent", agent=agent), say(when.lang, "neither"))
        return Card(Ask(say(when.lang, "agent_or_not", agent=agent), labels), request=text)

    async def _replied(self, run: Run, conversation: Conversation, question: OpenQuestion, text: str) -> Card | None:
        """The answer to a question of ours; None when it speaks of something else."""
        if drops(text, lang := parse(question.request, run.envelope.at, self._zones.own).lang):
            return _said(say(lang, "not_meant"))
        tz = await self._zones.of(run.envelope.sender, run.envelope.place)
        if question.text in in_every_language("which_zone") | in_every_language("zone_unknown"):
            return await self._zone_named(run, conversation, question, text)
        if len(question.choices) == 3 and text in question.choices:
            return await self._chosen(run, question, text, tz)
        if (given := order(question.request, "en")) is not None and not given.rest:
            completed = replace(given, rest=text)
            return await self._ordered(run, conversation, completed)
        waiting = parse(question.request, run.envelope.at, tz or self._zones.own)
        told = _filled(waiting, question, text, run.envelope.at, tz or self._zones.own)
        if told is None:
            return await self._said(run, conversation, text)
        return await self._requested(Request(run, told))

    async def _zone_named(self, run: Run, conversation: Conversation, question: OpenQuestion, text: str) -> Card | None:
        lang = parse(question.request, run.envelope.at, self._zones.own).lang
        tz = named(text)
        if not tz:
            return Card(Ask(say(lang, "zone_unknown")), request=question.request)
        await self._zones.learn(run.envelope.sender, tz)
        return await self._said(run, conversation, question.request, tz)

    async def _chosen(self, run: Run, question: OpenQuestion, text: str, tz: str) -> Card | None:
        """Only to be reminded, an agent each time, or neither."""
        when = parse(question.request, run.envelope.at, tz or self._zones.own)
        remind, agent, _ = question.choices
        if text == remind:
            return await self._made(Request(run, when))
        name = next((one for one in self._names() if say(when.lang, "let_agent", agent=one) == agent), "")
        if text != agent or not name:
            return _said(say(when.lang, "not_meant"))
        made = making.reminder(run, when, agent=name)
        assert made is not None
        person = self._people.of(run.envelope.sender.person)
        why = making.refused(run, person, when, 0)
        if why:
            return _said(why)
        return cards.made(await self._keeper.keep(made), when.assumptions, run.envelope.place, name)

    async def _own(self, run: Run) -> list[Reminder]:
        """The asker's reminders that people here may hear of."""
        sender, room = run.envelope.sender, run.envelope.place.room
        mine = await reminders.of_person(self._ledger, sender.person, room.platform)
        return [one for one in mine if one.place.room == room]

    async def _ordered(self, run: Run, conversation: Conversation, given: Order) -> Card | None:
        """What an order does; None when it is not about reminders."""
        if given.everything:
            return await self._all_cancelled(run, given) if given.act is Act.CANCEL else None
        own = await self._own(run)
        one = await self._meant(run, conversation, given, own)
        if one is None:
            return _unknown(run, given, own)
        when = time_of(given.rest, given.lang, run.envelope.at, one.series.tz) if given.rest else None
        if given.act in (Act.SNOOZE, Act.MOVE) and when is None:
            if given.rest:
                return None
            asked = say(one.lang, "until_when" if given.act is Act.SNOOZE else "to_when")
            return Card(Ask(asked), request=f"{given.act} {one.id}")
        return _said(await self._keeper.do(one, given.act, when))

    async def _all_cancelled(self, run: Run, given: Order) -> Card:
        own = await self._own(run)
        for one in own:
            await self._keeper.do(one, Act.CANCEL)
        return _said(say(given.lang, "cancelled_all", count=len(own)) if own else say(given.lang, "none"))

    async def _meant(self, run: Run, conversation: Conversation, given: Order, own: list[Reminder]) -> Reminder | None:
        """The reminder an order means: by number, by its words, or the latest one in this thread."""
        if given.number is not None:
            mine = next((one for one in own if one.id == given.number), None)
            return mine if mine or given.act in WAITING_ONLY else await self._mine(run, given.number)
        if given.rest and given.act not in (Act.SNOOZE, Act.MOVE):
            words = given.rest.casefold()
            fitting = [one for one in own if words in one.what.casefold()]
            return fitting[0] if len(fitting) == 1 and given.named else None
        spoke = bool(conversation.turns) and conversation.turns[-1].agent == NOVA
        if not spoke and not given.named:
            return None
        last = await reminders.latest(self._ledger, run.envelope.sender.person, run.envelope.place)
        return last if last in own or given.act not in WAITING_ONLY else None

    async def _mine(self, run: Run, number: int) -> Reminder | None:
        """One that has ended can be snoozed all the same, where it was said."""
        one = await reminders.get(self._ledger, number)
        here = one is not None and one.place.room == run.envelope.place.room
        return one if one and here and one.person.person == run.envelope.sender.person else None


def _unknown(run: Run, given: Order, own: list[Reminder]) -> Card | None:
    """There is no such reminder, or it isn't clear which; None where the order may be about something else."""
    text, at = run.route.request, run.envelope.at
    timed = bool(given.rest) and time_of(given.rest, given.lang, at, "UTC") is not None
    if given.number is not None:
        surely = _says_reminder(text) or (bool(own) and (timed or not given.rest))
        return _said(say(given.lang, "unknown", id=given.number)) if surely else None
    if given.act is Act.SNOOZE and timed and own and parse(text, at, "UTC", given.lang).explicit:
        return _said(say(given.lang, "which", ids=", ".join(str(one.id) for one in own)))
    return None


def _said(text: str) -> Card:
    return Card(Say(text))


def _says_reminder(text: str) -> bool:
    return bool(re.search(r"remind|erinner|recordatorio|rappel|提醒", text, re.IGNORECASE))


def _nagged(text: str, minutes: int, now: datetime, tz: str) -> When:
    """The request without its words about nagging; without a time of its own it begins after the first interval."""
    when = parse(text, now, tz)
    if when.explicit and when.action == "ask" and not when.spans:
        begun = parse(f"in {minutes} minutes", now, tz, "en")
        return replace(when, action="create", kind="instant", value=begun.value, due=begun.due, ask=None, elapsed=True)
    return when


def _filled(waiting: When, question: OpenQuestion, text: str, now: datetime, tz: str) -> When | None:
    """The waiting request with the time that the answer gives."""
    completed = _substituted(question, text, now)
    if completed and (told := parse(completed, now, tz, waiting.lang)).due is not None and told.action == "create":
        return told
    told = parse(text, now, tz)
    if told.explicit or told.due is None or told.what:
        return None
    return replace(
        told, action="create", explicit=True, who=waiting.who, where=waiting.where, what=waiting.what, lang=waiting.lang
    )


def _substituted(question: OpenQuestion, text: str, now: datetime) -> str:
    """The request with the hour or the date that was asked about written out, "" for other answers."""
    if text not in question.choices:
        return ""
    if found := re.fullmatch(r"(\d\d):(\d\d)", text):
        minute = "(?:[:.]00)?" if found[2] == "00" else f"[:.]{found[2]}"
        return _once(rf"\b0?{int(found[1]) % 12 or 12}{minute}\b", text, question.request)
    if found := re.fullmatch(r"day (\d+) of month (\d+)", text):
        day = _coming(int(found[1]), int(found[2]), now)
        return _once(r"\b\d{1,2}[/.-]\d{1,2}\b", day, question.request)
    return ""


def _once(pattern: str, by: str, text: str) -> str:
    changed, count = re.subn(pattern, by, text, count=1)
    return changed if count else ""


def _coming(day: int, month: int, now: datetime) -> str:
    """The next such day, as ISO writes it."""
    past = (month, day) < (now.month, now.day)
    return f"{now.year + past}-{month:02}-{day:02}"

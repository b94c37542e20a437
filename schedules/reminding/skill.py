"""The skill: makes, lists and changes reminders, and says those that are due, without a model."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from nova_bot.core.conversation import Asking, Conversation, OpenQuestion
from nova_bot.core.envelope import Envelope, Kind
from nova_bot.core.outcome import Ask, EndingKind, Stop
from nova_bot.core.people import People
from nova_bot.core.reminder import IfMissed, State
from nova_bot.core.run import Run
from nova_bot.engine.skills import Card
from nova_bot.ledger import reminders
from nova_bot.ledger.store import Ledger
from nova_bot.routing.choices import chosen
from schedules.reminding import cards, making
from schedules.reminding.asides import for_agent, missing, nagging
from schedules.reminding.hints import hinted
from schedules.reminding.keeper import Keeper
from schedules.reminding.ordering import Ordering, nova_spoke, told
from schedules.reminding.orders import drops, order
from schedules.reminding.pointing import nothing_else
from schedules.reminding.replies import filled, too_little, with_time, words_of
from schedules.reminding.subject import spoken_of, unnamed
from schedules.reminding.wording import in_every_language, say, says_reminder, translated
from schedules.reminding.zones import Zones, named
from schedules.when import When, parse

LONGEST = 2_000
"""Characters of a message that may be a request for a reminder."""

ASKS_SOMETHING = re.compile(r"(?:what|how|why|who|whom|whose|which|where|whether)\b", re.IGNORECASE)
""" "Remind me how Acme pays" asks for an answer, not for a reminder."""

SILENT = Card(Stop(EndingKind.SILENT, ""))


@dataclass(frozen=True, slots=True)
class Request:
    """A message with what the grammar made of it; `nag` are the minutes between two times it is said, 0 for once.

    `text` is the message, or what it completes; `missed` says what becomes of times that pass while Nova is down.
    """

    run: Run
    when: When
    text: str
    nag: int = 0
    missed: IfMissed | None = None


class Reminding:
    """`names` gives the agents in force."""

    def __init__(
        self, ledger: Ledger, keeper: Keeper, zones: Zones, people: People, names: Callable[[], Collection[str]]
    ) -> None:
        self._ledger = ledger
        self._keeper = keeper
        self._ordering = Ordering(ledger, keeper)
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
        one, firing = found
        if one.if_missed is IfMissed.SKIP:
            firing = replace(firing, missed=await reminders.left_out(self._ledger, firing))
        return cards.due(one, firing)

    async def _said(self, run: Run, conversation: Conversation, text: str) -> Card | None:
        """The answer to a message that stands for itself."""
        if not (hinted(text) or nova_spoke(conversation)):
            return None
        when = parse(text, run.envelope.at, self._zones.own, requests=True)
        bare, missed = missing(text, when.lang)
        if missed and (given := nothing_else(bare, when.lang)):
            return await self._ordering.if_missed(run, conversation, given, missed)
        if (given := order(bare, when.lang)) is not None:
            card = await self._ordering.carried_out(run, conversation, given)
            if card is not None or (given.timed and not says_reminder(bare)):
                return card
        elif not when.explicit and not nagging(bare, when.lang):
            corrected = await self._ordering.corrected(run, conversation, bare, when.lang)
            if corrected or when.kind != "recurrence":
                return corrected
        return await self._wished(run, conversation, text, when)

    async def _wished(
        self, run: Run, conversation: Conversation, text: str, when: When, tz: str = "", what: str = ""
    ) -> Card | None:
        """The answer to a wish to be reminded; `tz` and `what` are what an answer to a question of ours has brought."""
        bare, missed = missing(text, when.lang)
        nag, at = nagging(bare, when.lang), run.envelope.at
        tz = tz or await self._zones.of(run.envelope.sender, run.envelope.place)
        if nag is not None or missed or tz not in ("", self._zones.own):
            when = _nagged(bare, nag, at, tz or self._zones.own)
        if unnamed(when.what):
            when = replace(when, what=what or spoken_of(conversation, run.envelope.sender, at))
        request = Request(run, when, text, nag[1] if nag else 0, missed)
        if when.action == "list" and when.explicit:
            return told(cards.listed(await self._ordering.own(run), when.lang))
        if not when.explicit:
            return self._offered(request, bare)
        if not tz and when.action == "create" and not when.elapsed:
            return Card(Ask(say(when.lang, "which_zone")), request=bare)
        return await self._requested(request)

    async def _requested(self, request: Request) -> Card | None:
        """An explicit request: made, or asked about."""
        when = request.when
        if when.action == "ask" and not ASKS_SOMETHING.match(when.what):
            return Card(Ask(translated(when.lang, when.ask or "", when.alternatives), when.alternatives))
        if when.action == "create" and unnamed(when.what) and not when.signal:
            return Card(Ask(say(when.lang, "of_what")), request=request.text)
        return await self._made(request) if when.action == "create" else None

    async def _made(self, request: Request) -> Card:
        run, when = request.run, request.when
        person = self._people.of(run.envelope.sender.person)
        why = making.refused(run, person, when, await reminders.waiting(self._ledger, run.envelope.sender.person))
        if why:
            return told(why)
        wakes = for_agent(when.what, when.lang, self._names())
        agent = wakes[0] if wakes else ""
        if wakes:
            when = replace(when, what=wakes[1])
        new = making.reminder(run, when, agent=agent, nag_minutes=request.nag, missed=request.missed)
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
            return told(say(lang, "not_meant"))
        tz = await self._zones.of(run.envelope.sender, run.envelope.place)
        if question.text in in_every_language("which_zone") | in_every_language("zone_unknown"):
            return await self._zone_named(run, conversation, question, text)
        if question.text in in_every_language("of_what"):
            return await self._named(run, conversation, question, text)
        if len(question.choices) == 3 and text in question.choices:
            return await self._chosen(run, question, text, tz)
        if (given := order(question.request, lang)) is not None and (not given.rest or given.number is not None):
            answered = await self._ordering.answered(run, conversation, given, question, text)
            return answered or await self._said(run, conversation, text)
        asked, missed = missing(question.request, lang)
        waiting = parse(asked, run.envelope.at, tz or self._zones.own)
        found = filled(waiting, question, text, run.envelope.at, tz or self._zones.own)
        if found is not None:
            of = found.what or spoken_of(conversation, run.envelope.sender, run.envelope.at)
            timed = with_time(question.request, text, found, run.envelope.at)
            return await self._requested(Request(run, replace(found, what=of), timed, missed=missed))
        if too_little(waiting, question, text, run.envelope.at, tz or self._zones.own):
            return Card(Ask(question.text, question.choices), request=question.request)
        return await self._said(run, conversation, text)

    async def _named(self, run: Run, conversation: Conversation, question: OpenQuestion, text: str) -> Card | None:
        """The words of a reminder whose time is known, unless the answer is a request of its own."""
        alone = parse(text, run.envelope.at, self._zones.own, requests=True)
        if alone.explicit or order(text, alone.lang):
            return await self._said(run, conversation, text)
        when = parse(question.request, run.envelope.at, self._zones.own)
        what = words_of(text, run.envelope.at, alone.lang)
        return await self._wished(run, conversation, question.request, when, what=what)

    async def _zone_named(self, run: Run, conversation: Conversation, question: OpenQuestion, text: str) -> Card | None:
        lang = parse(question.request, run.envelope.at, self._zones.own).lang
        tz = named(text)
        if not tz:
            return Card(Ask(say(lang, "zone_unknown")), request=question.request)
        await self._zones.learn(run.envelope.sender, tz)
        when = parse(question.request, run.envelope.at, self._zones.own, requests=True)
        return await self._wished(run, conversation, question.request, when, tz)

    async def _chosen(self, run: Run, question: OpenQuestion, text: str, tz: str) -> Card | None:
        """Only to be reminded, an agent each time, or neither."""
        when = parse(question.request, run.envelope.at, tz or self._zones.own)
        remind, agent, _ = question.choices
        if text == remind:
            return await self._made(Request(run, when, question.request))
        name = next((one for one in self._names() if say(when.lang, "let_agent", agent=one) == agent), "")
        if text != agent or not name:
            return told(say(when.lang, "not_meant"))
        made = making.reminder(run, when, agent=name)
        assert made is not None
        person = self._people.of(run.envelope.sender.person)
        why = making.refused(run, person, when, 0)
        if why:
            return told(why)
        return cards.made(await self._keeper.keep(made), when.assumptions, run.envelope.place, name)


def _nagged(text: str, nag: tuple[str, int] | None, now: datetime, tz: str) -> When:
    """The request without its words about nagging; without a time of its own it begins after the first interval."""
    if nag is None:
        return parse(text, now, tz)
    text, minutes = nag
    when = parse(text, now, tz)
    if when.explicit and when.action == "ask" and not when.spans:
        begun = parse(f"in {minutes} minutes", now, tz, "en")
        return replace(when, action="create", kind="instant", value=begun.value, due=begun.due, ask=None, elapsed=True)
    return when

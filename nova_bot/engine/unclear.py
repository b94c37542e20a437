"""Unclear: before an agent's calls are made or its hand-off happens, code asks what only the person can decide.

It looks only where there is a reason: an effect is near, or work changes hands. `context.ambiguity` decides.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from zoneinfo import ZoneInfo

from nova_bot.context import ambiguity, slots
from nova_bot.context.ambiguity import Doubt, Timing
from nova_bot.context.conflicts import conflicts
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Basis, Claim
from nova_bot.core.conversation import Asking, Conversation
from nova_bot.core.effect import Effect
from nova_bot.core.envelope import Place
from nova_bot.core.labels import Integrity
from nova_bot.core.mention import crowd_of
from nova_bot.core.outcome import Ask, HandOff, Outcome, ToolCall, Use
from nova_bot.core.run import Run
from nova_bot.core.wording import say
from nova_bot.engine.guard import Scene, callable_by
from nova_bot.tools.registry import WHEN, Registry, Tool
from nova_bot.trust.grants import leaves, stands_in

GRAVE = frozenset({Effect.MONEY, Effect.IDENTITY, Effect.EXEC})
"""What a candidate is no button for: the person writes himself whom or what he means."""

_VALUE = attrgetter("value")

Directory = Callable[[Place], Sequence[str]]
"""The names that can be meant at a place."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the person's words are held against: directories by name, and the time grammar."""

    directories: Mapping[str, Directory]
    timing: Callable[[str, datetime], Timing]


def before_an_agent(spec: AgentSpec, run: Run, conversation: Conversation) -> Ask | None:
    """The question about a name in the request that fits several known things of a kind the agent `needs`."""
    if run.stretch or not conversation.needed:
        return None
    thread = [turn.claim.text for turn in conversation.turns] + [claim.text for claim in run.claims[1:]]
    needed = [claim for claim in conversation.needed if claim.subject in spec.needs]
    found = slots.several(run.route.request, needed, thread)
    if found is None:
        return None
    name, claims = found
    what = say("unclear", "subject", name=name, subject=claims[0].subject.replace("_", " "))
    candidates = [claim.value for claim in claims[: ambiguity.MOST_BUTTONS]]
    clean = all(claim.label.integrity >= Integrity.DIRECTORY for claim in claims)
    return ambiguity.question([Doubt(what, tuple(candidates)) if clean else ambiguity.listed(what, candidates)])


def asked(
    outcome: Outcome,
    known: Collection[Claim],
    scene: Callable[[], Scene],
    tools: Registry,
    lookup: Lookup,
    tz: str,
) -> Ask | None:
    """The one question about everything that `outcome` leaves unclear; None when it may go on.

    `known` are all claims at hand; `scene` is made late.
    """
    match outcome:
        case Use(calls=calls):
            rows = tools.rows()
            effects = [call for call in calls if call.tool in rows and not rows[call.tool].plain]
            return _Look(scene(), effects, tools, lookup, tz).question() if effects else None
        case HandOff() as handed:
            texts = [handed.task, handed.done_when, handed.did, *handed.found, *handed.assumed, *handed.open]
            if any(map(_VALUE, known)):
                return ambiguity.question(ambiguity.of_conflict(conflicts(known), texts))
    return None


@dataclass(frozen=True)
class _Look:
    scene: Scene
    calls: Sequence[ToolCall]
    tools: Registry
    lookup: Lookup
    tz: str

    def question(self) -> Ask | None:
        mine = [call for call in self.calls if call.tool in callable_by(self.scene.spec)]
        doubts = [doubt for call in mine for doubt in self._of_call(call)]
        if any(map(_VALUE, self.scene.known.values())):
            texts = [one for call in mine for value in call.args.values() for one in leaves(value)]
            doubts += ambiguity.of_conflict(conflicts(self.scene.known.values()), texts)
        grave = any(self.tools.rows()[call.tool].effect in GRAVE for call in mine)
        return ambiguity.question(doubts, buttons=not grave)

    def _of_call(self, call: ToolCall) -> list[Doubt]:
        tool = self.tools.get(call.tool)
        return [doubt for name, source in tool.slots.items() for doubt in self._of_slot(call, tool, name, source)]

    def _of_slot(self, call: ToolCall, tool: Tool, name: str, source: str) -> list[Doubt]:
        value = call.args.get(name)
        if ambiguity.is_blank(value):
            empty = self._empty(name, source) if tool.args.model_fields[name].is_required() else None
            return [empty] if empty else []
        found = [self._of_value(call, tool, name, source, one) for one in leaves(value)]
        return [doubt for doubt in found if doubt]

    def _empty(self, name: str, source: str) -> Doubt | None:
        """A required argument is missing. With outside words in view nobody knows if the person wanted the call."""
        if self.scene.outside:
            return None
        if source == WHEN:
            return None if self._timing.told else Doubt(say("unclear", "when"))
        return ambiguity.unnamed(name, self._entries(source) or self._lines(source), self._words)

    def _of_value(self, call: ToolCall, tool: Tool, name: str, source: str, value: str) -> Doubt | None:
        if source == WHEN:
            return self._of_time(value, required=tool.args.model_fields[name].is_required())
        if source not in self.lookup.directories:
            handled = [one for other in self._made(call.tool) for one in leaves(other.args.get(name))]
            return ambiguity.of_line(value, self._lines(source), self._words, handled, self._today)
        quoted = stands_in(value, self.scene.said)
        if (self.scene.outside and not quoted) or crowd_of(value):
            return None
        return ambiguity.of_name(value, self._entries(source), self._words, quoted)

    def _of_time(self, value: str, *, required: bool) -> Doubt | None:
        moment = _moment(value)
        shown = [claim.text for claim in self.scene.view if not claim.label.origin.startswith("tool:clock")]
        if required and ambiguity.timeless(shown, self._timing):
            return Doubt(say("unclear", "when"))
        return ambiguity.of_time(moment, self._timing) if moment else None

    def _entries(self, source: str) -> Sequence[str]:
        names = self.lookup.directories.get(source)
        return names(self.scene.run.envelope.place) if names else ()

    def _lines(self, source: str) -> list[str]:
        """What the tool `source` listed in this run."""
        found = [claim for claim in self.scene.run.claims if claim.basis is Basis.FOUND]
        return [line for c in found if c.label.origin == f"tool:{source}" for line in c.text.splitlines()]

    def _made(self, tool: str) -> list[ToolCall]:
        """All calls of a tool in this run, those to come included."""
        before = [step.outcome for step in self.scene.run.steps if isinstance(step.outcome, Use)]
        return [call for call in (*self.calls, *(call for use in before for call in use.calls)) if call.tool == tool]

    @cached_property
    def _words(self) -> str:
        """What the person says now, and what the question was about that he answers."""
        question = self.scene.question
        waiting = question.request if question and question.asking in (Asking.AGENT, Asking.UNCLEAR) else ""
        return f"{self.scene.run.route.request}\n{waiting}"

    @cached_property
    def _timing(self) -> Timing:
        return self.lookup.timing(self.scene.run.route.request, self.scene.now)

    @cached_property
    def _today(self) -> date:
        return self.scene.now.astimezone(ZoneInfo(self.tz)).date()


def _moment(value: str) -> date | datetime | None:
    """A day or a moment of the wall clock; None for what is neither."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(value)
        except ValueError:
            continue
    return None

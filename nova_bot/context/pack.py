"""Building a ContextPack: what this agent may and needs to see in this step, within its budget."""

import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from nova_bot.context import freshness, items, sentences
from nova_bot.context import handoff as handoffs
from nova_bot.context import summary as summaries
from nova_bot.context.budget import estimate_tokens
from nova_bot.context.clearance import Viewer
from nova_bot.context.lacking import RESERVED
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.conversation import Conversation, Turn
from nova_bot.core.labels import Label, join
from nova_bot.core.outcome import HandOff, ToolCall, ToolResult, Use
from nova_bot.core.pack import ContextPack, Exchange, Item, ItemKind, LeftOut, ThreadView
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run, Step
from nova_bot.core.same import Same
from nova_bot.core.wording import say

SHARE_OF_BUDGET = 0.5
"""How much of an agent's tokens one pack may take: room stays for at least one more step."""

LONGEST_REFUSED = 4_000
"""Characters. What a refused call passed on is shown again up to this, so that there is room to mend it."""

NOTE = "note"
"""The subject of claims that are notes of the person."""


Old = Callable[[Claim], str]
"""Says how old a claim is, if it is out of date for the agent at work."""


class TooLong(Exception):
    """The request alone is more than the agent may read at once; `limit` is in characters."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class Full(Exception):
    """The request fits, but not together with what was handed over or with the agent's own tool calls so far."""


@cache
def _house() -> str:
    return files("nova_bot.context").joinpath("house.md").read_text("utf-8").strip()


def system(spec: AgentSpec, roster: Roster) -> str:
    """The stable prefix: the rules of the house, the agent's own text, and its neighbours."""
    return _system(Same(spec), Same(roster))


@lru_cache(maxsize=256)
def _system(agent: Same[AgentSpec], among: Same[Roster]) -> str:
    spec, roster = agent.it, among.it
    neighbours = "\n".join(f"- {name}: {roster.get(name).description}" for name in spec.hands_to if name in roster)
    parts = [
        _house(),
        f"# You are {spec.name}\n\n{spec.description}\n\n{spec.body}",
        f"Style: {spec.style}" if spec.style else "",
        f"# Agents you may hand work to\n\n{neighbours}" if neighbours else "",
    ]
    return "\n\n".join(part for part in parts if part)


def build(
    spec: AgentSpec, roster: Roster, run: Run, conversation: Conversation, now: datetime, tz: str, keep_turns: int
) -> ContextPack:
    """The pack of the next step of `run`. The same inputs give the same pack.

    Raises TooLong when not even the request fits, Full when nothing else does.
    """

    def old(claim: Claim) -> str:
        return freshness.told(claim, spec.fresh, now)

    prefix = system(spec, roster)
    limit = int(spec.budget.tokens * SHARE_OF_BUDGET)
    room = _Room(limit - estimate_tokens(prefix), say("why_out", "budget", limit=limit))
    last = [*items.asked(conversation), items.now(now, tz), items.request(run)]
    if not room.take(sum(item.tokens for item in last)):
        raise TooLong(max(0, room.tokens * 3))
    brief = items.brief(run)
    used = [_dated(_trimmed(step), run.claims, old) for step in run.stretch if isinstance(step.outcome, Use)]
    if not room.take(sum(item.tokens for item in brief) + sum(_least(step, room) for step in used)):
        raise Full
    reserved = min(room.tokens, RESERVED)
    room.tokens -= reserved
    viewer = Viewer(spec, run.envelope.place.room)

    def since(claim: Claim) -> str:
        return freshness.since(claim, spec.fresh, now, tz)

    before = _before(viewer, conversation, keep_turns, since, now)
    claims, no_claims = _fit(_passed_on(viewer, run, old), room)
    exchanges, no_results = _exchanges(used, run, room)
    quoted, no_quoted = _fit(_quoted(viewer, run), room)
    needed, no_needed = _fit(_needed(viewer, run, conversation, old), room)
    thread, no_thread = before.fitted(room)
    left_out = (*before.left_out, *no_thread, *no_claims, *no_needed, *no_results, *no_quoted)
    room.tokens += reserved
    lacking = _lacking(left_out, room)
    shown = (*thread.items, *brief, *claims, *needed, *quoted, *lacking, *last)
    return ContextPack(spec.name, spec.sha, prefix, shown, exchanges, left_out, limit - room.tokens, limit, thread)


@dataclass(slots=True)
class _Room:
    """What is left of a pack's budget, and the reason to give when something doesn't fit into it."""

    tokens: int
    why_out: str

    @property
    def instead(self) -> str:
        """What stands in the place of a result that doesn't fit."""
        return f"({self.why_out})"

    def take(self, tokens: int) -> bool:
        fits = tokens <= self.tokens
        self.tokens -= tokens if fits else 0
        return fits


class _Wish(NamedTuple):
    """An item that may go in, what it is called, and why it can't go in if that is known already.

    A tuple, because a pack begins with hundreds.
    """

    item: Item
    what: ClaimId | str
    why_out: str = ""


def _fit(wishes: Iterable[_Wish], room: _Room) -> tuple[list[Item], list[LeftOut]]:
    """The items that fit and those that don't; `wishes` come with the dearest first, what is returned with it last."""
    taken: list[Item] = []
    out: list[LeftOut] = []
    for wish in wishes:
        why_out = wish.why_out or ("" if room.take(wish.item.tokens) else room.why_out)
        if not why_out:
            taken.append(wish.item)
            continue
        out.append(LeftOut(wish.item.kind, str(wish.what), why_out, wish.item.claims, no_room=not wish.why_out))
        stub = items.stub(wish.item.kind, str(wish.what), why_out) if wish.why_out else None
        if stub and room.take(stub.tokens):
            taken.append(stub)
    return taken[::-1], out[::-1]


def _lacking(left_out: Iterable[LeftOut], room: _Room) -> list[Item]:
    """What did not fit, in a line for the agent. A result that did not says so in its own place."""
    no_room = [out for out in left_out if out.no_room and out.kind is not ItemKind.RESULT]
    told = [items.left_out(no_room)] if no_room else []
    return [item for item in told if room.take(item.tokens)]


def _passed_on(viewer: Viewer, run: Run, old: Old) -> list[_Wish]:
    """The claims of all hand-offs of this run: assumptions first, and of each kind the latest first."""
    handed = {step.n: step.agent for step in run.steps if isinstance(step.outcome, HandOff)}
    made = [claim for claim in run.claims if claim.step in handed and claim.subject != handoffs.TASK]
    made.sort(key=lambda claim: (claim.basis is Basis.ASSUMED, claim.id), reverse=True)
    return [_wish(items.passed_on(claim, handed[claim.step], old(claim)), claim, viewer) for claim in made]


def _wish(item: Item, claim: Claim, viewer: Viewer) -> _Wish:
    """The item that shows `claim`. What no longer holds is not shown, and what the agent may not see neither."""
    gone = "" if claim.status is Status.LIVE else say("why_out", "gone", status=say("status", claim.status))
    return _Wish(item, claim.id, gone or viewer.hidden(claim))


def _quoted(viewer: Viewer, run: Run) -> list[_Wish]:
    """What came along with the message, the last one first."""
    came = [claim for claim in run.claims[1:] if claim.step == 0 and claim.subject != NOTE]
    pairs = zip(came, run.envelope.quoted, strict=False)
    shown = [_wish(items.quoted(claim, what), claim, viewer) for claim, what in pairs]
    return shown[::-1]


def _needed(viewer: Viewer, run: Run, conversation: Conversation, old: Old) -> list[_Wish]:
    """What is known of the subjects that the agent needs, and notes that fit; the dearest first."""
    known = [claim for claim in conversation.needed if claim.subject.partition(":")[0] in viewer.spec.needs]
    notes = [claim for claim in run.claims if claim.step == 0 and claim.subject == NOTE]
    return [
        *(_wish(items.needed(claim, old(claim)), claim, viewer) for claim in known),
        *(_wish(items.note(claim), claim, viewer) for claim in notes),
    ]


@dataclass(frozen=True)
class _Before:
    """The thread so far: the latest turns whole, those before them in short, the rest counted."""

    turns: list[_Wish]
    summary: list[_Wish]
    left_out: list[LeftOut]
    said: Mapping[ClaimId, Claim]

    def fitted(self, room: _Room) -> tuple[ThreadView, list[LeftOut]]:
        """What fits, and what does not. Where all of it fits, that is the same object each time."""
        return self._all if room.take(self._all[0].tokens) else self._in(room)

    @cached_property
    def _all(self) -> tuple[ThreadView, list[LeftOut]]:
        return self._in(_Room(sys.maxsize, ""))

    def _in(self, room: _Room) -> tuple[ThreadView, list[LeftOut]]:
        turns, no_turns = _fit(self.turns, room)
        summary, no_summary = _fit(self.summary, room)
        shown = (*summary, *turns)
        claims = tuple([self.said[claim] for item in shown for claim in item.claims])
        return ThreadView(shown, claims), [*no_summary, *no_turns]

    @classmethod
    def of(cls, at_hand: tuple[Turn, ...], earlier: int, keep: int, hidden: Old, since: Old) -> "_Before":
        start = summaries.window(earlier + len(at_hand), keep)
        first = summaries.begin(start, keep, earlier)
        turns = [_turn(turn, hidden(turn.claim), since(turn.claim)) for turn in reversed(at_hand[start - earlier :])]
        told = [(turn, hidden(turn.claim)) for turn in at_hand[first - earlier : start - earlier]]
        seen = [turn for turn, why in told if not why]
        unseen = [_turn(turn, why) for turn, why in told if why]
        summary = [_Wish(items.summary(seen), f"{len(seen)} turns in short")] if seen else []
        out = [LeftOut(ItemKind.TURN, str(wish.what), wish.why_out, wish.item.claims) for wish in unseen]
        older = tuple(turn.claim.id for turn in at_hand[: first - earlier])
        if first:
            why = say("why_out", "older", keep=keep)
            out.insert(0, LeftOut(ItemKind.TURN, f"{first} earlier turns", why, older))
        return cls(turns, summary, out, _said(Same(at_hand)))


@dataclass(frozen=True, slots=True)
class _Thread:
    """A thread as it is shown to those who may see all of it, before any of it is out of date.

    `label` joins those of its turns, `kinds` are what they are about, `fresh` is until when all of them are.
    """

    before: _Before
    label: Label
    kinds: frozenset[str]
    fresh: datetime | None

    def shown_whole(self, viewer: Viewer, now: datetime) -> bool:
        """Is it shown so to this agent now?"""
        dated = self.kinds.isdisjoint(viewer.spec.fresh) and (self.fresh is None or self.fresh >= now)
        return dated and not viewer.hides(self.label)


@lru_cache(maxsize=256)
def _thread(turns: Same[tuple[Turn, ...]], earlier: int, keep: int) -> _Thread:
    """Worked out once for all steps and agents of a run: meanwhile its thread stays as it is."""
    claims = [turn.claim for turn in turns.it]
    about = [claim for claim in claims if claim.subject]
    label = join([claim.label for claim in claims], "")
    ends = [label.expires, *(freshness.expires(claim, {}) for claim in about)]
    return _Thread(
        _Before.of(turns.it, earlier, keep, lambda _claim: "", lambda _claim: ""),
        label,
        frozenset([freshness.kind_of(claim) for claim in about]),
        min([end for end in ends if end], default=None),
    )


def _before(viewer: Viewer, conversation: Conversation, keep: int, since: Old, now: datetime) -> _Before:
    thread = _thread(Same(conversation.turns), conversation.earlier, keep)
    if thread.shown_whole(viewer, now):
        return thread.before
    return _Before.of(conversation.turns, conversation.earlier, keep, viewer.hidden, since)


def _turn(turn: Turn, why_out: str, since: str = "") -> _Wish:
    return _Wish(items.turn(turn, since), f"turn of r{turn.run}", why_out)


def _exchanges(used: Sequence[Step], run: Run, room: _Room) -> tuple[tuple[Exchange, ...], list[LeftOut]]:
    """The agent's own tool calls since it got the work. Every call stays; the latest results that fit do."""
    exchanges: list[Exchange] = []
    out: list[LeftOut] = []
    for step in reversed(used):
        exchange, gone = _exchange(step, run, room)
        exchanges.append(exchange)
        out += gone
    return tuple(exchanges[::-1]), out[::-1]


def _trimmed(step: Step) -> Step:
    """`step` without the citations of what its agent said, and without long arguments of calls that were refused."""
    assert isinstance(step.outcome, Use)
    pairs = zip(step.outcome.calls, step.results, strict=True)
    calls = tuple(_trimmed_call(call) if result.error else call for call, result in pairs)
    return replace(step, outcome=Use(calls, sentences.bare(step.outcome.text)))


def _trimmed_call(call: ToolCall) -> ToolCall:
    size = len(str(call.args))
    return replace(call, args={"left_out": say("why_out", "refused", size=size)}) if size > LONGEST_REFUSED else call


def _dated(step: Step, made: tuple[Claim, ...], old: Old) -> Step:
    """`step` with results that say how old they are, where they are out of date."""
    found = iter([claim for claim in made if claim.step == step.n])
    ages = ["" if result.error else "".join(map(old, islice(found, 1))) for result in step.results]
    if not any(ages):
        return step
    results = (
        replace(result, text=f"({age})\n{result.text}") if age else result
        for result, age in zip(step.results, ages, strict=True)
    )
    return replace(step, results=tuple(results))


def _least(step: Step, room: _Room) -> int:
    """The tokens of an exchange without the results that are longer than what would stand in their place."""
    assert isinstance(step.outcome, Use)
    said = step.outcome.text + "".join(f"{call.tool}{call.args}" for call in step.outcome.calls)
    instead = estimate_tokens(room.instead)
    return estimate_tokens(said) + sum(min(estimate_tokens(result.text), instead) for result in step.results)


def _exchange(step: Step, run: Run, room: _Room) -> tuple[Exchange, list[LeftOut]]:
    assert isinstance(step.outcome, Use)
    made = [claim.id for claim in run.claims if claim.step == step.n]
    parts = _parts(made, run) if len(made) > len(step.results) else {}
    found = iter(made)
    results: list[ToolResult] = []
    shown: list[ClaimId] = []
    out: list[LeftOut] = []
    for call, result in zip(step.outcome.calls, step.results, strict=True):
        ids = (
            () if result.error else tuple(each for whole in islice(found, 1) for each in (whole, *parts.get(whole, ())))
        )
        if room.take(max(0, estimate_tokens(result.text) - estimate_tokens(room.instead))):
            results.append(result)
            shown += ids
        else:
            results.append(replace(result, text=room.instead))
            out.append(
                LeftOut(ItemKind.RESULT, f"result of {call.tool} in step {step.n}", room.why_out, ids, no_room=True)
            )
    return Exchange(step.outcome.text, step.outcome.calls, tuple(results), tuple(shown)), out


def _parts(made: Collection[ClaimId], run: Run) -> Mapping[ClaimId, list[ClaimId]]:
    """The facts in each result of a step that `made` them; they follow behind the results."""
    parts: dict[ClaimId, list[ClaimId]] = defaultdict(list)
    for edge in run.edges:
        if edge.src in made and edge.dst in made:
            parts[edge.dst].append(edge.src)
    return parts


def with_remark(pack: ContextPack, exchange: Exchange) -> ContextPack:
    """`pack` with an answer that could not stand, and what was said to it: the same step asks once more.

    It is shown without citations of what the pack does not hold.
    """
    strange = frozenset(sentences.citations(exchange.text)) - frozenset(pack.shown)
    exchange = replace(exchange, text=sentences.without(exchange.text, strange))
    more = estimate_tokens(exchange.text + exchange.remark + "".join(result.text for result in exchange.results))
    return replace(pack, exchanges=(*pack.exchanges, exchange), tokens=pack.tokens + more)


def known(run: Run, conversation: Conversation) -> Mapping[ClaimId, Claim]:
    """Every claim that a pack of this run can show."""
    said = _said(Same(conversation.turns))
    return {**said, **{claim.id: claim for claim in (*conversation.needed, *run.claims)}}


@lru_cache(maxsize=256)
def _said(turns: Same[tuple[Turn, ...]]) -> Mapping[ClaimId, Claim]:
    return {turn.claim.id: turn.claim for turn in turns.it}

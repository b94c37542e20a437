"""Building a ContextPack: what this agent may and needs to see in this step, within its budget."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from zoneinfo import ZoneInfo

from nova_bot.context import handoff as handoffs
from nova_bot.context.budget import estimate_tokens
from nova_bot.core.agent_spec import AgentSpec, Sees
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Asking, Conversation, Turn
from nova_bot.core.outcome import HandOff, ToolResult, Use
from nova_bot.core.pack import ContextPack, Exchange, Item, ItemKind, LeftOut
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run, Step
from nova_bot.core.text import clip
from nova_bot.core.wording import say

SHARE_OF_BUDGET = 0.5
"""How much of an agent's tokens one pack may take: room stays for at least one more step."""

LONGEST_NAME = 60


_TILDES = re.compile("~+")


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
    prefix = system(spec, roster)
    limit = int(spec.budget.tokens * SHARE_OF_BUDGET)
    room = _Room(limit - estimate_tokens(prefix), say("why_out", "budget", limit=limit))
    last = [*_asked(conversation), _now(now, tz), _request(run)]
    if not room.take(sum(item.tokens for item in last)):
        raise TooLong(max(0, room.tokens * 3))
    brief, used = _brief(run), [step for step in run.stretch if isinstance(step.outcome, Use)]
    if not room.take(sum(item.tokens for item in brief) + sum(_least(step, room) for step in used)):
        raise Full
    claims, no_claims = _fit(_passed_on(spec, run), room)
    exchanges, no_results = _exchanges(used, run.claims, room)
    turns, no_turns = _fit(_turns(spec, conversation, keep_turns), room)
    left_out = (*_earlier(conversation, keep_turns), *no_turns, *no_claims, *no_results)
    items = (*turns, *brief, *claims, *last)
    return ContextPack(spec.name, spec.sha, prefix, items, exchanges, left_out, limit - room.tokens, limit)


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


@dataclass(frozen=True, slots=True)
class _Wish:
    """An item that may go in, what it is called, and why it can't go in if that is known already."""

    item: Item
    what: str
    why_out: str = ""


def _fit(wishes: Iterable[_Wish], room: _Room) -> tuple[list[Item], list[LeftOut]]:
    """The items that fit and those that don't; `wishes` come with the dearest first, what is returned with it last."""
    taken: list[Item] = []
    out: list[LeftOut] = []
    for wish in wishes:
        why_out = wish.why_out or ("" if room.take(wish.item.tokens) else room.why_out)
        if why_out:
            out.append(LeftOut(wish.item.kind, wish.what, why_out, wish.item.claims))
        else:
            taken.append(wish.item)
    return taken[::-1], out[::-1]


def fenced(text: str) -> str:
    """`text` between ~~~ lines longer than any that stand in it: nothing inside can end the fence."""
    longest = max(map(len, _TILDES.findall(text)), default=0)
    fence = "~" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _item(kind: ItemKind, text: str, why: str, claims: Iterable[ClaimId] = ()) -> Item:
    return Item(kind, text, why, estimate_tokens(text), tuple(claims))


def _request(run: Run) -> Item:
    told = run.claims[0].id
    return _item(ItemKind.REQUEST, f"Request ({told}):\n{run.route.request}", say("why_in", "request"), [told])


def _now(now: datetime, tz: str) -> Item:
    local = now.astimezone(ZoneInfo(tz))
    return _item(ItemKind.NOW, f"Now: {local:%A %Y-%m-%d %H:%M} ({tz})", say("why_in", "now"))


def _asked(conversation: Conversation) -> list[Item]:
    question = conversation.question
    if question is None or question.asking is not Asking.AGENT:
        return []
    text = f"You asked:\n{fenced(question.text)}\nabout this request:\n{fenced(question.request)}"
    return [_item(ItemKind.QUESTION, text, say("why_in", "question"))]


def _brief(run: Run) -> list[Item]:
    """The last hand-off, as an item."""
    if not run.hand_offs:
        return []
    step = next(step for step in reversed(run.steps) if isinstance(step.outcome, HandOff))
    handoff = run.hand_offs[-1]
    lines = [f"Handed over by {step.agent}.", f"Task: {handoff.task}", f"Done when: {handoff.done_when}"]
    lines += [f"Could not: {text}" for text in handoff.could_not]
    lines += [f"Open: {text}" for text in handoff.open]
    stated = [claim.id for claim in run.claims if claim.step == step.n and claim.subject == handoffs.TASK]
    return [_item(ItemKind.HAND_OFF, fenced("\n".join(lines)), say("why_in", "hand_off", agent=step.agent), stated)]


def _passed_on(spec: AgentSpec, run: Run) -> list[_Wish]:
    """The claims of all hand-offs of this run: assumptions first, and of each kind the latest first."""
    handed = {step.n: step.agent for step in run.steps if isinstance(step.outcome, HandOff)}
    made = [claim for claim in run.claims if claim.step in handed and claim.subject != handoffs.TASK]
    made.sort(key=lambda claim: (claim.basis is Basis.ASSUMED, claim.id), reverse=True)
    return [_Wish(_claim(claim, handed[claim.step]), str(claim.id), _hidden(claim, spec)) for claim in made]


def _claim(claim: Claim, agent: str) -> Item:
    mark = "assumed, not checked" if claim.basis is Basis.ASSUMED else claim.basis.value
    text = f"{claim.id} ({mark}, from {agent}):\n{fenced(claim.text)}"
    return _item(ItemKind.CLAIM, text, say("why_in", "claim", agent=agent), [claim.id])


def _exchanges(
    used: Sequence[Step], made: tuple[Claim, ...], room: _Room
) -> tuple[tuple[Exchange, ...], list[LeftOut]]:
    """The agent's own tool calls since it got the work. Every call stays; the latest results that fit do."""
    exchanges: list[Exchange] = []
    out: list[LeftOut] = []
    for step in reversed(used):
        exchange, gone = _exchange(step, made, room)
        exchanges.append(exchange)
        out += gone
    return tuple(exchanges[::-1]), out[::-1]


def _least(step: Step, room: _Room) -> int:
    """The tokens of an exchange without the results that are longer than what would stand in their place."""
    assert isinstance(step.outcome, Use)
    said = step.outcome.text + "".join(f"{call.tool}{call.args}" for call in step.outcome.calls)
    instead = estimate_tokens(room.instead)
    return estimate_tokens(said) + sum(min(estimate_tokens(result.text), instead) for result in step.results)


def _exchange(step: Step, made: tuple[Claim, ...], room: _Room) -> tuple[Exchange, list[LeftOut]]:
    assert isinstance(step.outcome, Use)
    found = iter([claim.id for claim in made if claim.step == step.n])
    results: list[ToolResult] = []
    shown: list[ClaimId] = []
    out: list[LeftOut] = []
    for call, result in zip(step.outcome.calls, step.results, strict=True):
        ids = () if result.error else tuple(islice(found, 1))
        if room.take(max(0, estimate_tokens(result.text) - estimate_tokens(room.instead))):
            results.append(result)
            shown += ids
        else:
            results.append(replace(result, text=room.instead))
            out.append(LeftOut(ItemKind.RESULT, f"result of {call.tool} in step {step.n}", room.why_out, ids))
    return Exchange(step.outcome.text, step.outcome.calls, tuple(results), tuple(shown)), out


def _turns(spec: AgentSpec, conversation: Conversation, keep: int) -> Iterator[_Wish]:
    """The latest turns, the latest first."""
    for turn in reversed(conversation.turns[-keep:]):
        yield _Wish(_turn(turn), f"turn of r{turn.run}", _hidden(turn.claim, spec))


def _earlier(conversation: Conversation, keep: int) -> list[LeftOut]:
    """The turns before those, together: they share their reason."""
    claims = tuple(turn.claim.id for turn in conversation.turns[:-keep])
    older = conversation.earlier + len(claims)
    if not older:
        return []
    return [LeftOut(ItemKind.TURN, f"{older} earlier turns", say("why_out", "older", keep=keep), claims)]


def _hidden(claim: Claim, spec: AgentSpec) -> str:
    """Why the agent may not see a claim; "" when it may."""
    if claim.label.secret and spec.sees is not Sees.SECRET:
        return say("why_out", "clearance", agent=spec.name, sees=spec.sees)
    return ""


@lru_cache(maxsize=1_024)
def _turn(turn: Turn) -> Item:
    """A turn. What people call themselves is theirs to choose, so it stands inside the fence."""
    who, text = turn.agent or "a person", turn.claim.text
    if turn.speaker:
        text = f"{clip(turn.speaker, LONGEST_NAME)}: {text}"
    said = f"Earlier, {who} said ({turn.claim.id}):\n{fenced(text)}"
    return _item(ItemKind.TURN, said, say("why_in", "turn"), [turn.claim.id])


def with_remark(pack: ContextPack, exchange: Exchange) -> ContextPack:
    """`pack` with an answer that could not stand, and what was said to it: the same step asks once more."""
    more = estimate_tokens(exchange.text + exchange.remark + "".join(result.text for result in exchange.results))
    return replace(pack, exchanges=(*pack.exchanges, exchange), tokens=pack.tokens + more)


def known(run: Run, conversation: Conversation) -> Mapping[ClaimId, Claim]:
    """Every claim that a pack of this run can show."""
    return {claim.id: claim for claim in (*(turn.claim for turn in conversation.turns), *run.claims)}

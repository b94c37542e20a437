"""ContextPack: exactly what an agent is shown in a step, with why each item is in and what was left out."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from nova_bot.core.claims import ClaimId
from nova_bot.core.outcome import ToolCall, ToolResult


class ItemKind(StrEnum):
    """What an item is; the order here is the order in the pack."""

    SUMMARY = "summary"
    TURN = "turn"
    HAND_OFF = "hand-off"
    CLAIM = "claim"
    NOTE = "note"
    NEEDED = "needed"
    RESULT = "result"
    QUOTED = "quoted"
    LEFT_OUT = "left out"
    QUESTION = "question"
    NOW = "now"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing shown. `claims` are the claims it shows; `tokens` is an estimate."""

    kind: ItemKind
    text: str
    why: str
    tokens: int
    claims: tuple[ClaimId, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing not shown, and why. `no_room`: the agent may see it, but it did not fit."""

    kind: ItemKind
    what: str
    why: str
    claims: tuple[ClaimId, ...] = ()
    no_room: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier model call of this agent in this run and the results of its tool calls.

    `remark` is what the checks said to an answer without calls: it has to be given again, mended.
    """

    text: str
    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]
    claims: tuple[ClaimId, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class ContextPack:
    """`system` is the stable prefix (the agent's own file and the rules of the house), the same for every run.

    `tokens` estimates the whole, `limit` is the agent's budget for it.
    """

    agent: str
    agent_sha: str
    system: str
    items: tuple[Item, ...]
    exchanges: tuple[Exchange, ...]
    left_out: tuple[LeftOut, ...]
    tokens: int
    limit: int

    @cached_property
    def shown(self) -> tuple[ClaimId, ...]:
        """Every claim the agent was shown, in order, each once."""
        ids = [c for item in self.items for c in item.claims] + [c for e in self.exchanges for c in e.claims]
        return tuple(dict.fromkeys(ids))

    @property
    def lasting(self) -> int:
        """How many of the first items stay the same in the next message of the thread: the summary and the turns."""
        return sum(item.kind in (ItemKind.SUMMARY, ItemKind.TURN) for item in self.items)

    @property
    def text(self) -> str:
        """The items as the model gets them: one user message."""
        return "\n\n".join([item.text for item in self.items])

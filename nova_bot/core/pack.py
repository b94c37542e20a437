"""ContextPack: exactly what an agent is shown in a step, with why each item is in and what was left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from nova_bot.core.claims import Claim, ClaimId
from nova_bot.core.labels import Label, join
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


@dataclass(frozen=True, eq=False)
class ThreadView:
    """What a pack shows of its thread: its first items, and the claims in them.

    The steps of a run that are shown the same have the very same one, so that what follows from it is worked out once.
    """

    items: tuple[Item, ...] = ()
    claims: tuple[Claim, ...] = ()

    @cached_property
    def by_id(self) -> dict[ClaimId, Claim]:
        """The claims by their ids, in their order."""
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def tokens(self) -> int:
        """How long its items are."""
        return sum(item.tokens for item in self.items)

    def labels_with(self, others: Iterable[Claim]) -> list[Label]:
        """The labels of its claims, joined into one, and those of `others`."""
        return [*self._label, *(claim.label for claim in others)]

    @cached_property
    def _label(self) -> tuple[Label, ...]:
        return (join([claim.label for claim in self.claims], "thread"),) if self.claims else ()


NO_THREAD = ThreadView()


@dataclass(frozen=True)
class ContextPack:
    """`system` is the stable prefix (the agent's own file and the rules of the house), the same for every run.

    `tokens` estimates the whole, `limit` is the agent's budget for it. `thread` has the first of the items, where it is
    known that they show the thread.
    """

    agent: str
    agent_sha: str
    system: str
    items: tuple[Item, ...]
    exchanges: tuple[Exchange, ...]
    left_out: tuple[LeftOut, ...]
    tokens: int
    limit: int
    thread: ThreadView = field(default=NO_THREAD, compare=False, repr=False)

    @cached_property
    def shown(self) -> tuple[ClaimId, ...]:
        """Every claim the agent was shown, in order, each once."""
        return (*self.thread.by_id, *self.beside)

    @cached_property
    def beside(self) -> tuple[ClaimId, ...]:
        """What it was shown beside its thread, in order, each once."""
        ids = [c for item in self.items[len(self.thread.items) :] for c in item.claims]
        new = dict.fromkeys([*ids, *(c for e in self.exchanges for c in e.claims)])
        return tuple([c for c in new if c not in self.thread.by_id])

    @property
    def lasting(self) -> int:
        """How many of the first items stay the same in the next message of the thread: the summary and the turns."""
        return sum(item.kind in (ItemKind.SUMMARY, ItemKind.TURN) for item in self.items)

    @property
    def text(self) -> str:
        """The items as the model gets them: one user message."""
        return "\n\n".join([item.text for item in self.items])

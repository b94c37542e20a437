"""Run: the work for one envelope. Step: one model call of one agent. Both are plain facts that the ledger replays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import add

from nova_bot.core.claims import Claim, Edge
from nova_bot.core.envelope import Envelope
from nova_bot.core.fault import Fault
from nova_bot.core.outcome import EndingKind, HandOff, Outcome, ToolResult, Use
from nova_bot.core.route import Route


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and money of model calls. `usd` is None where no price is known; `calls` counts requests sent."""

    tokens_in: int = 0
    tokens_out: int = 0
    cache_read: int = 0
    cache_write: int = 0
    usd: float | None = 0.0
    calls: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        usd = None if self.usd is None or other.usd is None else self.usd + other.usd
        return Usage(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            usd,
            self.calls + other.calls,
        )

    @property
    def tokens(self) -> int:
        """All tokens that count against a budget."""
        return self.tokens_in + self.tokens_out + self.cache_read + self.cache_write


@dataclass(frozen=True, slots=True)
class Step:
    """A finished step. `results` answer the calls of a `Use`, in its order; empty while they are still to be made."""

    n: int
    agent: str
    agent_sha: str
    pack_sha: str
    outcome: Outcome
    model: str
    usage: Usage
    started: datetime
    ended: datetime
    results: tuple[ToolResult, ...] = ()

    @property
    def waiting_for_tools(self) -> bool:
        """Are its tool calls still to be made?"""
        return isinstance(self.outcome, Use) and not self.results


@dataclass(frozen=True, slots=True)
class Ending:
    """How the run ended and the one plain sentence the asker got about it ("" when the answer says it all)."""

    kind: EndingKind
    sentence: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """`claims` are those made in this run, `edges` what they rest on, `faults` what the checks found in its steps.

    `cards` counts those it has waited for.
    """

    id: int
    envelope: Envelope
    route: Route
    started: datetime
    steps: tuple[Step, ...] = ()
    claims: tuple[Claim, ...] = ()
    edges: tuple[Edge, ...] = ()
    faults: tuple[Fault, ...] = ()
    ending: Ending | None = None
    cards: int = 0

    @property
    def name(self) -> str:
        """How people name it: `r12`."""
        return f"r{self.id}"

    @property
    def agent(self) -> str:
        """Whose turn it is: the last hand-off's receiver, else the routed agent."""
        handed = (step.outcome.to for step in reversed(self.steps) if isinstance(step.outcome, HandOff))
        return next(handed, self.route.agent)

    @property
    def hand_offs(self) -> tuple[HandOff, ...]:
        """The hand-offs so far, first to last."""
        return tuple(step.outcome for step in self.steps if isinstance(step.outcome, HandOff))

    @property
    def stretch(self) -> tuple[Step, ...]:
        """The steps since the last hand-off: those of the agent whose turn it is."""
        handed = [i for i, step in enumerate(self.steps) if isinstance(step.outcome, HandOff)]
        return self.steps[handed[-1] + 1 :] if handed else self.steps

    @property
    def usage(self) -> Usage:
        """The sum over all steps."""
        return _sum([step.usage for step in self.steps])

    def usage_of(self, agent: str) -> Usage:
        """The sum over one agent's steps."""
        return _sum([step.usage for step in self.steps if step.agent == agent])

    def then(
        self, step: Step, claims: tuple[Claim, ...], edges: tuple[Edge, ...], faults: tuple[Fault, ...] = ()
    ) -> "Run":
        """The run after `step` (a step of the same number is replaced: its tool results came in)."""
        kept = tuple(old for old in self.steps if old.n != step.n)
        return replace(
            self,
            steps=(*kept, step),
            claims=self.claims + claims,
            edges=self.edges + edges,
            faults=self.faults + faults,
        )


def _sum(usages: Sequence[Usage]) -> Usage:
    return reduce(add, usages) if usages else Usage()


def reached(run: Run | None) -> int:
    """How far a run is, as a number that grows with each step, with its results and with each card; 0 for none."""
    return run.cards + sum(1 + bool(step.results) for step in run.steps) if run else 0

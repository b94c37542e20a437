"""Graph: claims, the steps that made them, and what each rests on. Never changed; safe where sources run in a ring."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar

from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How, Status
from nova_bot.provenance.contradiction import contradicted

MARKED = frozenset({How.CITED, How.LIT})
"""What an agent says it used, or repeats: precise, and incomplete."""
EVERYTHING = frozenset(How)
"""That and all that its step was shown: complete, and too much."""

_CITED = re.compile(r"\s*\[c\d+\.\d+(?:, c\d+\.\d+)*\]")

Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True, slots=True, order=True)
class StepId:
    """The n-th step of a run; people see it as `r7.2`."""

    run: int
    n: int

    def __str__(self) -> str:
        return f"r{self.run}.{self.n}"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What is known of a step: who made it, when, and every claim it was shown."""

    id: StepId
    agent: str
    shown: tuple[ClaimId, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True)
class Graph:
    """Build it with `of`; ask it about what is MARKED or about EVERYTHING.

    `faults` are what checks found wrong with a claim when it was made, in words. Ids without a claim or a step (their
    text was forgotten, or they were not loaded) are passed over.
    """

    claims: Mapping[ClaimId, Claim]
    steps: Mapping[StepId, StepRecord]
    faults: Mapping[ClaimId, tuple[str, ...]] = field(default_factory=dict)
    marks: Mapping[ClaimId, tuple[tuple[ClaimId, How], ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        claims: Iterable[Claim],
        edges: Iterable[Edge] = (),
        steps: Iterable[StepRecord] = (),
        faults: Mapping[ClaimId, tuple[str, ...]] | None = None,
    ) -> "Graph":
        """A graph of `claims`. Shown edges stand in `steps`; one among `edges` counts as well."""
        known = {claim.id: claim for claim in claims}
        marks: dict[ClaimId, list[tuple[ClaimId, How]]] = defaultdict(list)
        for edge in edges:
            if edge.src in known and edge.dst in known:
                marks[edge.dst].append((edge.src, edge.how))
        in_order = {user: tuple(sorted(sources)) for user, sources in marks.items()}
        return cls(known, {step.id: step for step in steps}, faults or {}, in_order)

    def step_of(self, claim: ClaimId) -> StepId:
        """The step that made it; number 0 for what came with the envelope."""
        return StepId(claim.run, self.claims[claim].step)

    def agent_of(self, claim: ClaimId) -> str:
        """The agent that made it; "" for what came with the envelope and for what Nova itself said."""
        step = None if self.claims[claim].is_novas else self.steps.get(self.step_of(claim))
        return step.agent if step else ""

    def sources(self, claim: ClaimId, how: Collection[How] = MARKED) -> tuple[ClaimId, ...]:
        """What it rests on directly, each once."""
        if How.SHOWN in how:
            return self._everything_before.get(claim, ())
        return tuple(dict.fromkeys([source for source, kind in self.marks.get(claim, ()) if kind in how]))

    def dependants(self, claim: ClaimId, how: Collection[How] = MARKED) -> tuple[ClaimId, ...]:
        """What rests on it directly, each once."""
        marked = [user for user, kind in self._marked_by.get(claim, ()) if kind in how]
        steps = self._shown_to.get(claim, ()) if How.SHOWN in how else ()
        shown = [made for step in steps for made in self.made_in.get(step, ()) if made != claim]
        return tuple(dict.fromkeys((*marked, *shown)))

    def up(self, claim: ClaimId, how: Collection[How] = MARKED) -> frozenset[ClaimId]:
        """Its cone: everything it rests on, near and far, and itself."""
        return reach([claim], lambda each: self.sources(each, how))

    def down(self, claim: ClaimId, how: Collection[How] = EVERYTHING) -> frozenset[ClaimId]:
        """Everything that rests on it, near and far, and itself."""
        return reach([claim], lambda each: self.dependants(each, how))

    def path(self, claim: ClaimId, origin: ClaimId, how: Collection[How] = MARKED) -> tuple[ClaimId, ...]:
        """A shortest way back from `claim` to `origin`, both included; empty where there is none."""
        came_from: dict[ClaimId, ClaimId | None] = {claim: None}
        queue = [claim]
        for each in queue:
            for source in self.sources(each, how):
                if source not in came_from:
                    came_from[source] = each
                    queue.append(source)
        way: list[ClaimId] = []
        at = origin if origin in came_from else None
        while at is not None:
            way.append(at)
            at = came_from[at]
        return tuple(reversed(way))

    def in_order(self, claims: Collection[ClaimId]) -> tuple[ClaimId, ...]:
        """`claims`, each after those it rests on."""
        among = frozenset(claims)
        return in_order(among, lambda each: [s for s in self.sources(each, EVERYTHING) if s in among])

    def read_once(self) -> "Graph":
        """The same without what tools only said again when they were asked anew because it was out of date.

        The first reading stands for all of them: that is where it came in.
        """
        first = self._first_readings()
        if not first:
            return self
        edges = {
            Edge(first.get(user, user), first.get(source, source), how)
            for user, sources in self.marks.items()
            for source, how in sources
        }
        shown = {
            step.id: tuple(dict.fromkeys(first.get(claim, claim) for claim in step.shown))
            for step in self.steps.values()
        }
        return Graph.of(
            [claim for claim in self.claims.values() if claim.id not in first],
            (edge for edge in edges if edge.src != edge.dst),
            [replace(step, shown=shown[step.id]) for step in self.steps.values()],
            self.faults,
        )

    def _first_readings(self) -> dict[ClaimId, ClaimId]:
        """Findings that say again what another one of their run said, until that was out of date."""
        alike: dict[tuple[int, str, str], Claim] = {}
        first: dict[ClaimId, ClaimId] = {}
        for claim in (self.claims[each] for each in sorted(self.claims)):
            if claim.basis is not Basis.FOUND:
                continue
            before = alike.setdefault((claim.id.run, claim.subject, claim.text), claim)
            ends, at = before.label.expires, claim.label.as_of
            if before is not claim and ends is not None and at is not None and ends <= at:
                first[claim.id] = before.id
        return first

    @cached_property
    def made_in(self) -> Mapping[StepId, tuple[ClaimId, ...]]:
        """The claims of each step, by number."""
        made: dict[StepId, list[ClaimId]] = defaultdict(list)
        for claim in sorted(self.claims):
            made[self.step_of(claim)].append(claim)
        return {step: tuple(claims) for step, claims in made.items()}

    @cached_property
    def by_subject(self) -> Mapping[str, tuple[Claim, ...]]:
        """The live claims that state a value, by their subject."""
        found: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims.values():
            if claim.subject and claim.value and claim.status is Status.LIVE:
                found[claim.subject].append(claim)
        return {subject: tuple(claims) for subject, claims in found.items()}

    @cached_property
    def contradicted(self) -> frozenset[ClaimId]:
        """The findings that another one contradicts without naming a value."""
        return contradicted(self.claims.values())

    @cached_property
    def _everything_before(self) -> Mapping[ClaimId, tuple[ClaimId, ...]]:
        """Per claim: what it marks and what its step was shown."""
        found = {}
        for step, made in self.made_in.items():
            record = self.steps.get(step)
            shown = [source for source in record.shown if source in self.claims] if record else []
            for claim in made:
                marked = (source for source, _ in self.marks.get(claim, ()))
                found[claim] = tuple(dict.fromkeys((*marked, *(source for source in shown if source != claim))))
        return found

    @cached_property
    def _marked_by(self) -> Mapping[ClaimId, tuple[tuple[ClaimId, How], ...]]:
        found: dict[ClaimId, list[tuple[ClaimId, How]]] = defaultdict(list)
        for user, sources in self.marks.items():
            for source, how in sources:
                found[source].append((user, how))
        return {source: tuple(users) for source, users in found.items()}

    @cached_property
    def _shown_to(self) -> Mapping[ClaimId, tuple[StepId, ...]]:
        found: dict[ClaimId, list[StepId]] = defaultdict(list)
        for step in self.steps.values():
            for claim in step.shown:
                found[claim].append(step.id)
        return {claim: tuple(steps) for claim, steps in found.items()}

    def users(self, claim: ClaimId) -> tuple[StepRecord, ...]:
        """The steps that were shown it."""
        return tuple(self.steps[step] for step in self._shown_to.get(claim, ()))


def wording(claim: Claim) -> str:
    """The claim's text without its citations, capitals and full stop: two claims of one wording say the same."""
    return " ".join(_CITED.sub("", claim.text).casefold().split()).rstrip(". ")


def reach(starts: Iterable[Node], onward: Callable[[Node], Iterable[Node]]) -> frozenset[Node]:
    """Everything that can be reached, the starts included; a ring is gone round once."""
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        new = [node for node in onward(waiting.pop()) if node not in seen]
        seen.update(new)
        waiting += dict.fromkeys(new)
    return frozenset(seen)


def in_order(nodes: Iterable[Any], before: Callable[[Any], Iterable[Any]]) -> tuple[Any, ...]:
    """`nodes`, each after what comes `before` it; equals by their own order. A ring is entered at its least node."""
    waits = {node: set(before(node)) for node in nodes}
    frees: dict[Any, list[Any]] = defaultdict(list)
    for node, needed in waits.items():
        for each in needed:
            frees[each].append(node)
    ready = [node for node, needed in waits.items() if not needed]
    heapify(ready)
    ring = sorted(waits, reverse=True)
    placed: dict[Any, None] = {}
    while len(placed) < len(waits):
        node = heappop(ready) if ready else ring.pop()
        if node in placed:
            continue
        placed[node] = None
        for freed in frees[node]:
            waits[freed].discard(node)
            if not waits[freed] and freed not in placed:
                heappush(ready, freed)
    return tuple(placed)

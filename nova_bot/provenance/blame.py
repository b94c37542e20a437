"""Blame: which step introduced a mistake. Ranked suspects, then cards that the owner answers with one tap each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from nova_bot.core.claims import Basis, ClaimId, How
from nova_bot.provenance.graph import EVERYTHING, MARKED, Graph, StepId, reach
from nova_bot.provenance.weakness import Weakness, suspicion, weaknesses

TAPS = 8
CARD = 4

_PASSES_ON = 0.85
"""How likely a mistake in a marked source shows in what rests on it."""
_SHOWN_ONLY = 0.05
"""The same for something that was shown beside marked sources."""
_SHOWN_UNMARKED = 0.35
"""The same where the claim marks no source at all."""
_PROBES = 24
"""How many claims are tried for the place of the next cut."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A claim that may be the origin. `score` only ranks."""

    claim: ClaimId
    step: StepId
    score: float
    weaknesses: tuple[Weakness, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the mistake came in. `path` leads from the origin to the answer: a chain, not a culprit.

    `told`, `inferred` and `passed_on` are that step's: what it was given, what it made of it, and what others took
    from it on the way to the answer. `certain` is False where the taps were used up first.
    """

    origin: ClaimId
    step: StepId
    agent: str
    told: tuple[ClaimId, ...]
    inferred: tuple[ClaimId, ...]
    passed_on: tuple[ClaimId, ...]
    path: tuple[ClaimId, ...]
    taps: int
    certain: bool


def suspects(graph: Graph, answer: ClaimId) -> tuple[Suspect, ...]:
    """The cone of `answer`, the likeliest origin first: suspicion times how surely a mistake there shows here."""
    graph = graph.read_once()
    shows = influence(graph, answer)
    found = [
        Suspect(claim, graph.step_of(claim), suspicion(graph, claim) * shows[claim], weaknesses(graph, claim))
        for claim in shows
    ]
    return tuple(sorted(found, key=lambda suspect: (-suspect.score, suspect.claim)))


def influence(graph: Graph, answer: ClaimId) -> Mapping[ClaimId, float]:
    """For each claim of the cone, how likely a mistake in it would show in `answer` (0 to 1), all ways together."""
    cone = graph.up(answer, EVERYTHING)
    shows = dict.fromkeys(cone, 0.0)
    shows[answer] = 1.0
    for claim in reversed(graph.in_order(cone)):
        marked = frozenset(graph.sources(claim, MARKED))
        rest = _SHOWN_ONLY if marked else _SHOWN_UNMARKED
        for source in graph.sources(claim, EVERYTHING) if not _is_root(graph, claim) else ():
            along = shows[claim] * (_PASSES_ON if source in marked else rest)
            shows[source] = 1 - (1 - shows[source]) * (1 - along)
    return shows


def _is_root(graph: Graph, claim: ClaimId) -> bool:
    """Nothing in the record stands before it: a person, a tool, Nova itself, or an assumption out of nowhere.

    What only a check calls assumed, since it stands nowhere, was worked out of something.
    """
    held = graph.claims[claim]
    declared = held.basis is Basis.ASSUMED and not graph.faults.get(claim)
    return held.is_novas or held.basis in (Basis.TOLD, Basis.FOUND) or (declared and not graph.sources(claim))


@dataclass(frozen=True)
class Inquiry:
    """The state of a guided search: `wrong` is a claim known to be wrong, `right` are those known to be right."""

    graph: Graph
    answer: ClaimId
    wrong: ClaimId
    right: frozenset[ClaimId] = frozenset()
    taps: int = 0

    def card(self) -> tuple[ClaimId, ...]:
        """Up to four claims to ask about: "which of these is wrong?" Empty when the origin is settled.

        First the doubtful roots that the marked sources lead to, the likeliest first; then claims that cut what is
        left into parts, shown-only roots among it.
        """
        open_ = self._open()
        if not open_ or self.taps >= TAPS:
            return ()
        shows = influence(self.graph, self.wrong)
        doubt = {claim: suspicion(self.graph, claim) * shows[claim] for claim in open_}
        likeliest = sorted(doubt, key=lambda claim: (-doubt[claim], claim))
        marked = self._open(MARKED)
        roots = [claim for claim in likeliest if claim in marked and _is_root(self.graph, claim)]
        if roots or len(open_) <= CARD:
            return tuple((roots or likeliest)[:CARD])
        return self._cuts(open_, doubt)

    def tapped(self, claim: ClaimId) -> "Inquiry":
        """The owner says that this one is wrong."""
        return replace(self, wrong=claim, taps=self.taps + 1)

    def none_of(self, card: Collection[ClaimId]) -> "Inquiry":
        """The owner says that all of these are right."""
        return replace(self, right=self.right | frozenset(card), taps=self.taps + 1)

    def verdict(self) -> Verdict:
        """What is known by now; the best guess where the search was not finished."""
        open_ = self._open()
        origin = self.wrong
        if open_:
            ranked = (suspect.claim for suspect in suspects(self.graph, self.wrong))
            origin = next(claim for claim in ranked if claim in open_ or claim == self.wrong)
        return _verdict(self.graph, self.answer, origin, self.taps, certain=not open_)

    def _open(self, how: Collection[How] = EVERYTHING) -> frozenset[ClaimId]:
        """Claims that may have made `wrong` wrong: no way leads through one that is right."""
        return self._without(self.right, how)

    def _without(self, right: Collection[ClaimId], how: Collection[How] = EVERYTHING) -> frozenset[ClaimId]:
        return self._cone(self.wrong, right, how) - {self.wrong}

    def _cone(
        self, claim: ClaimId, right: Collection[ClaimId], how: Collection[How] = EVERYTHING
    ) -> frozenset[ClaimId]:
        def onward(each: ClaimId) -> list[ClaimId]:
            return [] if _is_root(self.graph, each) else [s for s in self.graph.sources(each, how) if s not in right]

        return reach([claim], onward)

    def _cuts(self, open_: frozenset[ClaimId], doubt: Mapping[ClaimId, float]) -> tuple[ClaimId, ...]:
        """Claims that halve what is left, again and again: either the mistake is behind one, or it is not."""

        def worse(claim: ClaimId) -> tuple[float, ClaimId]:
            """How much doubt stays in the worse case of an answer about `claim`."""
            behind = self._cone(claim, self.right) & left
            beside = self._without(self.right | {*card, claim})
            return max(sum(doubt[c] for c in behind), sum(doubt[c] for c in beside)), claim

        card: list[ClaimId] = []
        left = open_
        while left and len(card) < CARD:
            card.append(min(self._probes(left), key=worse))
            left = self._without(self.right | frozenset(card))
        return tuple(card)

    def _probes(self, left: frozenset[ClaimId]) -> list[ClaimId]:
        ordered = self.graph.in_order(left)
        return [ordered[i * len(ordered) // _PROBES] for i in range(_PROBES)] if len(ordered) > _PROBES else [*ordered]


def inquire(graph: Graph, answer: ClaimId) -> Inquiry:
    """Begin: `answer` is wrong, says the owner."""
    return Inquiry(graph.read_once(), answer, answer)


def _verdict(graph: Graph, answer: ClaimId, origin: ClaimId, taps: int, *, certain: bool) -> Verdict:
    step = graph.step_of(origin)
    path = graph.path(answer, origin) or graph.path(answer, origin, EVERYTHING)
    cone = graph.up(answer, EVERYTHING)
    made = tuple(claim for claim in graph.made_in.get(step, ()) if claim in cone)
    record = graph.steps.get(step)
    taken = [claim for claim in made if any(graph.step_of(d) != step for d in graph.dependants(claim) if d in cone)]
    return Verdict(
        origin=origin,
        step=step,
        agent=graph.agent_of(origin),
        told=tuple(claim for claim in record.shown if claim in graph.claims) if record else (),
        inferred=made,
        passed_on=tuple(taken) or ((origin,) if origin != answer else ()),
        path=tuple(reversed(path)),
        taps=taps,
        certain=certain,
    )

"""Generated pipelines with one mistake in them, of which the truth is known.

Two claims per step; a step is shown 2-6 claims of the last six steps; 20 % are assumptions, 10 % come from a tool; a
derived claim uses 1-3 of those shown, 15 % of them come out the same whatever they use. A forgotten citation leaves its
literal in 60 % of the cases. Some innocent findings are out of date or contradicted too.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zlib import crc32

from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How
from nova_bot.core.labels import Integrity, Label
from nova_bot.provenance.graph import Graph, StepId, StepRecord

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
AGENTS = ("planner", "research", "erp-ar", "invoicing", "draft", "summarise")


class Mistake(StrEnum):
    ASSUMPTION = "assumption"
    STALE = "stale"
    CONFLICT = "conflict"
    REASONING = "reasoning"


@dataclass(frozen=True)
class Made:
    """How a claim really came about: `uses` are its true sources, `absorbs`: it comes out the same anyway."""

    id: ClaimId
    step: int
    basis: Basis
    uses: tuple[ClaimId, ...] = ()
    absorbs: bool = False


@dataclass(frozen=True)
class Pipeline:
    """`said` is what each claim says with the mistake in it, `true` without; `graph` is what was recorded."""

    graph: Graph
    seed: ClaimId
    mistake: Mistake
    answer: ClaimId
    said: Mapping[ClaimId, str]
    true: Mapping[ClaimId, str]

    def is_wrong(self, claim: ClaimId) -> bool:
        return self.said[claim] != self.true[claim]


def value_of(made: Made, values: Mapping[ClaimId, str]) -> str:
    """What a claim says when its sources say `values`: deterministic, and sensitive to each of them."""
    if made.absorbs or not made.uses:
        return f"v{made.id.n}"
    used = " ".join(values[use] for use in made.uses)
    return f"v{made.id.n}({crc32(used.encode()):x})"


def play(made: Mapping[ClaimId, Made], seed: ClaimId | None) -> dict[ClaimId, str]:
    """What every claim says, first to last; the seed says something wrong."""
    values: dict[ClaimId, str] = {}
    for claim, how in made.items():
        values[claim] = value_of(how, values) + ("!" if claim == seed else "")
    return values


def pipelines(count: int, losses: tuple[float, ...], mistakes: tuple[Mistake, ...], seed: int) -> Iterator[Pipeline]:
    """`count` pipelines; kinds of mistake and shares of lost citations take turns."""
    for n in range(count):
        rng = random.Random(seed * 1_000_003 + n)
        mistake = mistakes[n % len(mistakes)]
        loss = losses[n // len(mistakes) % len(losses)]
        while (found := _pipeline(rng, mistake, loss)) is None:
            pass
        yield found


def _pipeline(rng: random.Random, mistake: Mistake, loss: float) -> Pipeline | None:
    """One try; None where no claim of the right kind shows in the answer."""
    steps = rng.randint(5, 34)
    shown, made = _shape(rng, steps)
    answer = max(made)
    true = play(made, None)
    wanted = (Basis.DERIVED,) if mistake is Mistake.REASONING else (Basis.ASSUMED,)
    fit = [c for c in made if made[c].basis in wanted and c != answer and play(made, c)[answer] != true[answer]]
    if not fit or made[answer].basis is not Basis.DERIVED:
        return None
    seed = rng.choice(fit)
    said = play(made, seed)
    claims = {c: _claim(rng, made[c], said[c]) for c in made}
    if mistake in (Mistake.STALE, Mistake.CONFLICT):
        made[seed] = replace(made[seed], basis=Basis.FOUND)
        claims[seed] = _found(claims[seed], stale=mistake is Mistake.STALE)
    if mistake is Mistake.CONFLICT:
        other = rng.choice([c for c in made if c != seed and not made[c].uses])
        claims |= _contradicting(claims, seed, other)
        made[other] = replace(made[other], basis=Basis.FOUND)
    if rng.random() < 0.2:
        roots = [c for c in made if c != seed and not made[c].uses and not claims[c].subject]
        if len(roots) > 1:
            claims |= _contradicting(claims, *rng.sample(roots, 2))
    records = [StepRecord(StepId(1, n), rng.choice(AGENTS), shown[n], START + timedelta(hours=n)) for n in shown]
    graph = Graph.of(claims.values(), _edges(rng, made, loss), records)
    return Pipeline(graph, seed, mistake, answer, said, true)


def _shape(rng: random.Random, steps: int) -> tuple[dict[int, tuple[ClaimId, ...]], dict[ClaimId, Made]]:
    shown: dict[int, tuple[ClaimId, ...]] = {}
    made: dict[ClaimId, Made] = {ClaimId(1, 1): Made(ClaimId(1, 1), 0, Basis.TOLD)}
    for n in range(1, steps + 1):
        near = [c for c in made if made[c].step >= n - 6]
        shown[n] = tuple(sorted(rng.sample(near, min(len(near), rng.randint(2, 6)))))
        for _ in range(2):
            claim = ClaimId(1, len(made) + 1)
            dice = rng.random()
            if dice < 0.2:
                made[claim] = Made(claim, n, Basis.ASSUMED)
            elif dice < 0.3:
                made[claim] = Made(claim, n, Basis.FOUND)
            else:
                uses = tuple(rng.sample(shown[n], min(len(shown[n]), rng.randint(1, 3))))
                made[claim] = Made(claim, n, Basis.DERIVED, uses, rng.random() < 0.15)
    return shown, made


def _claim(rng: random.Random, made: Made, text: str) -> Claim:
    label = Label(Integrity.OUTSIDE, f"step:r1.{made.step}", as_of=START)
    claim = Claim(made.id, made.step, made.basis, text, label)
    return _found(claim, stale=rng.random() < 0.1) if made.basis is Basis.FOUND else claim


def _found(claim: Claim, *, stale: bool) -> Claim:
    expires = START - timedelta(hours=1) if stale else START + timedelta(days=9)
    return replace(claim, basis=Basis.FOUND, label=replace(claim.label, origin=f"tool:{claim.id}", expires=expires))


def _contradicting(claims: Mapping[ClaimId, Claim], a: ClaimId, b: ClaimId) -> dict[ClaimId, Claim]:
    subject = f"subject {a}"
    return {
        a: replace(_found(claims[a], stale=False), subject=subject, value=f"{a}"),
        b: replace(_found(claims[b], stale=False), subject=subject, value=f"{b}"),
    }


def _edges(rng: random.Random, made: Mapping[ClaimId, Made], loss: float) -> list[Edge]:
    found = []
    for claim in made.values():
        for use in claim.uses:
            if rng.random() >= loss:
                found.append(Edge(claim.id, use, How.CITED))
            elif rng.random() < 0.6:
                found.append(Edge(claim.id, use, How.LIT))
    return found

"""Script: a run as it stands today, to be played again. What was replaced is told as it stands now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nova_bot.core.claims import Basis, Claim, ClaimId, Edge
from nova_bot.core.correction import Cause, Replaced
from nova_bot.core.outcome import Ask, EndingKind, HandOff, Say, Stop
from nova_bot.core.run import Run, Step
from nova_bot.ledger import corrections, graphs
from nova_bot.ledger.corrections import REDO
from nova_bot.ledger.store import Ledger
from nova_bot.provenance.correct import live, succession
from nova_bot.provenance.fingerprint import fingerprint
from nova_bot.provenance.graph import Graph, StepId, wording
from nova_bot.provenance.pairing import Owners

DONE = frozenset({EndingKind.ANSWERED, EndingKind.ASKED})
"""A redo that ended like this took the place of what it plays again."""


@dataclass(frozen=True)
class Script:
    """`steps`, what each was `shown` and what it `made` (0: what came with the envelope), as they stand today.

    `changed` are claims that a step was shown and that say something else now; `owners` are the owner's own words for
    what the run said. `unpublished`: he corrected the answer itself, and nobody was told yet.
    """

    root: Run
    steps: Mapping[int, Step]
    shown: Mapping[int, tuple[ClaimId, ...]]
    made: Mapping[int, tuple[Claim, ...]]
    edges: tuple[Edge, ...]
    changed: frozenset[ClaimId]
    owners: Owners
    unpublished: bool

    @property
    def due(self) -> tuple[int, ...]:
        """The steps that were shown something that says something else now."""
        return tuple(n for n, shown in self.shown.items() if not self.changed.isdisjoint(shown))

    @property
    def his(self) -> tuple[Claim, ...]:
        """The owner's own words, each in the step that had said something else."""
        return tuple(claim for claims in self.made.values() for claim in claims if claim.id in self.owners)


async def script(ledger: Ledger, root: int) -> Script:
    """What is recorded of run `root` and of its redos. Raises NoSuchRun."""
    again = [one for one in await corrections.replays(ledger, [root]) if one.kind == REDO and one.ended in DONE]
    plays = [await ledger.run(number) for number in (root, *(one.run for one in again))]
    graph = await graphs.of_runs(ledger, [play.id for play in plays])
    shown = {each for record in graph.steps.values() for each in record.shown}
    gone = await corrections.replaced(ledger, {play.id for play in plays} | {each.run for each in shown})
    successors = {was: one.now for was, one in gone.items()}
    wanted = {each for was, one in gone.items() for each in (was, one.now) if each}
    known = {**graph.claims, **await graphs.claims(ledger, wanted - set(graph.claims))}
    return _composed(plays, graph, gone, _Today(known, successors))


@dataclass(frozen=True)
class _Today:
    known: Mapping[ClaimId, Claim]
    successors: Mapping[ClaimId, ClaimId | None]

    def of(self, claim: Claim) -> Claim | None:
        """What stands for `claim`, in its place in the run."""
        now = live(claim.id, self.successors)
        return None if now is None else replace(self.known[now], step=claim.step)

    def differs(self, claim: ClaimId) -> bool:
        """Does it say something else now?"""
        now = live(claim, self.successors)
        return now is None or fingerprint(self.known[now]) != fingerprint(self.known[claim])

    def named(self, shown: tuple[ClaimId, ...]) -> tuple[ClaimId, ...]:
        """These claims, by the names they had then and by those they have now."""
        now = [live(claim, self.successors) for claim in shown]
        return (*shown, *(each for each in now if each and each not in shown))


def _composed(plays: Sequence[Run], graph: Graph, gone: Mapping[ClaimId, Replaced], today: _Today) -> Script:
    steps: dict[int, Step] = {}
    shown: dict[int, tuple[ClaimId, ...]] = {}
    for play in plays:
        for step in play.steps:
            made_then = [claim for claim in play.claims if claim.step == step.n]
            steps[step.n] = told(step, made_then, {claim.id: today.of(claim) for claim in made_then})
            record = graph.steps.get(StepId(play.id, step.n))
            shown[step.n] = record.shown if record else ()
    last = next((n for n in sorted(steps) if isinstance(steps[n].outcome, Say | Ask | Stop)), max(steps, default=0))
    seen = {each for n, ids in shown.items() if n <= last for each in ids}
    his = {one.now for one in gone.values() if one.cause is Cause.OWNER}
    made = _made(plays, today)
    answer = made.get(last, ())[-1:] if last else ()
    return Script(
        root=replace(plays[0], ending=plays[-1].ending if len(plays) > 1 else plays[0].ending),
        steps={n: steps[n] for n in sorted(steps) if n <= last},
        shown={n: today.named(shown[n]) for n in sorted(shown) if n <= last},
        made=made,
        edges=tuple(edge for play in plays for edge in _as_today(play.edges, today)),
        changed=frozenset(each for each in seen if each in today.successors and today.differs(each)),
        owners=_owners(plays, gone, today),
        unpublished=any(claim.id in his and claim.id.run > plays[-1].id for claim in answer),
    )


def _made(plays: Iterable[Run], today: _Today) -> dict[int, tuple[Claim, ...]]:
    """The claims of each step as they stand, each once: where the latest play that said it has it."""
    placed: dict[ClaimId, Claim] = {}
    for play in plays:
        for claim in play.claims:
            now = today.of(claim)
            if now is not None:
                placed.pop(now.id, None)
                placed[now.id] = now
    made: dict[int, list[Claim]] = defaultdict(list)
    for claim in placed.values():
        made[claim.step].append(claim)
    return {step: tuple(claims) for step, claims in made.items()}


def _owners(plays: Iterable[Run], gone: Mapping[ClaimId, Replaced], today: _Today) -> Owners:
    """What the owner said himself of the claims of `plays`. What was only reworded by it is the agent's still."""
    found: dict[ClaimId, frozenset[str]] = {}
    for play in plays:
        for claim in play.claims:
            line = [today.known[each] for each in succession(claim.id, today.successors)]
            corrected = any(gone[each.id].cause is Cause.OWNER for each in line[:-1])
            if corrected and line[-1].basis is Basis.TOLD and line[-1].id not in gone:
                found[line[-1].id] = found.get(line[-1].id, frozenset()) | frozenset(map(wording, line))
    return found


def _as_today(edges: Iterable[Edge], today: _Today) -> Iterable[Edge]:
    for edge in edges:
        dst, src = live(edge.dst, today.successors), live(edge.src, today.successors)
        if dst and src:
            yield Edge(dst, src, edge.how)


def told(step: Step, made: Sequence[Claim], now: Mapping[ClaimId, Claim | None]) -> Step:
    """`step` with what it passes on beside its claims, as those it `made` stand `now`.

    These are results of tools, and the task of a hand-off.
    """
    swaps = [(claim.text, new.text) for claim in made if (new := now[claim.id]) and new.text != claim.text]
    if not swaps:
        return step
    found = iter(made)
    results = tuple(
        replace(result, text=new.text) if not result.error and (new := now[next(found).id]) else result
        for result in step.results
    )
    outcome = step.outcome
    if isinstance(outcome, HandOff):
        outcome = replace(outcome, task=_swapped(outcome.task, swaps), done_when=_swapped(outcome.done_when, swaps))
    return replace(step, outcome=outcome, results=results)


def _swapped(text: str, swaps: Iterable[tuple[str, str]]) -> str:
    for was, now in swaps:
        text = text.replace(was, now)
    return text

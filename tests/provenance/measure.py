"""Figures over generated pipelines: how well blame finds the origin, and what a redo costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.labels import Integrity, Label
from nova_bot.provenance.blame import Verdict, inquire, suspects
from nova_bot.provenance.correct import correct
from nova_bot.provenance.redo import Redo, start
from tests.provenance.generator import Pipeline, value_of

OWNER = Label(Integrity.OWNER, "turn:r2")


def guided(pipeline: Pipeline) -> Verdict:
    """The verdict of an owner who taps the first wrong claim of a card, and never lies."""
    inquiry = inquire(pipeline.graph, pipeline.answer)
    while card := inquiry.card():
        wrong = [claim for claim in card if pipeline.is_wrong(claim)]
        inquiry = inquiry.tapped(wrong[0]) if wrong else inquiry.none_of(card)
    return inquiry.verdict()


@dataclass(frozen=True)
class Repair:
    """What every claim says after the redo, and the work it took."""

    values: Mapping[ClaimId, str]
    redo: Redo


def repaired(pipeline: Pipeline) -> Repair:
    """The owner corrects the seed; what the redo names is run again, in its order."""
    seed, graph = pipeline.seed, pipeline.graph
    fixed = correct(graph.claims[seed], pipeline.true[seed], pipeline.true[seed], ClaimId(2, 1), OWNER)
    values = {**pipeline.said, seed: fixed.now.text}
    redo = start(graph, [seed])
    while (step := redo.next()) is not None:
        made: dict[ClaimId, Claim | None] = {}
        for claim in graph.made_in[step]:
            how = pipeline.made[claim]
            if how.basis is Basis.DERIVED:
                wrong = "!" if claim == seed else ""
                values[claim] = value_of(how, values) + wrong
            made[claim] = replace(graph.claims[claim], text=values[claim])
        redo = redo.after(step, made)
    return Repair(values, redo)


def rerun_share(pipelines: Iterable[Pipeline]) -> float:
    """Steps run again, of all steps after those that made the mistakes."""
    ran = after = 0
    for pipeline in pipelines:
        redo = repaired(pipeline).redo
        ran += len(redo.ran)
        after += len(redo.order) - redo.order.index(pipeline.graph.step_of(pipeline.seed)) - 1
    return ran / after


def figures(pipelines: Iterable[Pipeline]) -> dict[str, float]:
    """The keys of the blame bench that need no engine."""
    known = list(pipelines)
    verdicts = [guided(pipeline) for pipeline in known]
    ranked = [[suspect.claim for suspect in suspects(p.graph, p.answer)[:3]] for p in known]
    return {
        "runs": len(known),
        "guided_exact": sum(v.origin == p.seed for v, p in zip(verdicts, known, strict=True)) / len(known),
        "taps_max": max(verdict.taps for verdict in verdicts),
        "taps_mean": sum(verdict.taps for verdict in verdicts) / len(known),
        "unaided_top3": sum(p.seed in three for three, p in zip(ranked, known, strict=True)) / len(known),
        "unaided_top1": sum(p.seed == three[0] for three, p in zip(ranked, known, strict=True)) / len(known),
        "repaired": sum(repaired(p).values == p.true for p in known) / len(known),
        "rerun_share": rerun_share(known),
    }

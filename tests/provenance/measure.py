"""Figures over generated pipelines: how well blame finds the origin."""

from collections.abc import Iterable

from nova_bot.provenance.blame import Verdict, inquire, suspects
from tests.provenance.generator import Pipeline


def guided(pipeline: Pipeline) -> Verdict:
    """The verdict of an owner who taps the first wrong claim of a card, and never lies."""
    inquiry = inquire(pipeline.graph, pipeline.answer)
    while card := inquiry.card():
        wrong = [claim for claim in card if pipeline.is_wrong(claim)]
        inquiry = inquiry.tapped(wrong[0]) if wrong else inquiry.none_of(card)
    return inquiry.verdict()


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
    }

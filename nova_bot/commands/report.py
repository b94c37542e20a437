"""`nova route report`: one HTML page that shows how well the router tells the agents apart, in pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from jinja2 import Environment, StrictUndefined
from numpy.typing import NDArray

from nova_bot import judged, parts, router_files
from nova_bot.core.text import clip
from nova_bot.judged import Judged
from nova_bot.routing.brain import LearntBrain
from nova_bot.routing.calibration import PRECISION
from nova_bot.routing.case import Thresholds
from nova_bot.routing.classifier import Tier
from nova_bot.routing.router import LadderRouter
from nova_bot.settings import Settings

BINS = 10
PAIRS = 12
EXAMPLES = 3
POINTS = 300
"""How many points of a curve are drawn at most."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages whose guesses are about equally sure: their mean probability, and the share that is right."""

    low: float
    sure: float
    right: float
    count: int


@dataclass(frozen=True, slots=True)
class Point:
    """One place on the precision-coverage curve, both 0 to 1."""

    coverage: float
    precision: float


@dataclass(frozen=True, slots=True)
class Confused:
    """Messages for `right` that were taken for `guess`: how many, of how many, and the surest of them with their p."""

    right: str
    guess: str
    count: int
    of: int
    examples: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """One agent: its messages, the share of them it was given, and the share that is right of what it was given."""

    agent: str
    count: int
    recall: float | None
    precision: float | None


@dataclass(frozen=True, slots=True)
class NamedTier:
    """A tier and when it is in force."""

    name: str
    tier: Tier
    in_force: bool


def write(settings: Settings, path: Path, data: Path | None) -> None:
    """Write the page to `path`: about the labelled messages in `data`, or cross-validated over the agents' examples.

    Cross-validation takes about a minute, the first time a few more for the sentence vectors. Raises BadInput.
    """
    router = parts.team(settings, parts.roster_of(settings)).router
    if not isinstance(router, LadderRouter) or not isinstance(router.brain, LearntBrain):
        raise TypeError("only a router that learnt has something to report")
    if data is not None:
        messages = judged.ranked(router.brain.rank, router.roster.names, judged.labelled(data))
        source = f"{len(messages.texts)} labelled messages of {data.name}"
    else:
        messages = _held_out(settings, router)
        source = f"{len(messages.texts)} examples of the agent files, each judged by a router that had not seen it"
    path.write_text(page(messages, tiers(router.brain), source), "utf-8")


def _held_out(settings: Settings, router: LadderRouter) -> Judged:
    encoder = router_files.embedder(settings.home)
    encode = router_files.vectors(settings.home, encoder) if encoder else None
    return judged.held_out(router_files.declared(parts.agents_folder(settings), router.roster), encode)


def tiers(brain: LearntBrain) -> tuple[NamedTier, ...]:
    """With and without the encoder; the one in force is marked."""
    classifier = brain.classifier
    named = (("with the sentence encoder", classifier.full), ("words alone", classifier.lexical))
    return tuple(NamedTier(name, tier, tier is classifier.tier) for name, tier in named)


def page(messages: Judged, tiers: Sequence[NamedTier], source: str) -> str:
    """The page about `messages`. It needs nothing from anywhere else."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("nova_bot.commands").joinpath("report.html").read_text("utf-8"))
    limit = next(tier.tier.route for tier in tiers if tier.in_force)
    return template.render(
        agents=messages.agents,
        source=source,
        top1=messages.within(1),
        top3=messages.within(3),
        error=messages.calibration_error,
        wanted=PRECISION,
        coverage=messages.coverage_at(PRECISION),
        tiers=tiers,
        counts=confusion(messages).tolist(),
        bins=reliability(messages),
        curve=curve(messages),
        limit=limit,
        general=Thresholds().general,
        routed=routed_from(messages, limit),
        pairs=worst_pairs(messages),
        scores=sorted(scores(messages), key=lambda score: (score.recall is None, score.recall)),
    )


def taken_for(messages: Judged) -> NDArray[np.intp]:
    """The agent that each message counts for: the guess where that is right too, else its own."""
    return np.where(messages.hit, messages.guess, messages.label)


def confusion(messages: Judged) -> NDArray[np.intp]:
    """How many messages of each agent (row) went to each agent (column)."""
    counts = np.zeros((len(messages.agents),) * 2, np.intp)
    np.add.at(counts, (taken_for(messages), messages.guess), 1)
    return counts


def reliability(messages: Judged, bins: int = BINS) -> list[Bin]:
    """The messages by how sure their guesses are, in bins of equal width; empty ones are left out."""
    place = np.minimum((messages.sure * bins).astype(int), bins - 1)
    return [
        Bin(b / bins, float(messages.sure[own].mean()), float(messages.hit[own].mean()), int(own.sum()))
        for b in range(bins)
        if (own := place == b).any()
    ]


def curve(messages: Judged, points: int = POINTS) -> list[Point]:
    """The precision-coverage curve, thinned out."""
    coverage, precision = messages.precision_by_coverage()
    some = np.unique(np.linspace(0, len(coverage) - 1, points).astype(int))
    return [Point(float(coverage[i]), float(precision[i])) for i in some]


def routed_from(messages: Judged, limit: float) -> Point | None:
    """Where the threshold lies on the curve, None if nothing reaches it."""
    enough = messages.sure >= limit
    return Point(float(enough.mean()), float(messages.hit[enough].mean())) if enough.any() else None


def worst_pairs(messages: Judged, most: int = PAIRS) -> list[Confused]:
    """The pairs that are confused most often."""
    counts = confusion(messages)
    of = counts.sum(axis=1)
    np.fill_diagonal(counts, 0)
    flat = np.argsort(-counts, axis=None, kind="stable")[:most]
    cells = [np.unravel_index(i, counts.shape) for i in flat]
    return [_confused(messages, int(a), int(b), int(of[a])) for a, b in cells if counts[a, b]]


def _confused(messages: Judged, right: int, guess: int, of: int) -> Confused:
    own = np.flatnonzero(~messages.hit & (messages.label == right) & (messages.guess == guess))
    surest = own[np.argsort(-messages.sure[own], kind="stable")][:EXAMPLES]
    examples = tuple((clip(messages.texts[i], 140), float(messages.sure[i])) for i in surest)
    return Confused(messages.agents[right], messages.agents[guess], len(own), of, examples)


def scores(messages: Judged) -> list[Score]:
    """Recall and precision of each agent; None where there is nothing to take a share of."""
    counts = confusion(messages)
    given, told = counts.sum(axis=1), counts.sum(axis=0)
    return [
        Score(agent, int(given[i]), _share(counts[i, i], given[i]), _share(counts[i, i], told[i]))
        for i, agent in enumerate(messages.agents)
    ]


def _share(part: np.intp, of: np.intp) -> float | None:
    return float(part / of) if of else None

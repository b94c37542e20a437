"""Runs, steps and turns as a test needs them."""

from datetime import timedelta

from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Conversation, Turn
from nova_bot.core.envelope import Envelope, Kind, Place
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import Outcome
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.run import Run, Step, Usage
from tests.doubles import NOON, OWNER, PLATFORM

PLACE = Place(PLATFORM, "here", "desk", "main")
LABEL = Label(Integrity.OWNER, "turn:r1", frozenset({PLACE.room}), as_of=NOON)


def a_claim(
    n: int, text: str, *, run: int = 7, step: int = 0, basis: Basis = Basis.TOLD, label: Label = LABEL
) -> Claim:
    return Claim(ClaimId(run, n), step, basis, text, label)


def a_step(n: int, outcome: Outcome, agent: str = "books", usage: Usage = Usage(), seconds: float = 0) -> Step:
    return Step(n, agent, "sha", "sha", outcome, "puppet", usage, NOON, NOON + timedelta(seconds=seconds))


def a_run(
    request: str = "which invoice?",
    *,
    steps: tuple[Step, ...] = (),
    claims: tuple[Claim, ...] = (),
    agent: str = "books",
) -> Run:
    """Run r7, asked by its owner."""
    envelope = Envelope("E7", Kind.MESSAGE, PLACE, OWNER, request, NOON)
    route = Route(Decision.ROUTE, agent, Rule.CLASSIFIER, 0.9, request, "it fits")
    return Run(7, envelope, route, NOON, steps, (a_claim(1, request), *claims))


def a_turn(run: int, text: str, *, agent: str = "", speaker: str = "Ada", label: Label = LABEL) -> Turn:
    return Turn(run, agent, a_claim(1, text, run=run, label=label), NOON, "" if agent else speaker)


def a_talk(*turns: Turn, earlier: int = 0) -> Conversation:
    return Conversation(PLACE, "books", turns, earlier)

"""Laws of corrections and redos, over small generated pipelines through the real engine."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nova_bot.bench import blame
from nova_bot.bench.blame import Bench
from nova_bot.bench.pipelines import AGENTS, Cast, World, stated_in
from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.outcome import EndingKind
from nova_bot.core.run import Run
from nova_bot.engine import correcting, guard
from nova_bot.ledger import graphs
from nova_bot.models.base import ModelReply, ModelRequest, OnText
from nova_bot.settings import Settings

EXAMPLES = settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
NUMBERS = count(1)


class Counting(Cast):
    """Counts how often an agent was asked."""

    asked = 0

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:
        self.asked += 1
        return await super().reply(request, on_text)


@dataclass(frozen=True, slots=True)
class Plot:
    """One to three requests of one to three steps, in one thread or two; citations may be lost.

    Who hands to whom depends on `turn`; `picks` are the items that are corrected, one after the other.
    """

    parts: tuple[int, ...]
    lines: str
    loss: float
    turn: int
    seed: int
    picks: tuple[int, ...]

    def world(self) -> World:
        """A world that is played like every other of this plot."""
        number = next(NUMBERS) * (len(AGENTS) - 1) + self.turn
        return World(number, self.parts, self.lines, self.loss, random.Random(self.seed))


@st.composite
def plots(draw: st.DrawFn) -> Plot:
    parts = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    return Plot(
        tuple(parts),
        draw(st.text("ab", min_size=len(parts), max_size=len(parts))),
        draw(st.sampled_from([0.0, 0.5])),
        draw(st.integers(0, len(AGENTS) - 2)),
        draw(st.integers(0, 2**16)),
        tuple(draw(st.lists(st.integers(0, 9), min_size=1, max_size=5))),
    )


GRANT_NOT_NEEDED = Plot((3, 3, 3), "baa", 0.0, 2, 63008, (3,))
CORRECTED_TWICE = Plot((2, 3), "aa", 0.5, 0, 18, (2, 0))
CORRECTED_TWICE_IN_ONE_RUN = Plot((3, 2), "aa", 0.0, 2, 35, (0, 3))
CORRECTED_AND_ON_ANOTHER_WAY = Plot((1, 3, 1), "aaa", 0.5, 0, 63810, (3, 4, 5))


@dataclass(repr=False)
class Play:
    """A running Nova and who plays its agents; everything happens in one event loop."""

    runner: asyncio.Runner
    bench: Bench
    cast: Counting

    def played(self, world: World) -> list[Run]:
        async def runs() -> list[Run]:
            self.cast.worlds[world.number] = world
            return [await self.bench.played(world, part) for part in range(1, len(world.parts) + 1)]

        return self.runner.run(runs())

    def resting_on(self, claim: ClaimId) -> frozenset[ClaimId]:
        return self.runner.run(correcting.resting_on(self.bench.nova.tracing.room, claim))[1].claims

    def corrected(self, claim: Claim, text: str, by: Run) -> ClaimId:
        """The owner's word; the claim that stands from now on."""
        room, envelope = self.bench.nova.tracing.room, by.envelope
        found = self.runner.run(correcting.corrected(room, claim.id, text, envelope.place, envelope.sender))
        assert found
        assert found.correction
        return found.correction.now.id

    def redone(self, claim: ClaimId) -> int:
        """How many runs were done again."""
        return len(self.runner.run(self.bench.nova.tracing.redoing.after(claim)))

    def fallen(self, runs: list[Run]) -> set[ClaimId]:
        """The claims of these runs that don't stand any more.

        Without the grants of a run: nothing acts in a redo, so it may do without the step that asked for them.
        """
        graph = self.runner.run(graphs.of_runs(self.bench.nova.ledger, [run.id for run in runs]))
        gone = [claim for claim in graph.claims.values() if claim.status is not Status.LIVE]
        return {claim.id for claim in gone if claim.label.origin != guard.PLANNED}


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    home, cast = tmp_path_factory.mktemp("pipelines"), Counting()
    with asyncio.Runner() as runner:
        playing = blame.playing(Settings(home=Path(home)), home, cast)
        yield Play(runner, Bench(runner.run(playing.__aenter__()), cast), cast)
        runner.run(playing.__aexit__(None, None, None))


def roots(world: World, runs: list[Run]) -> list[tuple[Claim, str]]:
    """Where what was assumed or read was said first, and the item that it is about."""
    said = world.values()
    first: dict[str, Claim] = {}
    for claim in (claim for run in runs for claim in run.claims if claim.step > 0):
        for name, value in stated_in(claim.text).items() if claim.basis in (Basis.ASSUMED, Basis.FOUND) else ():
            if said.get(name) == value and not world.items[name].uses:
                first.setdefault(name, claim)
    return [(claim, name) for name, claim in first.items()]


def true_now(world: World, wrong: list[str]) -> dict[str, int]:
    """What every item really is when all of `wrong` are other numbers than were said: sums grow with their items."""
    said = world.values()
    return {name: was + sum(world.values(one)[name] - was for one in wrong) for name, was in said.items()}


@EXAMPLES
@given(plot=plots())
@example(plot=GRANT_NOT_NEEDED)
@example(plot=CORRECTED_TWICE)
@example(plot=CORRECTED_TWICE_IN_ONE_RUN)
@example(plot=CORRECTED_AND_ON_ANOTHER_WAY)
def test_a_redo_mends_every_answer_once_and_touches_nothing_else(play: Play, plot: Plot) -> None:
    world = plot.world()
    runs = play.played(world)
    endings = {run.ending.kind for run in runs if run.ending}
    assert endings <= {EndingKind.ANSWERED, EndingKind.GAVE_UP}
    if endings != {EndingKind.ANSWERED}:
        return  # an agent that handed on in vain until its steps were used up does so again
    left, wrong, fell = roots(world, runs), list[str](), set[ClaimId]()
    for pick in plot.picks[: len(left)]:
        claim, name = left.pop(pick % len(left))
        wrong.append(name)
        fell |= play.resting_on(claim.id) | {claim.id}
        now = play.corrected(claim, f"The item {name} is {true_now(world, wrong)[name]}.", runs[0])
        play.redone(now)
        assert play.runner.run(play.bench.is_repaired(runs, true_now(world, wrong)))
        assert play.fallen(runs) <= fell
        asked = play.cast.asked
        assert play.redone(now) == 0, "a second time there is nothing left to do"
        assert play.cast.asked == asked
        assert set(play.cast.logged.values()) <= {1}, "no effect is made twice"

"""Laws of corrections and redos, over small generated pipelines through the real engine."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nova_bot.bench import blame
from nova_bot.bench.blame import Bench
from nova_bot.bench.pipelines import Cast, World, stated_in
from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.run import Run
from nova_bot.engine import correcting
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


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """One to three requests of one to three steps, in one thread or two; citations may be lost."""
    parts = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    lines = draw(st.text("ab", min_size=len(parts), max_size=len(parts)))
    rng = random.Random(draw(st.integers(0, 2**16)))
    return World(next(NUMBERS), tuple(parts), lines, draw(st.sampled_from([0.0, 0.5])), rng)


@dataclass
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
        """The claims of these runs that don't stand any more."""
        graph = self.runner.run(graphs.of_runs(self.bench.nova.ledger, [run.id for run in runs]))
        return {claim.id for claim in graph.claims.values() if claim.status is not Status.LIVE}


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


@EXAMPLES
@given(world=worlds(), pick=st.integers(0, 99))
def test_a_redo_mends_every_answer_once_and_touches_nothing_else(play: Play, world: World, pick: int) -> None:
    runs = play.played(world)
    found = roots(world, runs)
    if not found:
        return
    claim, name = found[pick % len(found)]
    rests = play.resting_on(claim.id)
    now = play.corrected(claim, f"The item {name} is {world.values(name)[name]}.", runs[0])
    play.redone(now)
    assert play.runner.run(play.bench.is_repaired(runs, world.values(name)))
    assert play.fallen(runs) <= rests | {claim.id}
    asked = play.cast.asked
    assert play.redone(now) == 0, "a second time there is nothing left to do"
    assert play.cast.asked == asked
    assert set(play.cast.logged.values()) <= {1}, "no effect is made twice"

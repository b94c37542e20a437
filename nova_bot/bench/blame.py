"""The blame bench: generated pipelines through the real engine and ledger, a mistake in each, and what is found of it.

An owner who knows the truth is played: he says of any claim whether it is right, taps the first wrong one of a card,
corrects the origin and has it done again. `guided_exact` is the share in which the origin is named, `taps_max` the most
taps that took; `unaided_top3` the share in which it is among the first three suspects before he said anything.
`repaired` is the share in which every answer then says what is true; `rerun_share` the steps that asked a model again,
of all steps after the mistake in both lines of work (that of its own line stands on stderr). `why_ms` is the 95th
percentile of a walk back, the ledger's reads included.
"""

import asyncio
import logging
import multiprocessing
import os
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from nova_bot.bench import lies, stage
from nova_bot.bench.measured import Measured, Target
from nova_bot.bench.pipelines import AGENTS, Cast, Origin, World, is_wrong, names_in, stated_in, write_agents
from nova_bot.core.agent_spec import Budget
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.run import Run
from nova_bot.engine import correcting
from nova_bot.ledger import graphs
from nova_bot.ledger.store import opened
from nova_bot.nova import Nova
from nova_bot.provenance.blame import inquire, suspects
from nova_bot.provenance.graph import Graph
from nova_bot.provenance.why import why
from nova_bot.settings import Settings

TARGETS = {
    "runs": Target(">=", 1_000),
    "guided_exact": Target(">=", 0.99),
    "taps_max": Target("<=", 8),
    "unaided_top3": Target(">=", 0.75),
    "repaired": Target(">=", 1.0),
    "rerun_share": Target("<=", 0.80),
    "effects_refired": Target("<=", 0),
    "why_ms": Target("<=", 100),
    "lies_caught": Target(">=", 1.0),
    "false_alarms": Target("<=", 0.02),
}
LOSSES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
SEED = 20261126
AT_ONCE = 8
WALKS = 200
_BUDGET = Budget(steps=50, tokens=1_000_000, usd=100, seconds=3_600)
MISTAKES = (Origin.ASSUMED, Origin.STALE, Origin.CONFLICT)


@dataclass(frozen=True, slots=True)
class Found:
    """One pipeline: was the origin named, in how many taps, was it a first suspect; and what the redo did.

    `after` counts all steps after the mistake, `within` those of its own line of work.
    """

    mistake: Origin
    exact: bool
    taps: int
    top3: bool
    repaired: bool
    ran: int
    after: int
    within: int


@dataclass
class Bench:
    """A running Nova, the one who plays its agents, and what was found so far."""

    nova: Nova
    cast: Cast
    found: list[Found] = field(default_factory=list)
    answers: list[ClaimId] = field(default_factory=list)
    turn: int = 0

    async def pipeline(self, world: World) -> None:
        """Play one pipeline, put a mistake into it, and see what is found; nothing where none reaches the answer."""
        self.cast.worlds[world.number] = world
        runs = [await self.played(world, part) for part in range(1, len(world.parts) + 1)]
        answer = runs[-1].claims[-1].id
        self.answers.append(answer)
        graph = await graphs.around(self.nova.ledger, [answer], down=False)
        picked = self._mistake(world, graph, answer)
        if picked is None:
            return
        origin, wrong = picked
        said, true = world.values(), world.values(wrong)
        inquiry = inquire(graph, answer)
        while card := inquiry.card():
            tapped = [claim for claim in card if is_wrong(graph.claims[claim], said, true)]
            inquiry = inquiry.tapped(tapped[0]) if tapped else inquiry.none_of(card)
        verdict = inquiry.verdict()
        first = {suspect.claim for suspect in suspects(graph, answer)[:3]}
        ran = await self._corrected(graph.claims[origin], true[wrong], runs)
        step = graph.step_of(origin)
        own = next(run for run in runs if run.id == step.run)
        rest = [run for run in runs if run.id > step.run]
        within = [run for run in rest if run.envelope.place == own.envelope.place]
        here = len(own.steps) - step.n
        repaired = await self.is_repaired(runs, true)
        self.found.append(
            Found(
                world.items[wrong].origin, verdict.origin == origin, verdict.taps, origin in first, repaired, ran,
                here + sum(len(run.steps) for run in rest), here + sum(len(run.steps) for run in within),
            )
        )  # fmt: skip

    async def played(self, world: World, part: int) -> Run:
        """One request of a pipeline, to its end."""
        message = stage.message(world.number)
        place = message.place._replace(thread=f"{world.number}{world.lines[part - 1]}")
        message = replace(message, place=place, text=f"Do part {part} of pipeline {world.number}.")
        answered = await self.nova.receive(message)
        assert answered is not None
        return await answered

    def _mistake(self, world: World, graph: Graph, answer: ClaimId) -> tuple[ClaimId, str] | None:
        """A root whose being wrong shows in the answer, and its item; kinds take turns."""
        said = world.values()
        told = [name for name in names_in(graph.claims[answer].text) if name in stated_in(graph.claims[answer].text)]
        roots = [
            (claim.id, name)
            for claim in graph.claims.values()
            if claim.step > 0 and claim.basis in (Basis.ASSUMED, Basis.FOUND)
            for name, value in stated_in(claim.text).items()
            if world.items[name].origin in MISTAKES and said[name] == value and not graph.sources(claim.id)
        ]
        first = {name: min(claim for claim, each in roots if each == name) for _, name in roots}
        shows = [name for name in first if any(world.values(name)[each] != said[each] for each in told)]
        for n in range(len(MISTAKES)):
            kind = MISTAKES[(self.turn + n) % len(MISTAKES)]
            fit = [name for name in shows if world.items[name].origin is kind]
            if fit:
                self.turn += n + 1
                name = world.rng.choice(fit)
                return first[name], name
        return None

    async def _corrected(self, origin: Claim, value: int, runs: list[Run]) -> int:
        """The owner's word, and the redo; how many steps asked a model."""
        name = next(iter(stated_in(origin.text)))
        place, by = runs[0].envelope.place, runs[0].envelope.sender
        found = await correcting.corrected(self.nova.tracing.room, origin.id, f"The item {name} is {value}.", place, by)
        assert found is not None
        assert found.correction is not None
        done = await self.nova.tracing.redoing.after(found.correction.now.id)
        return sum(len(one.ran) for one in done)

    async def is_repaired(self, runs: list[Run], true: Mapping[str, int]) -> bool:
        """Does every answer say what is true?"""
        threads = {run.envelope.place for run in runs}
        told = [await self.nova.ledger.conversation(place, keep=1_000) for place in threads]
        stated = [stated_in(turn.claim.text) for each in told for turn in each.turns if turn.agent]
        return all(true[name] == value for each in stated for name, value in each.items())


@dataclass(frozen=True, slots=True)
class Share:
    """What one process has played: its ledger, what was found, the answers in it, and effects that fired again."""

    ledger: Path
    found: tuple[Found, ...]
    answers: tuple[ClaimId, ...]
    again: int


def measure(data: Path | None, settings: Settings, wanted: int = 1_000) -> Measured:  # noqa: ARG001
    """Measure all of it, on all processors. It takes some minutes."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=settings.home, prefix="bench-blame-") as folder:
        shares = _shares(settings, Path(folder), wanted)
        told = asyncio.run(lies.measure(settings, Path(folder) / "lies"))
        walked = asyncio.run(walks(shares))
    figures = summed([one for share in shares for one in share.found])
    again = sum(share.again for share in shares)
    return Measured({**figures, "effects_refired": again, "why_ms": _p95(walked), **told}, TARGETS)


def _shares(settings: Settings, folder: Path, wanted: int) -> list[Share]:
    """The pipelines, dealt out to as many processes as there are processors."""
    processes = os.cpu_count() or 1
    each = -(-wanted // processes)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        shares = [pool.submit(_share, settings, folder / str(n), each, n, processes) for n in range(processes)]
        return [share.result() for share in shares]


def _share(settings: Settings, home: Path, wanted: int, first: int, step: int) -> Share:
    logging.getLogger("nova_bot.engine.calls").setLevel(logging.ERROR)  # refusals are part of the play
    return asyncio.run(played(settings, home, wanted, first, step))


@asynccontextmanager
async def playing(settings: Settings, home: Path, cast: Cast) -> AsyncIterator[Nova]:
    """A Nova in the folder `home` whose agents `cast` plays."""
    write_agents(home / "agents")
    own = stage.on_stage(settings, home, home / "agents").model_copy(
        update={"hops": len(AGENTS) * 10, "keep_turns": 6, "parallel": AT_ONCE * 2, "run_budget": _BUDGET}
    )
    async with stage.playing(own, cast, cast.tools) as nova:
        yield nova


async def played(settings: Settings, home: Path, wanted: int, first: int = 0, step: int = 1) -> Share:
    """Pipelines number `first`, `first + step` and so on, until `wanted` of them have a mistake that shows."""
    cast = Cast()
    async with playing(settings, home, cast) as nova:
        bench = Bench(nova, cast)
        numbers = count(first, step)

        async def worker() -> None:
            while len(bench.found) < wanted:
                number = next(numbers)
                await bench.pipeline(World.make(number, LOSSES[number // step % len(LOSSES)], SEED))

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
        ledger = nova.ledger.path
    return Share(ledger, tuple(bench.found), tuple(bench.answers), sum(n - 1 for n in cast.logged.values()))


async def walks(shares: Sequence[Share]) -> list[float]:
    """The milliseconds of some walks back, when nothing else is done any more."""
    taken = []
    for share in shares:
        async with opened(share.ledger, write=False) as ledger:
            for claim in random.Random(SEED).sample(share.answers, min(WALKS // len(shares), len(share.answers))):  # noqa: S311
                began = time.perf_counter()
                why(await graphs.behind(ledger, claim), claim)
                taken.append((time.perf_counter() - began) * 1_000)
    return taken


def summed(found: Iterable[Found]) -> dict[str, float]:
    """Shares over all pipelines; per kind of mistake on stderr."""
    known = list(found)
    for kind in MISTAKES:
        own = [one for one in known if one.mistake is kind]
        if own:
            top3, exact = sum(one.top3 for one in own) / len(own), sum(one.exact for one in own) / len(own)
            print(f"blame: {kind}: {len(own)} pipelines, exact {exact:.3f}, top3 {top3:.3f}", file=sys.stderr)
    share = sum(one.ran for one in known) / max(1, sum(one.within for one in known))
    print(f"blame: within its own thread {share:.3f} of the steps after the mistake were run again", file=sys.stderr)
    return {
        "runs": len(known),
        "guided_exact": sum(one.exact for one in known) / len(known),
        "taps_max": max(one.taps for one in known),
        "unaided_top3": sum(one.top3 for one in known) / len(known),
        "repaired": sum(one.repaired for one in known) / len(known),
        "rerun_share": sum(one.ran for one in known) / max(1, sum(one.after for one in known)),
    }


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[94] if len(values) > 1 else values[0]

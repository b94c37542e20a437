"""The load bench: what Nova itself costs, with a model that needs no time.

It runs the real composition, its ledger with synchronous=FULL in a folder beside the owner's own, and the disk is
part of every figure. `accept` is from receiving a message to its commit. `overhead` is the wall time of a step in
one conversation that has Nova to itself, commit included. `resume` is from the start of a new process, after a
kill, until every interrupted run is answered.
"""

import asyncio
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nova_bot import parts
from nova_bot.bench import stage
from nova_bot.bench.measured import Measured, Target
from nova_bot.core.outcome import EndingKind
from nova_bot.ledger import database
from nova_bot.nova import Nova
from nova_bot.settings import Settings

TARGETS = {
    "accept_p50_ms": Target("<=", 5),
    "accept_p99_ms": Target("<=", 20),
    "runs_per_s": Target(">=", 500),
    "idle_cpu_percent": Target("<", 1),
    "idle_rss_mb": Target("<", 100),
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: messages per question, repetitions of the throughput, seconds of idling."""

    messages: int = 400
    per_conversation: int = 16
    repeats: int = 3
    idle_seconds: float = 5.0
    child_timeout_s: float = 60.0


def measure(_data: Path | None, settings: Settings, size: Size = Size()) -> Measured:
    """All figures. What can't be measured here is left out, and why stands on stderr."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(prefix="bench-", dir=settings.home) as folder:
        home = Path(folder)
        figures = asyncio.run(_in_process(stage.on_stage(settings, home / "load"), size))
        figures |= _if_possible("idling", lambda: _idle(home / "idle", size))
        figures |= _if_possible("resuming", lambda: _resume(home / "resume", size))
    return Measured(figures, TARGETS)


async def _in_process(settings: Settings, size: Size) -> dict[str, float]:
    async with stage.playing(settings, stage.InstantModel()) as nova:
        await asyncio.gather(*(_talk(nova, conversation, 2) for conversation in range(stage.CONVERSATIONS)))
        return {**await _accept(nova, size), **await _overhead(nova, size), **await _throughput(nova, size)}


async def _accept(nova: Nova, size: Size) -> dict[str, float]:
    """The worse of one caller and sixteen at once."""
    alone = await _timed(1, size.messages, lambda: nova.ledger.accept(stage.message(0), parts.now()))
    crowd = await _timed(16, size.messages, lambda: nova.ledger.accept(stage.message(0), parts.now()))
    return {"accept_p50_ms": max(_p(50, alone), _p(50, crowd)), "accept_p99_ms": max(_p(99, alone), _p(99, crowd))}


async def _overhead(nova: Nova, size: Size) -> dict[str, float]:
    per_run = []
    for _ in range(size.messages):
        answered = await nova.receive(stage.message(0))
        assert answered is not None
        began = time.perf_counter()
        await answered
        per_run.append((time.perf_counter() - began) * 1_000 / stage.STEPS)
    return {"overhead_p50_ms": _p(50, per_run), "overhead_p99_ms": _p(99, per_run)}


async def _throughput(nova: Nova, size: Size) -> dict[str, float]:
    """The middle of a few repetitions, after a first one in which threads grow and files are made longer.

    What a run costs in CPU goes to stderr.
    """

    async def all_talk() -> None:
        await asyncio.gather(*(_talk(nova, one, size.per_conversation) for one in range(stage.CONVERSATIONS)))

    runs = stage.CONVERSATIONS * size.per_conversation
    rates, costs = [], []
    await all_talk()
    for _ in range(size.repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        await all_talk()
        rates.append(runs / (time.perf_counter() - wall))
        costs.append((time.process_time() - cpu) * 1_000 / runs)
    print(f"load: {statistics.median(costs):.2f} ms CPU per run (at best {min(costs):.2f})", file=sys.stderr)
    return {"runs_per_s": statistics.median(rates)}


async def _talk(nova: Nova, conversation: int, messages: int) -> None:
    """One conversation: each message waits for the answer to the one before."""
    for _ in range(messages):
        answered = await nova.receive(stage.message(conversation))
        assert answered is not None
        run = await answered
        if run.ending is None or run.ending.kind is not EndingKind.ANSWERED:
            raise RuntimeError(f"{run.name} was not answered: {run.ending}")


async def _timed(callers: int, times: int, call: Callable[[], Awaitable[object]]) -> list[float]:
    """The milliseconds of each of `times` calls, made by so many callers at once."""
    taken: list[float] = []

    async def caller() -> None:
        while len(taken) < times:
            began = time.perf_counter()
            await call()
            taken.append((time.perf_counter() - began) * 1_000)

    await asyncio.gather(*(caller() for _ in range(callers)))
    return taken


def _p(percent: int, values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _if_possible(what: str, measured: Callable[[], dict[str, float]]) -> dict[str, float]:
    try:
        return measured()
    except (OSError, RuntimeError, subprocess.SubprocessError, ValueError) as error:
        print(f"load: {what} could not be measured: {error}", file=sys.stderr)
        return {}


def _idle(home: Path, size: Size) -> dict[str, float]:
    """A fresh Nova with its real agents and router, and no model; its ledger is there, as on every later start."""
    home.mkdir()
    database.upgrade(database.location("", home))
    cpu, rss = _child("idle", home, str(size.idle_seconds), timeout=size.child_timeout_s).split()
    return {"idle_cpu_percent": float(cpu), "idle_rss_mb": float(rss)}


def _resume(home: Path, size: Size) -> dict[str, float]:
    """Killed with a run under way in every conversation, then started again."""
    _interrupt(home, size)
    began = time.perf_counter()
    _child("resume", home, timeout=size.child_timeout_s)
    return {"resume_s": time.perf_counter() - began}


def _interrupt(home: Path, size: Size) -> None:
    with subprocess.Popen(_command("hang", home), stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
        assert child.stdout is not None
        try:
            if child.stdout.readline().strip() != "hanging":
                raise RuntimeError("the process to be killed did not get that far")
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait(size.child_timeout_s)


def _child(mode: str, home: Path, *more: str, timeout: float) -> str:
    command = _command(mode, home, *more)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=timeout, check=True)  # noqa: S603
    return done.stdout.splitlines()[-1]


def _command(mode: str, home: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "nova_bot.bench.child", mode, str(home), *more]

"""The reminders bench: start and memory with many pending, lateness when many are due at once, and kills.

The clock, the engine and the ledger (synchronous=FULL) are the real ones; the platform is a list or a file. Lateness
is from the due time to the delivery's beginning, when the reply is a committed outbox row. The kills hit processes
that fire reminders as they come due; afterwards each reminder must have been sent exactly once.
"""

import asyncio
import multiprocessing
import os
import random
import signal
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.base import Mute
from nova_bot import app
from nova_bot.bench import stage
from nova_bot.bench.child import rss_mb
from nova_bot.bench.measured import Measured, Target
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place, Sender, Standing
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.reminder import Reminder, Series
from nova_bot.ledger import reminders
from nova_bot.settings import Settings
from schedules.tzdata import version

TARGETS = {
    "start_ms": Target("<", 50),
    "rss_mb": Target("<", 60),
    "lateness_p99_ms": Target("<", 100),
    "lost": Target("==", 0),
    "doubled": Target("==", 0),
}
LEAD = timedelta(seconds=3)
"""Time to set up before the first one is due."""

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: pending ones, due ones in one second, kills, and reminders that the kills can hit."""

    pending: int = 100_000
    due: int = 1_000
    kills: int = 100
    fired: int = 400


class Stopwatch(Mute):
    """A courier that notes when each reminder is handed to it."""

    platform = stage.PLATFORM

    def __init__(self, wanted: int) -> None:
        self.at: dict[str, datetime] = {}
        self.all_there = asyncio.Event()
        self._wanted = wanted

    async def deliver(self, outbound: Outbound) -> str:
        """Note it."""
        self.at[outbound.place.thread] = datetime.now(UTC)
        if len(self.at) == self._wanted:
            self.all_there.set()
        return outbound.key

    async def find(self, outbound: Outbound) -> str | None:  # noqa: ARG002
        """Nothing is kept, so nothing is found."""
        return None


class Sheet(Mute):
    """A courier that writes each reminder into a file, which is looked at before one is sent again."""

    platform = stage.PLATFORM

    def __init__(self, path: Path, wanted: int) -> None:
        self._path = path
        self.all_there = asyncio.Event()
        self._wanted = wanted

    async def deliver(self, outbound: Outbound) -> str:
        """One line, there even if the process dies right after."""
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, f"{outbound.key} {outbound.place.thread}\n".encode())
        os.close(handle)
        self.look()
        return outbound.key

    def look(self) -> None:
        """Are all of them on the sheet?"""
        if len({thread for _, thread in sent(self._path)}) >= self._wanted:
            self.all_there.set()

    async def find(self, outbound: Outbound) -> str | None:
        """Is it on the sheet?"""
        return outbound.key if any(key == outbound.key for key, _ in sent(self._path)) else None


def sent(path: Path) -> list[tuple[str, str]]:
    """The lines of a sheet: key and thread."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [(key, thread) for key, _, thread in (line.partition(" ") for line in lines)]


def measure(_data: Path | None, settings: Settings, size: Size = Size()) -> Measured:
    """All figures."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(prefix="bench-", dir=settings.home) as folder:
        home = Path(folder)
        figures = asyncio.run(_many(stage.on_stage(settings, home / "many"), size))
        figures |= _killed(stage.on_stage(settings, home / "killed"), size)
    return Measured(figures, TARGETS)


async def _many(settings: Settings, size: Size) -> dict[str, float]:
    """Start and memory with all of them pending; then the lateness of those due within one second."""
    import apscheduler.schedulers.asyncio  # noqa: F401  its import is not what is measured

    watch = Stopwatch(size.due)
    async with app.running(settings, [watch], model=stage.InstantModel(), make_team=stage.team) as nova:
        later = datetime.now(UTC) + timedelta(days=30)
        far = [made(f"far{n}", later + timedelta(seconds=n)) for n in range(size.pending - size.due)]
        await reminders.keep_all(nova.ledger, far, version())
        first = datetime.now(UTC) + LEAD
        near = [made(f"near{n}", first + timedelta(seconds=n / size.due)) for n in range(size.due)]
        await reminders.keep_all(nova.ledger, near, version())
        before, began = rss_mb(), time.perf_counter()
        await nova.clock.start()
        start_ms, more = (time.perf_counter() - began) * 1_000, rss_mb() - before
        pending = await reminders.pending(nova.ledger)
        async with asyncio.timeout(PATIENCE_S):
            await watch.all_there.wait()
    late = [(watch.at[one.place.thread] - one.due).total_seconds() * 1_000 for one in near if one.due]
    p99 = statistics.quantiles(late, n=100, method="inclusive")[98]
    return {"pending": pending, "start_ms": start_ms, "rss_mb": max(0.0, more), "lateness_p99_ms": p99}


def made(name: str, due: datetime) -> Reminder:
    """A reminder in a thread of its own."""
    place = Place(stage.PLATFORM, "w", "general", name)
    series = Series(due.replace(tzinfo=None), "UTC")
    owner = Sender("u1", "Ada", Standing.OWNER, "owner")
    label = Label(Integrity.OWNER, "turn:r0", frozenset({place.room}), as_of=due)
    return Reminder(name, owner, place, f"reminder {name}", series, due, label, due)


def _killed(settings: Settings, size: Size) -> dict[str, float]:
    """Kill one process after the other at random moments while reminders come due, then let the last one finish."""
    fates = random.Random(7)  # noqa: S311
    sheet = settings.home / "sheet"
    fork = multiprocessing.get_context("fork")
    wanted = asyncio.run(_prepared(settings, size))
    for _ in range(size.kills):
        life = fork.Process(target=_live, args=(settings, sheet, size.fired))
        life.start()
        time.sleep(fates.uniform(0.05, 0.4))
        if life.pid and life.is_alive():
            os.kill(life.pid, signal.SIGKILL)
        life.join()
    last = fork.Process(target=_live, args=(settings, sheet, size.fired))
    last.start()
    last.join(2 * PATIENCE_S)
    threads = [thread for _, thread in sent(sheet)]
    print(f"reminders: {size.kills} kills, {len(threads)} of {len(wanted)} sent", file=sys.stderr)
    return {"lost": len(wanted - set(threads)), "doubled": len(threads) - len(set(threads))}


async def _prepared(settings: Settings, size: Size) -> set[str]:
    """Reminders that come due while the processes live and die."""
    begin, seconds = datetime.now(UTC), size.kills * 0.25
    names = [f"k{n}" for n in range(size.fired)]
    async with app.running(settings, [], model=stage.InstantModel(), make_team=stage.team) as nova:
        due = [made(name, begin + timedelta(seconds=seconds * n / size.fired)) for n, name in enumerate(names)]
        await reminders.keep_all(nova.ledger, due, version())
    return set(names)


def _live(settings: Settings, sheet: Path, fired: int) -> None:
    """One life: go on with what was left, and fire what is due until everything was."""
    asyncio.run(_alive(settings, sheet, fired))


async def _alive(settings: Settings, sheet: Path, fired: int) -> None:
    courier = Sheet(sheet, fired)
    courier.look()
    async with app.running(settings, [courier], model=stage.InstantModel(), make_team=stage.team) as nova:
        await nova.recover()
        async with asyncio.timeout(PATIENCE_S):
            await courier.all_there.wait()

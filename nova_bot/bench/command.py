"""`nova bench NAME`: measure, print, and say by the exit code whether the targets are met."""

import json
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from nova_bot.bench.measured import Measured
from nova_bot.settings import Settings

Measure = Callable[[Path | None, Settings], Measured]

BENCHES = {
    "answers": "nova_bot.bench.answers",
    "blame": "nova_bot.bench.blame",
    "chaos": "nova_bot.bench.chaos",
    "context": "nova_bot.bench.context",
    "load": "nova_bot.bench.load",
    "platforms": "nova_bot.bench.platforms",
    "reminders": "nova_bot.bench.reminders",
    "routing": "nova_bot.bench.routing",
    "sinks": "nova_bot.bench.sinks",
    "time": "nova_bot.bench.time",
    "trust": "nova_bot.bench.trust",
}
"""Each module has `measure(data, settings) -> Measured`; it is imported when its bench is run."""


def run(name: str, data: Path | None, settings: Settings, *, as_json: bool) -> int:
    """Run the bench called `name` and print its figures. 0 if all targets are met, 1 if not, 2 for an unknown name."""
    if name not in BENCHES:
        print(f'nova: no bench is called "{name}"; there are: {", ".join(BENCHES)}', file=sys.stderr)
        return 2
    measure: Measure = import_module(BENCHES[name]).measure
    measured = measure(data, settings)
    print(json.dumps(as_object(name, measured, settings.home)) if as_json else "\n".join(lines(name, measured)))
    return 0 if measured.met else 1


def as_object(name: str, measured: Measured, home: Path) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "bench": name,
        "figures": {key: round(figure, 4) for key, figure in measured.figures.items()},
        "targets": {key: [target.op, target.number] for key, target in measured.targets.items()},
        "met": measured.met,
        "machine": machine(home),
        "peers": {peer: dict(figures) for peer, figures in measured.peers.items()},
    }


def lines(name: str, measured: Measured) -> list[str]:
    """A table for people: figure, target, and whether it is met."""
    table = [f"{name:<24}{'figure':>12}   target"]
    for key in dict.fromkeys([*measured.figures, *measured.targets]):
        figure, target = measured.figures.get(key), measured.targets.get(key)
        shown = "not measured" if figure is None else f"{figure:,.2f}"
        wanted = f"{target.op} {target.number:g}" if target else ""
        missed = "  missed" if target and (figure is None or not target.met_by(figure)) else ""
        table.append(f"{key:<24}{shown:>12}   {wanted}{missed}".rstrip())
    return table


def machine(home: Path) -> str:
    """This machine in one line; the disk by what a write that must be durable takes in `home`."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return ", ".join(
        [
            f"{platform.system()} {platform.machine()}",
            f"{os.cpu_count()} CPUs",
            f"Python {platform.python_version()}",
            f"SQLite {sqlite3.sqlite_version}",
            f"fsync {fsync_ms(home):.1f} ms",
        ]
    )


def fsync_ms(folder: Path, times: int = 21) -> float:
    """The median time of a durable 4 KiB write, in milliseconds."""
    path = folder / f".fsync-{os.getpid()}"
    taken = []
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        for _ in range(times):
            began = time.perf_counter()
            os.write(handle, bytes(4_096))
            os.fsync(handle)
            taken.append((time.perf_counter() - began) * 1_000)
    finally:
        os.close(handle)
        path.unlink()
    return sorted(taken)[times // 2]

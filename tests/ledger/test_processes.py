"""Other processes: one writes, any number read."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nova_bot.core.errors import LedgerHeld
from nova_bot.ledger import overview
from nova_bot.ledger.store import opened
from tests.doubles import PLATFORM
from tests.ledger.samples import accepted

WRITES = """
import asyncio, sys
from pathlib import Path
from nova_bot.ledger.store import opened
from tests.ledger.samples import accepted

async def main():
    async with opened(Path(sys.argv[2])) as ledger:
        print("open", flush=True)
        n = 0
        while True:
            n += 1
            await accepted(ledger, n)

asyncio.run(main())
"""
ROOT = Path(__file__).parents[2]

Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def another(tmp_path: Path, path: Path) -> Iterator[Start]:
    """Starts a process that holds the ledger and accepts one message after the other."""
    script = tmp_path / "nova"
    script.write_text(WRITES)
    children: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, str(script), "serve", str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        children.append(child)
        assert child.stdout
        assert child.stdout.readline() == "open\n"
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()
        assert child.stdout
        child.stdout.close()


async def test_a_second_writer_is_refused_and_told_who_has_it(path: Path, another: Start) -> None:
    child = another()
    with pytest.raises(LedgerHeld) as caught:
        async with opened(path):
            pass
    assert str(caught.value) == (
        f"The ledger {path} is in use by process {child.pid} (nova serve). "
        "Stop it first, or give this one its own NOVA_HOME."
    )


async def test_a_killed_process_holds_nothing(path: Path, another: Start) -> None:
    child = another()
    child.kill()
    child.wait()
    async with opened(path) as ledger:
        await accepted(ledger, 1_000_000)


async def test_others_read_while_one_writes(path: Path, another: Start) -> None:
    another()
    seen: list[int] = []
    async with opened(path, write=False) as ledger:
        while len(seen) < 5:
            found = len(await ledger.unanswered([PLATFORM]))
            if found > (seen[-1] if seen else 0):
                seen.append(found)
            await asyncio.sleep(0.005)
    assert seen == sorted(seen)


async def test_two_readers_do_not_hold_each_other_up(path: Path) -> None:
    async with opened(path, write=False) as one, opened(path, write=False) as other:
        assert await overview.latest_runs(one, 5) == await overview.latest_runs(other, 5) == []

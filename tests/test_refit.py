"""Refitting with the owner's corrections, for real: `nova route` in processes of its own, over four small agents."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nova_bot import refit, router_files
from nova_bot.agent_files import load
from nova_bot.core.lesson import How, Lesson
from nova_bot.refit import Refitting
from nova_bot.tools.all import REGISTRY
from tests.doubles import NOON

BROKEN_PALLET = "who pays for the broken pallet"


@pytest.fixture
def agents(tmp_path: Path, fitted_agents: Path) -> Path:
    return Path(shutil.copytree(fitted_agents, tmp_path / "agents"))


@pytest.fixture
def home(tmp_path: Path, empty_ledger: Path) -> Path:
    """A home with an empty ledger."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copyfile(empty_ledger, folder / "nova.sqlite")
    return folder


def nova(home: Path, agents: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "NOVA_HOME": str(home), "NOVA_AGENTS": str(agents)}
    command = [sys.executable, "-m", "nova_bot", "route", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


async def test_a_lesson_is_refitted_in_a_process_of_its_own_exported_and_undone(home: Path, agents: Path) -> None:
    assert nova(home, agents, "learn", BROKEN_PALLET, "books").returncode == 0
    await enough_lessons(agents, home)
    texts, _ = router_files.found(agents, home, load(agents, REGISTRY.outward())) or pytest.fail("nothing was kept")
    assert texts.texts.count(BROKEN_PALLET) == 2, "a correction counts twice"
    exported = json.loads(nova(home, agents, "export").stdout)
    assert (exported["text"], exported["right"], exported["how"]) == (BROKEN_PALLET, "books", "command")
    assert "dropped" in nova(home, agents, "undo").stdout
    assert not (home / router_files.NAME).exists()
    assert nova(home, agents, "export").stdout == ""


async def enough_lessons(agents: Path, home: Path) -> None:
    """What the running Nova does when its owner has corrected it often enough."""
    taken_over: list[bool] = []

    async def on_done() -> None:
        taken_over.append((home / router_files.NAME).exists())

    refitting = Refitting(agents, home, on_done)
    for _ in range(refit.AFTER):
        refitting.lesson_learnt()
    await refitting.done()
    assert taken_over == [True]


def lesson(text: str, right: str, n: int = 0) -> Lesson:
    return Lesson(text, right, "", "owner", How.COMMAND, NOON, None, n)


def test_lessons_that_make_the_router_worse_are_put_in_quarantine(home: Path, agents: Path) -> None:
    roster = load(agents, REGISTRY.outward())
    poison = [lesson(text, "general", n) for n, text in enumerate(("invoice", "ledger", "invoice ledger"))]
    done = refit.refit(agents, home, roster, None, poison)
    assert not done.kept
    assert not (home / router_files.TAUGHT).exists()
    assert json.loads((home / refit.QUARANTINE).read_text("utf-8")) == [[one.text, one.right] for one in poison]


def test_a_batch_that_the_router_can_live_with_is_kept(home: Path, agents: Path) -> None:
    done = refit.refit(agents, home, load(agents, REGISTRY.outward()), None, [lesson(BROKEN_PALLET, "books")] * 3)
    assert (done.kept, done.lessons) == (True, 1), "the same message is one lesson"

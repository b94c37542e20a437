"""Killed again and again, Nova loses nothing, answers nothing twice and repeats no finished step."""

import multiprocessing
import random
import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.crash import life
from tests.crash.life import POINTS, Doom, Message

RANDOM_KILLS = 50
KILLS_PER_POINT = 3
CONVERSATIONS = 6
PER_LIFE = 6
LONGEST_LIFE_S = 0.25
PATIENCE_S = 60

PROCESSES = multiprocessing.get_context("forkserver")
"""Processes that begin with everything imported: a life starts in milliseconds."""
PROCESSES.set_forkserver_preload(["tests.crash.life"])


@dataclass
class World:
    """What is outside of Nova: it sends messages until they are accepted, and ends lives."""

    home: Path
    kills: int = 0
    finished_before: dict[int, set[tuple[int, int]]] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _sent: list[Message] = field(default_factory=list)
    _life: int = 0

    def die(self, after_s: float) -> None:
        """A life that is killed after a while."""
        process = self._begin(PER_LIFE, Doom())
        process.join(after_s)
        process.kill()
        self._end(process)

    def die_at(self, point: str, nth: int) -> None:
        """A life that is killed at a named point."""
        process = self._begin(PER_LIFE, Doom(point, nth))
        process.join(PATIENCE_S)
        self._end(process)

    def live_to_the_end(self) -> None:
        """A life in which everything that is left gets done."""
        process = self._begin(0, Doom())
        process.join(PATIENCE_S)
        assert process.exitcode == 0

    @property
    def messages(self) -> list[Message]:
        return self._sent

    def _begin(self, more: int, doom: Doom) -> Any:
        self._life += 1
        self.finished_before[self._life] = finished(self.home)
        numbers = [next(self._numbers) for _ in range(more)]
        self._sent += [Message(number, f"t{number % CONVERSATIONS}") for number in numbers]
        accepted = {number for (number,) in life.noted(self.home / "accepted")}
        waiting = [message for message in self._sent if message.number not in accepted]
        process = PROCESSES.Process(target=life.main, args=(self.home, self._life, waiting, doom))
        process.start()
        return process

    def _end(self, process: Any) -> None:
        process.join(PATIENCE_S)
        assert process.exitcode in (-9, 0), f"life {self._life} broke by itself"
        self.kills += process.exitcode == -9


def finished(home: Path) -> set[tuple[int, int]]:
    """The steps that stand in the ledger, read from a copy so that only Nova itself ever mends the file."""
    with copied(home) as ledger:
        if not ledger.execute("SELECT 1 FROM sqlite_master WHERE name = 'step'").fetchone():
            return set()
        return set(ledger.execute("SELECT run, n FROM step"))


@contextmanager
def copied(home: Path) -> Iterator[sqlite3.Connection]:
    copy = home / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in home.glob("nova.sqlite*"):
        shutil.copyfile(file, copy / file.name)
    with closing(sqlite3.connect(copy / "nova.sqlite")) as connection:
        yield connection


def the_world_after(home: Path, seed: int) -> World:
    """All the kills, in a random order, and one life that could finish."""
    life.write_agents(home)
    world = World(home)
    dice = random.Random(seed)
    points = [""] * RANDOM_KILLS + [*POINTS] * KILLS_PER_POINT
    dice.shuffle(points)
    for point in points:
        if point:
            world.die_at(point, dice.randint(1, 2 * PER_LIFE))
        else:
            world.die(dice.uniform(0, LONGEST_LIFE_S))
    world.live_to_the_end()
    return world


@pytest.mark.slow
def test_killed_again_and_again_nova_loses_doubles_and_reorders_nothing(tmp_path: Path) -> None:
    """One test, since every check looks at the same long story."""
    world = the_world_after(tmp_path, seed=20261122)
    with closing(sqlite3.connect(tmp_path / "nova.sqlite")) as ledger:
        steps_were_interrupted(world)
        every_message_is_answered_exactly_once(world, ledger)
        every_answer_is_seen_exactly_once(world, ledger)
        each_conversation_keeps_its_order(world)
        every_run_has_its_three_steps_once(world, ledger)
        only_steps_in_flight_are_run_again(world)
        a_tool_with_an_effect_took_effect_once(world, ledger)
        the_file_is_whole(ledger)


def steps_were_interrupted(world: World) -> None:
    assert world.kills >= RANDOM_KILLS
    assert len(life.noted(world.home / "calls")) > 3 * len(world.messages), "no step was ever interrupted"


def every_message_is_answered_exactly_once(world: World, ledger: sqlite3.Connection) -> None:
    answered = ledger.execute(
        "SELECT envelope.text, run.ended, outbox.text FROM envelope "
        "LEFT JOIN run ON run.envelope = envelope.id LEFT JOIN outbox ON outbox.run = run.id ORDER BY envelope.id"
    ).fetchall()
    asked = [f"message {message.number}" for message in world.messages]
    assert sorted(answered) == sorted((text, "answered", f"answer to {text}") for text in asked)


def every_answer_is_seen_exactly_once(world: World, ledger: sqlite3.Connection) -> None:
    seen = Counter(text for _, _, text in life.noted(world.home / "sent"))
    assert seen == Counter(f"answer to message {message.number}" for message in world.messages)
    assert ledger.execute("SELECT count(*) FROM outbox WHERE sent IS NULL").fetchone() == (0,)


def each_conversation_keeps_its_order(world: World) -> None:
    by_thread: dict[str, list[str]] = defaultdict(list)
    for _, thread, text in life.noted(world.home / "sent"):
        by_thread[thread].append(text)
    for thread, texts in by_thread.items():
        asked = [message.number for message in world.messages if message.thread == thread]
        assert texts == [f"answer to message {number}" for number in asked]


def every_run_has_its_three_steps_once(world: World, ledger: sqlite3.Connection) -> None:
    steps = Counter(ledger.execute("SELECT run, n FROM step"))
    runs = [run for (run,) in ledger.execute("SELECT id FROM run")]
    assert steps == Counter((run, n) for run in runs for n in (1, 2, 3))
    assert len(runs) == len(world.messages)


def only_steps_in_flight_are_run_again(world: World) -> None:
    calls = life.noted(world.home / "calls")
    repeated = [(run, step) for number, run, step in calls if (run, step) in world.finished_before[number]]
    assert repeated == []
    assert len(calls) - 3 * len(world.messages) <= world.kills * CONVERSATIONS


def a_tool_with_an_effect_took_effect_once(world: World, ledger: sqlite3.Connection) -> None:
    notes = Counter(text for (text,) in ledger.execute("SELECT text FROM note"))
    assert notes == Counter(f"message {message.number}" for message in world.messages)


def the_file_is_whole(ledger: sqlite3.Connection) -> None:
    assert ledger.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert ledger.execute("PRAGMA foreign_key_check").fetchall() == []

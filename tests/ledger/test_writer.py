"""The writer: many callers per commit, in their order, and none spoils it for another."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from nova_bot.core.errors import LedgerError, LedgerLocked
from nova_bot.ledger import database, rows, tables, writer
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.writer import Write, Writer, merged
from tests.doubles import NOON
from tests.ledger import samples

INSERT = insert(tables.envelope)


def write(n: int, **more: object) -> Write:
    return Write(INSERT, [{**rows.envelope_row(n, samples.envelope(n), NOON), **more}])


def kept(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as other:
        return [number for (number,) in other.execute("SELECT id FROM envelope ORDER BY id")]


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(database.connection(path)) as made:
        yield made


@pytest.fixture
async def one_writer(connection: sqlite3.Connection, path: Path) -> AsyncIterator[Writer]:
    made = Writer(connection, str(path))
    made.start()
    yield made
    await made.stop()


@pytest.fixture
def commits(connection: sqlite3.Connection) -> list[str]:
    """One entry per transaction."""
    seen: list[str] = []
    connection.set_trace_callback(lambda said: seen.append(said) if said.startswith("BEGIN") else None)
    return seen


async def put_at_once(connection: sqlite3.Connection, path: Path, numbers: range) -> None:
    """Write when all callers are there already."""
    made = Writer(connection, str(path))
    waiting = [made.put(write(n)) for n in numbers]
    made.start()
    await asyncio.gather(*waiting)
    await made.stop()


async def test_many_callers_share_a_commit(connection: sqlite3.Connection, commits: list[str], path: Path) -> None:
    await put_at_once(connection, path, range(1, 65))
    assert kept(path) == list(range(1, 65))
    assert len(commits) == 1


async def test_a_commit_takes_no_more_than_a_batch(
    connection: sqlite3.Connection, commits: list[str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "BATCH", 10)
    await put_at_once(connection, path, range(1, 65))
    assert len(commits) == 7


async def test_a_row_that_cannot_be_written_does_not_take_its_neighbours(one_writer: Writer, path: Path) -> None:
    twice = write(3, id=1, identity="another")
    done = await asyncio.gather(
        one_writer.put(write(1)), one_writer.put(twice), one_writer.put(write(2)), return_exceptions=True
    )
    assert isinstance(done[1], LedgerError)
    assert "UNIQUE constraint failed: envelope.id" in str(done[1])
    assert not isinstance(done[0], BaseException)
    assert not isinstance(done[2], BaseException)
    assert kept(path) == [1, 2]


@pytest.mark.parametrize("value", ["\ud800", 2**70, object()], ids=["surrogate", "huge", "no value"])
async def test_a_value_that_the_driver_refuses_does_not_take_its_neighbours(
    one_writer: Writer, path: Path, value: object
) -> None:
    done = await asyncio.gather(
        one_writer.put(write(1)), one_writer.put(write(2, sender=value)), return_exceptions=True
    )
    assert isinstance(done[1], Exception)
    assert kept(path) == [1]


async def test_a_failing_caller_leaves_nothing_behind(one_writer: Writer, path: Path) -> None:
    with pytest.raises(LedgerError):
        await one_writer.put(write(1), write(2, id=1))
    assert kept(path) == []


async def test_callers_are_told_in_their_order(one_writer: Writer) -> None:
    told: list[int] = []
    for n in range(1, 20):
        one_writer.put(write(n)).add_done_callback(lambda _done, n=n: told.append(n))  # type: ignore[misc]
    await one_writer.put(write(20))
    assert told == list(range(1, 20))


async def test_a_caller_that_gives_up_does_not_stop_its_write(one_writer: Writer, path: Path) -> None:
    one_writer.put(write(1)).cancel()
    await one_writer.put(write(2))
    assert kept(path) == [1, 2]


async def test_what_was_put_is_written_before_a_stop(connection: sqlite3.Connection, path: Path) -> None:
    made = Writer(connection, str(path))
    made.start()
    for n in range(1, 30):
        made.put(write(n))
    await made.stop()
    assert kept(path) == list(range(1, 30))


async def test_nothing_can_be_put_after_a_stop(connection: sqlite3.Connection, path: Path) -> None:
    made = Writer(connection, str(path))
    made.start()
    await made.stop()
    with pytest.raises(LedgerError, match="it is closed already"):
        await asyncio.wait_for(made.put(write(1)), 2)


async def test_a_lock_fails_all_that_wait_at_once_and_the_next_writes_go_through(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    browser = sqlite3.connect(path, isolation_level=None)
    async with writer.writing(path) as made:
        await made.put(write(1))
        browser.execute("BEGIN IMMEDIATE")
        waiting = [made.put(write(n)) for n in range(2, 100)]
        done = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 3)
        assert {type(one) for one in done} == {LedgerLocked}
        browser.execute("ROLLBACK")
        await made.put(write(100))
    browser.close()
    assert kept(path) == [1, 100]


async def test_a_short_lock_of_another_program_is_waited_for(ledger: Ledger, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as backup:
        backup.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.1, backup.execute, "ROLLBACK")
        assert await ledger.accept(samples.envelope(1), NOON) is not None


async def test_what_nobody_waits_for_goes_along_with_what_somebody_does(
    one_writer: Writer, commits: list[str], path: Path
) -> None:
    one_writer.leave(write(1))
    await asyncio.sleep(0)
    await one_writer.put(write(2))
    assert (kept(path), len(commits)) == ([1, 2], 1)


async def test_what_nobody_waits_for_is_written_all_the_same(one_writer: Writer, path: Path) -> None:
    await asyncio.wait_for(one_writer.leave(write(1)), 3)
    assert kept(path) == [1]


async def test_what_nobody_waits_for_is_written_before_the_writer_stops(
    connection: sqlite3.Connection, path: Path
) -> None:
    made = Writer(connection, str(path))
    made.start()
    made.leave(write(1))
    await made.stop()
    assert kept(path) == [1]
    with pytest.raises(LedgerError, match="closed already"):
        await made.leave(write(2))


async def test_a_run_that_nobody_waited_for_is_on_the_disk_before_its_steps(ledger: Ledger, path: Path) -> None:
    number, envelope = await samples.accepted(ledger, 1)
    run = samples.begun(ledger.next_run(), envelope)
    ledger.open_run(run, number)
    await ledger.save(run, samples.handed(run.id))
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT step.run, run.id FROM step JOIN run ON run.id = step.run").fetchall() == [(1, 1)]


async def test_a_step_without_its_run_is_refused(ledger: Ledger) -> None:
    run = samples.begun(1, samples.envelope(1))
    with pytest.raises(LedgerError, match="FOREIGN KEY"):
        await ledger.save(run, samples.handed(run.id))


def test_parents_come_before_children_and_inserts_before_updates() -> None:
    ending = tables.run.update()
    step, run = insert(tables.step), insert(tables.run)
    together = merged([[Write(ending, [{"a": 1}]), Write(step, [{"a": 2}])], [Write(run, [{"a": 3}]), Write(step, [])]])
    assert [one.statement for one in together] == [run, step, ending]


def test_rows_of_one_statement_keep_their_order() -> None:
    (together,) = merged([[Write(INSERT, [{"n": 1}, {"n": 2}])], [Write(INSERT, [{"n": 3}])]])
    assert list(together.rows) == [{"n": 1}, {"n": 2}, {"n": 3}]

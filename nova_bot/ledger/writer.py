"""The writer: one thread that writes, many callers per commit.

A commit waits for the disk, so what arrives meanwhile goes into the next one together: about `BATCH` callers at most.
Python runs one thread at a time, and both lose time when they take turns after each statement. So what is put in one
turn of the event loop is handed over together at its end, when the loop has less to do; many rows go into one
statement; a statement is compiled once; and what nobody waits for makes no commit of its own.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

from sqlalchemy import Insert, Table, Update
from sqlalchemy.dialects import sqlite

from nova_bot.core.errors import LedgerError
from nova_bot.ledger import database
from nova_bot.ledger.faults import meaning
from nova_bot.ledger.tables import metadata

BATCH = 256

LATEST_S = 0.05
"""How long a write that nobody waits for stays behind."""

AT_ONCE = (512, 64, 8, 1)
"""Rows in one statement."""

_RANK = {table: rank for rank, table in enumerate(metadata.sorted_tables)}

Row = Mapping[str, Any] | tuple[Any, ...]
"""Values by their columns; or all of them, in the order of the table's columns."""


class Write(NamedTuple):
    """One statement (a module constant: it is the key by which writes are put together) and its rows."""

    statement: Insert | Update
    rows: Sequence[Row]


class _Job(NamedTuple):
    writes: Sequence[Write]
    done: asyncio.Future[frozenset[Any]]


class _Prepared:
    """A statement as the driver takes it: its SQL, and how a row becomes the values of its question marks."""

    def __init__(self, statement: Insert | Update, columns: list[str]) -> None:
        dialect = sqlite.dialect()
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self._names = compiled.positiontup or []
        sql, row = str(compiled), f"({', '.join('?' * len(self._names))})"
        at_once = AT_ONCE if f"VALUES {row}" in sql else AT_ONCE[-1:]
        self._sql = {size: sql.replace(f"VALUES {row}", f"VALUES {', '.join([row] * size)}") for size in at_once}
        self._fixed = {name: value for name, value in compiled.params.items() if name not in columns}
        types = [compiled.binds[name].type.dialect_impl(dialect) for name in self._names]
        converters = [one.bind_processor(dialect) for one in types]
        self._converters = [(i, convert) for i, convert in enumerate(converters) if convert]

    def statements(self, rows: Sequence[Row]) -> Iterator[tuple[str, list[Any]]]:
        """What writes all of `rows`: SQL and its values, as many rows in one as can be."""
        at = 0
        for size, sql in self._sql.items():
            while len(rows) - at >= size:
                yield sql, [*chain.from_iterable(map(self._values, rows[at : at + size]))]
                at += size

    def _values(self, row: Row) -> Sequence[Any]:
        """The row's values in the statement's order."""
        if isinstance(row, tuple):
            return row
        if self._fixed:
            row = {**self._fixed, **row}
        values = [*map(row.__getitem__, self._names)]
        for i, convert in self._converters:
            values[i] = convert(values[i])
        return values


def _rank(statement: Insert | Update) -> tuple[bool, int]:
    """Parents before children, inserts before updates."""
    table = statement.table
    return isinstance(statement, Update), _RANK[table] if isinstance(table, Table) else len(_RANK)


def merged(jobs: Sequence[Sequence[Write]]) -> list[Write]:
    """The writes of all jobs, one per statement, in an order that keeps the references whole."""
    rows: dict[Insert | Update, list[Row]] = {}
    for writes in jobs:
        for write in writes:
            rows.setdefault(write.statement, []).extend(write.rows)
    return [Write(statement, rows[statement]) for statement in sorted(rows, key=_rank) if rows[statement]]


class Writer:
    """Start it once; `put` from an event loop. `connection` is its own, as is the thread it writes in."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection = connection
        self._path = path
        self._queue: SimpleQueue[list[_Job] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="ledger writer", daemon=True)
        self._stopped = False
        self._waiting: list[_Job] = []
        self._due = False
        self._prepared: dict[Insert | Update, _Prepared] = {}

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    async def stop(self) -> None:
        """Write what was put, then end."""
        self._stopped = True
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def put(self, *writes: Write) -> asyncio.Future[frozenset[Any]]:
        """Write all of `writes` in one transaction. The future is done after the commit, in the order of the calls.

        It holds what RETURNING statements of the same commit returned, or raises a LedgerError.
        """
        loop = asyncio.get_running_loop()
        if not self._due:
            self._due = True
            loop.call_soon(self._hand_over)
        return self._kept(writes, loop)

    def leave(self, *writes: Write) -> asyncio.Future[frozenset[Any]]:
        """The same for what nobody waits for: it goes along with what is put next, within LATEST_S."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_later(LATEST_S, self._hand_over)
        return self._kept(writes, loop)

    def _kept(self, writes: Sequence[Write], loop: asyncio.AbstractEventLoop) -> asyncio.Future[frozenset[Any]]:
        job = _Job(writes, loop.create_future())
        if self._stopped:
            _settle([job], LedgerError(path=self._path, what="it is closed already"))
        else:
            self._waiting.append(job)
        return job.done

    def _hand_over(self) -> None:
        waiting, self._waiting, self._due = self._waiting, [], False
        for n in range(0, len(waiting), BATCH):
            self._queue.put(waiting[n : n + BATCH])

    def _run(self) -> None:
        last = False
        while not last:
            jobs, last = self._next()
            if jobs:
                self._commit(jobs)

    def _next(self) -> tuple[list[_Job], bool]:
        jobs: list[_Job] = []
        while (more := self._queue.get()) is not None:
            jobs += more
            if len(jobs) >= BATCH or self._queue.empty():
                return jobs, False
        return jobs, True

    def _commit(self, jobs: list[_Job]) -> None:
        """One transaction for all jobs. If one of them can't be written, each gets its own."""
        try:
            returned = self._write([job.writes for job in jobs])
        except Exception as error:  # it must reach the callers, not end the writer
            self._failed(jobs, error)
        else:
            _tell(jobs, returned)

    def _failed(self, jobs: list[_Job], error: Exception) -> None:
        fault = meaning(error, self._path) if isinstance(error, sqlite3.Error) else error
        of_the_file = isinstance(fault, LedgerError) and type(fault) is not LedgerError
        if of_the_file or len(jobs) == 1:
            _tell(jobs, fault)
        else:
            for job in jobs:
                self._commit([job])

    def _write(self, jobs: Sequence[Sequence[Write]]) -> frozenset[Any]:
        """One transaction, whole or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            returned = self._execute(merged(jobs))
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise
        return returned

    def _execute(self, writes: list[Write]) -> frozenset[Any]:
        returned: set[Any] = set()
        for statement, rows in writes:
            for sql, values in self._prepare(statement, rows[0]).statements(rows):
                returned.update(value for (value,) in self._connection.execute(sql, values))
        return frozenset(returned)

    def _prepare(self, statement: Insert | Update, row: Row) -> _Prepared:
        if statement not in self._prepared:
            columns = statement.table.columns.keys() if isinstance(row, tuple) else list(row)
            self._prepared[statement] = _Prepared(statement, columns)
        return self._prepared[statement]


@asynccontextmanager
async def writing(path: Path) -> AsyncIterator[Writer]:
    """A writer for the file. Raises a LedgerError unless it can be written."""
    connection = await asyncio.to_thread(database.connection, path)
    with closing(connection):
        writer = Writer(connection, str(path))
        writer.start()
        try:
            yield writer
        finally:
            await writer.stop()


def _tell(jobs: Sequence[_Job], result: frozenset[Any] | Exception) -> None:
    """From the writer's thread: tell the callers, in the event loop where they wait."""
    jobs[0].done.get_loop().call_soon_threadsafe(_settle, jobs, result)


def _settle(jobs: Sequence[_Job], result: frozenset[Any] | Exception) -> None:
    for done in (job.done for job in jobs if not job.done.done()):
        if isinstance(result, Exception):
            done.set_exception(result)
            done.exception()  # a caller that did not wait for it is told by the next write that fails
        else:
            done.set_result(result)

"""The writer: one task that writes, many callers per commit.

A commit waits for the disk, so what arrives meanwhile goes into the next one together: at most `BATCH` callers a
commit. Every call to the database's thread costs more than a row does, so rows for the same statement go to the
driver in one call, and a statement is compiled once.
"""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Insert, Table, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from nova_bot.core.errors import LedgerError
from nova_bot.ledger.faults import meaning
from nova_bot.ledger.tables import metadata

BATCH = 256
_RANK = {table: rank for rank, table in enumerate(metadata.sorted_tables)}

Row = Mapping[str, Any]


class Write(NamedTuple):
    """One statement (a module constant: it is the key by which writes are put together) and its rows."""

    statement: Insert | Update
    rows: Sequence[Row]


class _Job(NamedTuple):
    writes: Sequence[Write]
    done: asyncio.Future[frozenset[Any]]


class _Prepared:
    """A statement as the driver takes it: its SQL, and how a row becomes the values of its question marks."""

    def __init__(self, statement: Insert | Update, columns: Sequence[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(columns))
        self.sql = str(compiled)
        self.returns = bool(compiled.effective_returning)
        self._names = compiled.positiontup or []
        self._fixed = {name: value for name, value in compiled.params.items() if name not in columns}
        types = [compiled.binds[name].type.dialect_impl(dialect) for name in self._names]
        converters = [one.bind_processor(dialect) for one in types]
        self._converters = [(i, convert) for i, convert in enumerate(converters) if convert]

    def values(self, row: Row) -> list[Any]:
        """The row's values in the statement's order."""
        if self._fixed:
            row = {**self._fixed, **row}
        values = [row[name] for name in self._names]
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
    """Start it once; `put` from anywhere in the same event loop."""

    def __init__(self, engine: AsyncEngine, path: str) -> None:
        self._engine = engine
        self._path = path
        self._queue: asyncio.Queue[_Job | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._stopped = False
        self._prepared: dict[Insert | Update, _Prepared] = {}

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="ledger writer")

    async def stop(self) -> None:
        """Write what was put, then end."""
        self._stopped = True
        self._queue.put_nowait(None)
        if self._task:
            await self._task

    def put(self, *writes: Write) -> asyncio.Future[frozenset[Any]]:
        """Write all of `writes` in one transaction. The future is done after the commit, in the order of the calls.

        It holds what RETURNING statements of the same commit returned, or raises a LedgerError.
        """
        job = _Job(writes, asyncio.get_running_loop().create_future())
        if self._stopped:
            _settle(job, LedgerError(path=self._path, what="it is closed already"))
        else:
            self._queue.put_nowait(job)
        return job.done

    async def _run(self) -> None:
        async with self._engine.connect() as connection:
            while True:
                jobs, last = await self._next()
                if jobs:
                    await self._commit(connection, jobs)
                if last:
                    return

    async def _next(self) -> tuple[list[_Job], bool]:
        jobs: list[_Job] = []
        job = await self._queue.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == BATCH or self._queue.empty():
                return jobs, False
            job = self._queue.get_nowait()
        return jobs, True

    async def _commit(self, connection: AsyncConnection, jobs: list[_Job]) -> None:
        """One transaction for all jobs. If one of them can't be written, each gets its own."""
        try:
            async with connection.begin():
                returned = await self._execute(connection, merged([job.writes for job in jobs]))
        except Exception as error:  # it must reach the callers, not end the writer
            await self._failed(connection, jobs, error)
        else:
            for job in jobs:
                _settle(job, returned)

    async def _failed(self, connection: AsyncConnection, jobs: list[_Job], error: Exception) -> None:
        fault = meaning(error, self._path) if isinstance(error, DBAPIError | sqlite3.Error) else error
        of_the_file = isinstance(fault, LedgerError) and type(fault) is not LedgerError
        if of_the_file or len(jobs) == 1:
            for job in jobs:
                _settle(job, fault)
        else:
            for job in jobs:
                await self._commit(connection, [job])

    async def _execute(self, connection: AsyncConnection, writes: list[Write]) -> frozenset[Any]:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        returned: set[Any] = set()
        for statement, rows in writes:
            prepared = self._prepare(statement, rows[0])
            values = map(prepared.values, rows)
            if prepared.returns:
                for one in values:
                    returned.update(value for (value,) in await driver.execute_fetchall(prepared.sql, one))
            else:
                await driver.executemany(prepared.sql, list(values))
        return frozenset(returned)

    def _prepare(self, statement: Insert | Update, row: Row) -> _Prepared:
        if statement not in self._prepared:
            self._prepared[statement] = _Prepared(statement, list(row), self._engine.dialect)
        return self._prepared[statement]


def _settle(job: _Job, result: frozenset[Any] | Exception) -> None:
    if job.done.done():
        return
    if isinstance(result, Exception):
        job.done.set_exception(result)
        job.done.exception()  # a caller that did not wait for it is told by the next write that fails
    else:
        job.done.set_result(result)

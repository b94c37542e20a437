"""The writer: one task that writes, many callers per commit.

A commit waits for the disk (about 4 ms), so what arrives meanwhile goes into the next one together: at most
`BATCH` callers a commit. Rows for the same statement are sent in one call, since a call to the database thread
costs more than the row.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Insert, Table, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from nova_bot.ledger.faults import meaning
from nova_bot.ledger.tables import metadata

BATCH = 256
_RANK = {table: rank for rank, table in enumerate(metadata.sorted_tables)}


class Write(NamedTuple):
    """One statement (a module constant: it is the key by which writes are put together) and its rows."""

    statement: Insert | Update
    rows: Sequence[Mapping[str, Any]]


class _Job(NamedTuple):
    writes: Sequence[Write]
    done: asyncio.Future[frozenset[Any]]


def _rank(statement: Insert | Update) -> tuple[bool, int]:
    """Parents before children, inserts before updates."""
    table = statement.table
    return isinstance(statement, Update), _RANK[table] if isinstance(table, Table) else len(_RANK)


def merged(jobs: Sequence[Sequence[Write]]) -> list[Write]:
    """The writes of all jobs, one per statement, in an order that keeps the references whole."""
    rows: dict[Insert | Update, list[Mapping[str, Any]]] = {}
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

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="ledger writer")

    async def stop(self) -> None:
        """Write what was put, then end."""
        self._queue.put_nowait(None)
        if self._task:
            await self._task

    def put(self, *writes: Write) -> asyncio.Future[frozenset[Any]]:
        """Write all of `writes` in one transaction. The future is done after the commit, in the order of the calls.

        It holds what RETURNING statements of the same commit returned, or raises a LedgerError.
        """
        done: asyncio.Future[frozenset[Any]] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Job(writes, done))
        return done

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
        try:
            async with connection.begin():
                returned = await _execute(connection, merged([job.writes for job in jobs]))
        except DBAPIError as error:
            if len(jobs) == 1:
                _settle(jobs[0], meaning(error, self._path))
            else:
                for job in jobs:
                    await self._commit(connection, [job])
        except Exception as error:  # a fault of ours must reach the caller, not end the writer
            for job in jobs:
                _settle(job, error)
        else:
            for job in jobs:
                _settle(job, returned)


async def _execute(connection: AsyncConnection, writes: list[Write]) -> frozenset[Any]:
    returned: set[Any] = set()
    for statement, rows in writes:
        result = await connection.execute(statement, list(rows))
        if result.returns_rows:
            returned.update(result.scalars())
    return frozenset(returned)


def _settle(job: _Job, result: frozenset[Any] | Exception) -> None:
    if job.done.done():
        return
    if isinstance(result, Exception):
        job.done.set_exception(result)
        job.done.exception()  # a caller that did not wait for it is told by the next write that fails
    else:
        job.done.set_result(result)

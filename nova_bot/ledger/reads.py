"""What answering a message asks of the ledger: conversations, runs with their packs, replies. Others ask in modules
of their own, by `Reads.rows`."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from nova_bot.core.button import Button
from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.conversation import Conversation, Turn
from nova_bot.core.deed import DeedState
from nova_bot.core.delivery import Offered, Outbound
from nova_bot.core.envelope import Envelope, Kind, Place
from nova_bot.core.errors import LedgerError, NoSuchRun
from nova_bot.core.pack import ContextPack
from nova_bot.core.run import Run, reached
from nova_bot.ledger import database, rows, tables
from nova_bot.ledger.faults import explained

T = tables

Ask = Callable[[Select[Any]], Awaitable[Sequence[RowMapping]]]

LONGEST_CHAIN = 100
"""How many corrections of corrections are followed."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An envelope that is kept and not answered yet; `run` is set when its run had begun.

    `resumed` counts the lives in a row, up to the latest, that went on with it and ended without getting any further,
    the first at `since`; this is life number `life`.
    """

    number: int
    envelope: Envelope
    run: Run | None
    resumed: int = 0
    since: datetime | None = None
    life: int = 1


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply and what became of it."""

    outbound: Outbound
    receipt: str | None
    at: datetime | None
    failed: str | None


class Reads:
    """Read-only questions, each answered from one of a few reading connections. Raises LedgerErrors."""

    def __init__(self, path: Path, readers: AsyncEngine) -> None:
        self.path = path
        self._readers = readers
        self._free = asyncio.Semaphore(database.READERS)
        self._closed = False

    async def close(self) -> None:
        """Let the reads that have begun end, then let go of the connections; nothing is read after that."""
        self._closed = True
        for _ in range(database.READERS):
            await self._free.acquire()
        await self._readers.dispose()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        with explained(str(self.path)):
            if self._closed:
                raise LedgerError(path=self.path, what="it is closed already")
            async with self._free, self._readers.connect() as connection:
                yield connection

    async def rows(self, query: Select[Any]) -> Sequence[RowMapping]:
        """All rows of `query`. For the ledger's own modules. Raises a LedgerError."""
        async with self._connected() as connection:
            return await _rows(connection, query)

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[Ask]:
        """Several questions about one and the same state, whatever is written meanwhile."""
        async with self._connected() as connection:
            await connection.exec_driver_sql("BEGIN")
            yield partial(_rows, connection)

    async def _highest(self, column: ColumnElement[int]) -> int:
        found = await self.rows(select(func.coalesce(func.max(column), 0).label("n")))
        return int(found[0]["n"])

    async def conversation(self, place: Place, keep: int = 40, before: int | None = None) -> Conversation:
        """The thread at `place` with its latest `keep` turns, each as it stands today; those before a run, if given."""
        turns = T.turn.c
        said = T.claim.c.status != Status.WITHDRAWN
        here = and_(turns.place == rows.place_text(place), turns.run < before if before else true())
        latest = (
            select(turns.run.label("turn_run"), turns.agent, turns.speaker, turns.at, T.claim)
            .join(T.claim, and_(T.claim.c.run == turns.run, T.claim.c.n == turns.claim))
            .where(here, said)
            .order_by(turns.run.desc(), turns.n.desc())
            .limit(keep)
        )
        held = select(turns.agent).where(here, turns.agent.not_in(("", "nova"))).order_by(turns.run.desc()).limit(1)
        async with self._snapshot() as ask:
            found = [
                Turn(row["turn_run"], row["agent"], rows.claim_of(row), row["at"], row["speaker"])
                for row in reversed(await ask(latest))
            ]
            if not found:
                return Conversation(place)
            found = await _as_they_stand(found, ask)
            total = await ask(select(func.count().label("n")).where(here))
            holder = await ask(held)
            asked = await ask(select(T.question).where(T.question.c.run == found[-1].run))
            acted = await ask(_acted(place, before))
            doubtful = await ask(_resting_on_assumptions([turn.claim.id for turn in found]))
        return Conversation(
            place,
            holder=holder[0]["agent"] if holder else "",
            turns=tuple(found),
            earlier=total[0]["n"] - len(found),
            question=rows.question_of(asked[0]) if asked else None,
            doubtful=frozenset(ClaimId(row["root_run"], row["root_n"]) for row in doubtful),
            acted=frozenset(row["tool"] for row in acted),
        )

    async def needed(self, subjects: Sequence[str], room: Place, limit: int = 20) -> tuple[Claim, ...]:
        """Live claims with a value about `subjects` that everyone in `room` may see; the latest of each value first.

        What is known of one thing of a kind (`price:X1`) is about the kind.
        """
        claim = T.claim.c
        about = or_(claim.subject.in_(subjects), *(claim.subject.between(f"{one}:", f"{one};") for one in subjects))
        seen = claim.audience.in_([rows.audience_text(frozenset()), rows.audience_text(frozenset({room}))])
        query = (
            select(T.claim)
            .where(about, claim.value != "", claim.status == Status.LIVE, seen)
            .order_by(claim.run.desc(), claim.n.desc())
            .limit(limit * 5)
        )
        latest: dict[tuple[str, str, str], Claim] = {}
        for found in map(rows.claim_of, await self.rows(query)):
            latest.setdefault((found.subject, found.value, found.unit), found)
        return tuple(latest.values())[:limit]

    async def unanswered(self, platforms: Iterable[str]) -> list[Accepted]:
        """Envelopes of these platforms whose run has not ended, in the order they were accepted."""
        came_in = and_(T.envelope.c.platform.in_(list(platforms)), T.envelope.c.kind != Kind.REPLAY)
        query = (
            select(T.envelope, T.run.c.id.label("run"), *(T.resume.c[c] for c in ("times", "reached", "life", "since")))
            .outerjoin(T.run, T.run.c.envelope == T.envelope.c.id)
            .outerjoin(T.resume, T.resume.c.envelope == T.envelope.c.id)
            .where(came_in, T.run.c.ended.is_(None))
            .order_by(T.envelope.c.id)
        )
        latest = await self._highest(T.resume.c.life)
        return [await self._left(row, latest) for row in await self.rows(query)]

    async def _left(self, row: RowMapping, latest: int) -> Accepted:
        run = await self.run(row["run"]) if row["run"] else None
        accepted = Accepted(row["id"], rows.envelope_of(row), run, life=latest + 1)
        no_further = row["times"] and row["life"] == latest and row["reached"] == reached(run)
        return replace(accepted, resumed=row["times"], since=row["since"]) if no_further else accepted

    async def accepted(self, run: int) -> Accepted:
        """The envelope of a run, and the run as it stands. Raises NoSuchRun."""
        query = select(T.envelope).join(T.run, T.run.c.envelope == T.envelope.c.id).where(T.run.c.id == run)
        found = await self.rows(query)
        if not found:
            raise NoSuchRun(name=f"r{run}")
        return Accepted(found[0]["id"], rows.envelope_of(found[0]), await self.run(run))

    async def unsent(self, platforms: Iterable[str]) -> list[Outbound]:
        """Replies to these platforms that have no receipt, oldest first."""
        box = T.outbox.c
        unsent = and_(box.platform.in_(list(platforms)), box.sent.is_(None), box.failed.is_(None))
        return [sent.outbound for sent in await self._sent(unsent)]

    async def run(self, number: int) -> Run:
        """The whole run, as the engine left it. Raises NoSuchRun."""
        query = (
            select(T.envelope, T.run.c.route, T.run.c.started, *(T.run.c[c] for c in ("ended", "sentence", "reason")))
            .join(T.run, T.run.c.envelope == T.envelope.c.id)
            .where(T.run.c.id == number)
        )
        results: dict[int, list[RowMapping]] = defaultdict(list)
        async with self._snapshot() as ask:
            found = await ask(query)
            if not found:
                raise NoSuchRun(name=f"r{number}")
            for row in await ask(_of_run(T.tool_result, number)):
                results[row["step"]].append(row)
            steps = await ask(_of_run(T.step, number))
            claims = await ask(_of_run(T.claim, number))
            edges = await ask(select(T.edge).where(T.edge.c.dst_run == number).order_by(T.edge.c.dst_n))
            faults = await ask(_of_run(T.fault, number))
            cards = await ask(select(func.count().label("n")).where(T.approval.c.run == number))
        return Run(
            id=number,
            envelope=rows.envelope_of(found[0]),
            route=rows.ROUTE.validate_json(found[0]["route"]),
            started=found[0]["started"],
            steps=tuple(rows.step_of(row, results[row["n"]]) for row in steps),
            claims=tuple(map(rows.claim_of, claims)),
            edges=tuple(map(rows.edge_of, edges)),
            faults=tuple(map(rows.fault_of, faults)),
            ending=rows.ending_of(found[0]),
            cards=cards[0]["n"],
        )

    async def pack(self, run: int, step: int) -> ContextPack:
        """Exactly what a step was shown. Raises NoSuchRun."""
        first = T.pack.alias()
        query = (
            select(T.pack.c.body, T.pack.c.same, T.agent_file.c.text, first.c.body.label("first"))
            .join(T.agent_file, T.agent_file.c.sha == T.pack.c.system_sha)
            .join(T.step, and_(T.step.c.run == T.pack.c.run, T.step.c.n == T.pack.c.step))
            .outerjoin(first, and_(first.c.run == T.pack.c.run, first.c.step == T.step.c.given_from))
            .where(T.pack.c.run == run, T.pack.c.step == step)
        )
        found = await self.rows(query)
        if not found:
            raise NoSuchRun(name=f"r{run}.{step}")
        return rows.pack_of(found[0])

    async def sent_in(self, run: int) -> tuple[Sent, ...]:
        """The replies of a run and their receipts."""
        return tuple(await self._sent(T.outbox.c.run == run))

    async def message(self, key: str) -> tuple[Sent, ...]:
        """The reply `key` and its edits, oldest first; empty when there is none."""
        return tuple(await self._sent(or_(T.outbox.c.key == key, T.outbox.c.edits == key)))

    async def buttons_last_shown(self, place: Place) -> tuple[Button, ...]:
        """The buttons under the last message of a place; empty where it has none, or no longer."""
        outbox = T.outbox.c
        newest = select(outbox.key).where(outbox.place == rows.place_text(place))
        newest = newest.order_by(outbox.run.desc(), outbox.created.desc()).limit(1)
        sent = await self._sent(outbox.key == newest.scalar_subquery())
        return sent[-1].outbound.buttons if sent else ()

    async def offered(self, button: str) -> Offered | None:
        """A button under a message, None for an unknown one."""
        found = await self.rows(
            select(T.button, T.outbox.c.key, T.outbox.c.edits).join(T.outbox).where(T.button.c.id == button)
        )
        if not found:
            return None
        states = await self.message(found[0]["edits"] or found[0]["key"])
        return rows.offered_of(found[0], states[-1].outbound)

    async def _sent(self, which: ColumnElement[bool]) -> list[Sent]:
        """Replies with their buttons and what became of them, oldest first."""
        buttons: dict[str, list[Button]] = defaultdict(list)
        async with self._snapshot() as ask:
            found = await ask(select(T.outbox).where(which).order_by(T.outbox.c.created, T.outbox.c.run))
            for row in await ask(select(T.button).join(T.outbox).where(which).order_by(T.button.c.n)):
                buttons[row["outbound"]].append(rows.button_of(row))
        return [
            Sent(rows.outbound_of(row, tuple(buttons[row["key"]])), row["receipt"], row["sent"], row["failed"])
            for row in found
        ]

    async def run_of_reply(self, receipt: str) -> int | None:
        """The run whose reply a platform knows by this id, None if there is none."""
        found = await self.rows(select(T.outbox.c.run).where(T.outbox.c.receipt == receipt).limit(1))
        return int(found[0]["run"]) if found else None


async def _as_they_stand(turns: list[Turn], ask: Ask) -> list[Turn]:
    """`turns` with the claims that took the place of replaced ones."""
    stands = {turn.claim.id: turn.claim for turn in turns}
    open_ = set(stands)
    for _ in range(LONGEST_CHAIN):
        gone = T.correction.c
        some = tuple_(gone.was_run, gone.was_n).in_([(each.run, each.n) for each in open_])
        join = and_(T.claim.c.run == gone.now_run, T.claim.c.n == gone.now_n)
        new = await ask(select(gone.was_run, gone.was_n, T.claim).join(T.claim, join).where(some))
        now = {ClaimId(row["was_run"], row["was_n"]): rows.claim_of(row) for row in new}
        if not now:
            break
        stands = {first: now.get(claim.id, claim) for first, claim in stands.items()}
        open_ = {claim.id for claim in now.values()}
    return [replace(turn, claim=stands[turn.claim.id]) for turn in turns]


async def _rows(connection: AsyncConnection, query: Select[Any]) -> Sequence[RowMapping]:
    found: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return found


def _acted(place: Place, before: int | None) -> Select[Any]:
    """The tools by which runs at a place had an effect."""
    here = and_(T.run.c.place == rows.place_text(place), T.run.c.id < before if before else true())
    made = and_(here, T.effect.c.state == DeedState.DONE)
    return select(T.effect.c.tool).distinct().join(T.run, T.run.c.id == T.effect.c.run).where(made)


def _resting_on_assumptions(claims: Sequence[ClaimId]) -> Select[Any]:
    """Which of `claims` are a live assumption or rest on one, over any number of marked edges."""
    claim, edge = T.claim.c, T.edge.c
    own = tuple_(claim.run, claim.n).in_([(each.run, each.n) for each in claims])
    start = select(claim.run.label("root_run"), claim.n.label("root_n"), claim.run.label("run"), claim.n.label("n"))
    up = start.where(own).cte("up", recursive=True)
    further = select(up.c.root_run, up.c.root_n, edge.src_run, edge.src_n)
    up = up.union(further.where(edge.dst_run == up.c.run, edge.dst_n == up.c.n))
    assumed = and_(claim.basis == Basis.ASSUMED, claim.status == Status.LIVE)
    return select(up.c.root_run, up.c.root_n).distinct().where(claim.run == up.c.run, claim.n == up.c.n, assumed)


def _of_run(table: Table, run: int) -> Select[Any]:
    """A run's rows of `table`, in the order of its key."""
    return select(table).where(table.c.run == run).order_by(*table.primary_key)

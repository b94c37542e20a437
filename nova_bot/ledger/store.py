"""Ledger: what Nova knows, durably. Everything is in here before it leaves."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import count, takewhile
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Update, bindparam, column, exists, insert, select, update, values
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncEngine

from nova_bot.core.button import Button
from nova_bot.core.claims import Claim, ClaimId, Edge, Status
from nova_bot.core.conversation import OpenQuestion, Turn
from nova_bot.core.correction import Replaced
from nova_bot.core.delivery import Delivery, Outbound
from nova_bot.core.envelope import Envelope
from nova_bot.core.fault import Fault
from nova_bot.core.pack import NO_THREAD, ContextPack, Item, ThreadView
from nova_bot.core.run import Run, Step
from nova_bot.ledger import database, rows, tables
from nova_bot.ledger.reads import Reads
from nova_bot.ledger.writer import Write, Writer, writing


def _by_key(key: Column[Any], *changed: Column[Any]) -> Update:
    """An update of many rows at once: each has its own values, and the `key` of the row that they are for."""
    row = [bindparam(f"b_{one.name}", type_=one.type) for one in (key, *changed)]
    given = values(*(column(one.key, one.type) for one in row), name="given").data([tuple(row)]).cte()
    new = {one: given.c[f"b_{one.name}"] for one in changed}
    return update(key.table).where(key == given.c[f"b_{key.name}"]).values(new)


_ACCEPT = sqlite_insert(tables.envelope).on_conflict_do_nothing().returning(tables.envelope.c.id)
_AGENT_FILE = sqlite_insert(tables.agent_file).on_conflict_do_nothing()
_RUN = insert(tables.run)
_STEP = insert(tables.step)
_PACK = insert(tables.pack)
_SHOWN = insert(tables.shown)
_RESULT = insert(tables.tool_result)
_CLAIM = insert(tables.claim)
_EDGE = sqlite_insert(tables.edge).on_conflict_do_nothing()
_FAULT = insert(tables.fault)
_CORRECTION = sqlite_insert(tables.correction).on_conflict_do_nothing()
_STATUS = (
    update(tables.claim)
    .where(tables.claim.c.run == bindparam("b_run"), tables.claim.c.n == bindparam("b_n"))
    .values(status=bindparam("status"))
)
_TURN = insert(tables.turn)
_QUESTION = insert(tables.question)
_OUTBOUND = sqlite_insert(tables.outbox).on_conflict_do_nothing()
_BUTTON = sqlite_insert(tables.button).on_conflict_do_nothing()
_PRESS = (
    update(tables.button)
    .where(tables.button.c.id == bindparam("b_id"), tables.button.c.press == "")
    .values(pressed_by=bindparam("pressed_by"), pressed_at=bindparam("pressed_at"), press=bindparam("press"))
)
_UNPRESSED = (
    update(tables.button)
    .where(tables.button.c.id == bindparam("b_id"), tables.button.c.press == bindparam("b_press"))
    .values(pressed_by="", pressed_at=None, press="")
)
_R = tables.run.c
_ENDING = _by_key(_R.id, _R.ended, _R.sentence, _R.reason, _R.ended_at)
_REVISED = (
    update(tables.envelope)
    .where(
        tables.envelope.c.identity == bindparam("b_identity"),
        ~exists().where(tables.run.c.envelope == tables.envelope.c.id),
    )
    .values(text=bindparam("text"))
)
_BROUGHT = (
    update(tables.envelope)
    .where(tables.envelope.c.identity == bindparam("b_identity"))
    .values(quoted=bindparam("quoted"))
)
_UNSAID = update(tables.envelope).where(tables.envelope.c.identity == bindparam("b_identity")).values(text="")
_WITHDRAWN = (
    update(tables.claim)
    .where(
        tables.claim.c.n == 1,
        tables.claim.c.run.in_(
            select(tables.run.c.id)
            .join(tables.envelope, tables.envelope.c.id == tables.run.c.envelope)
            .where(tables.envelope.c.identity == bindparam("b_identity"))
        ),
    )
    .values(status=str(Status.WITHDRAWN))
)
_SENT = _by_key(tables.outbox.c.key, tables.outbox.c.receipt, tables.outbox.c.sent)
_UNSENDABLE = update(tables.outbox).where(tables.outbox.c.key == bindparam("b_key")).values(failed=bindparam("failed"))


@dataclass(frozen=True, slots=True)
class Progress:
    """What one step added to a run. `pack` is None when only the results of its tool calls came in."""

    step: Step
    pack: ContextPack | None
    claims: tuple[Claim, ...] = ()
    edges: tuple[Edge, ...] = ()
    faults: tuple[Fault, ...] = ()
    parking: "Parking | None" = None


@dataclass(frozen=True, slots=True)
class Parking:
    """A run waits for a person: the card, its buttons, and the rows that say what waits. No text: a card is out."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    writes: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True)
class Closing:
    """What a run leaves behind: turns, a question, a reply, the claims that Nova's own words are, with what they rest
    on, and the claims that don't stand any more from now on.

    Written in the transaction that ends the run.
    """

    run: Run
    at: datetime
    turns: tuple[Turn, ...] = ()
    question: OpenQuestion | None = None
    outbound: Outbound | None = None
    claims: tuple[Claim, ...] = ()
    writes: tuple[Write, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class _Given:
    """What a step was given: its `thread` and what stood `beside` it, in the rows of `shown` from step `since` on.

    `new` are those that this step adds. Its pack begins with the first `same` of `items`, which are those of step
    `since`.
    """

    since: int = 0
    thread: ThreadView = NO_THREAD
    beside: frozenset[ClaimId] = frozenset()
    new: tuple[ClaimId, ...] = ()
    items: tuple[Item, ...] = ()
    same: int = 0

    def then(self, step: int, pack: ContextPack) -> "_Given":
        """What the next step is given. One that lacks something begins anew."""
        before, now, beside = self.beside, pack.beside, frozenset(pack.beside)
        if pack.thread is not self.thread:
            before, now = before.union(self.thread.by_id), pack.shown
        if self.since and before.issubset(now):
            new = tuple([each for each in now if each not in before])
            return _Given(self.since, pack.thread, beside, new, self.items, _alike(self.items, pack.items))
        return _Given(step, pack.thread, beside, pack.shown, pack.items)


def _alike(before: Sequence[Item], now: Sequence[Item]) -> int:
    """How many items both begin with. The very same ones: packs of a run share the objects of its thread."""
    pairs = zip(before, now, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))


class Ledger(Reads):
    """Open it with `opened`. Writes return when they are on the disk; reads come from their own connections."""

    def __init__(self, path: Path, readers: AsyncEngine, writer: Writer | None) -> None:
        super().__init__(path, readers)
        self._writer = writer
        self._envelopes = count(1)
        self._runs = count(1)
        self._kept_systems: set[str] = set()
        self._given: dict[int, _Given] = {}

    async def load_counters(self) -> None:
        """Go on numbering where the file stops."""
        self._envelopes = count(await self._highest(tables.envelope.c.id) + 1)
        self._runs = count(await self._highest(tables.run.c.id) + 1)

    def put(self, *writes: Write) -> asyncio.Future[frozenset[Any]]:
        """Hand writes to the one writer. For the ledger's own modules."""
        assert self._writer is not None, "this ledger was opened for reading"
        return self._writer.put(*writes)

    def _leave(self, *writes: Write) -> asyncio.Future[frozenset[Any]]:
        """The same for what nobody waits for: it may take a moment longer."""
        assert self._writer is not None, "this ledger was opened for reading"
        return self._writer.leave(*writes)

    async def accept(self, envelope: Envelope, now: datetime) -> int | None:
        """Keep `envelope`, durably. Its number, or None when the same identity was accepted before."""
        number = next(self._envelopes)
        taken = await self.put(Write(_ACCEPT, [rows.envelope_row(number, envelope, now)]))
        return number if number in taken else None

    def next_envelope(self) -> int:
        """A fresh envelope number, for what accepts one in a transaction of its own."""
        return next(self._envelopes)

    async def revise(self, identity: str, text: str) -> None:
        """Its author changed a message. One whose run has begun stays as it was."""
        await self.put(Write(_REVISED, [{"b_identity": identity, "text": text}]))

    def bring(self, envelope: Envelope) -> asyncio.Future[frozenset[Any]]:
        """Keep what came along with a message, as it now is. No need to wait: its run can't be on the disk before."""
        return self.put(Write(_BROUGHT, [{"b_identity": envelope.identity, "quoted": rows.quoted_text(envelope)}]))

    async def withdraw(self, identity: str) -> None:
        """Its author deleted a message: no later pack shows it."""
        row = {"b_identity": identity}
        await self.put(Write(_UNSAID, [row]), Write(_WITHDRAWN, [row]))

    def next_run(self) -> int:
        """A fresh run number."""
        return next(self._runs)

    def open_run(self, run: Run, envelope: int, *also: Write) -> asyncio.Future[frozenset[Any]]:
        """Keep a run that begins, with the claims its envelope brought. `also` is written in the same transaction.

        There is no need to wait: a later write of the same run can't be on the disk before this one.
        """
        return self._leave(
            Write(_RUN, [rows.run_row(run, envelope)]),
            Write(_CLAIM, [rows.claim_row(claim) for claim in run.claims if claim.id.run == run.id]),
            Write(_EDGE, [rows.edge_row(edge) for edge in run.edges]),
            *also,
        )

    async def save(self, run: Run, progress: Progress | None, closing: Closing | None = None) -> None:
        """Keep what a step added and, if the run has ended, its ending, in one transaction."""
        writes = _progress(run.id, progress) if progress else []
        system, given = "", None
        if progress and progress.pack:
            system = _system_sha(progress.pack.system)
            given = self._given.get(run.id, _Given()).then(progress.step.n, progress.pack)
            writes += self._pack(run.id, progress.step, progress.pack, system, given)
        await self.put(*writes, *(_closing(closing) if closing else []))
        if system:
            self._kept_systems.add(system)
        if closing:
            self._given.pop(run.id, None)
        elif given:
            self._given[run.id] = given

    def _pack(self, run: int, step: Step, pack: ContextPack, system: str, given: _Given) -> list[Write]:
        """A step and what it was shown; the system text unless it is on the disk already."""
        new = [] if system in self._kept_systems else [rows.agent_file_row(pack, system)]
        return [
            Write(_AGENT_FILE, new),
            Write(_STEP, [rows.step_row(run, step, given.since)]),
            Write(_PACK, [rows.pack_row(run, step.n, pack, system, given.same)]),
            Write(_SHOWN, rows.shown_rows(run, step.n, given.new)),
        ]

    async def outgoing(self, outbound: Outbound, now: datetime) -> None:
        """Keep a reply, or an edit of one, before it is sent. One that is kept already stays as it is."""
        await self.put(*_outgoing(outbound, now))

    async def press(self, button: str, envelope: Envelope) -> None:
        """Keep who pressed a button, unless somebody did before."""
        row = {"b_id": button, "pressed_by": envelope.sender.id, "pressed_at": envelope.at, "press": envelope.identity}
        await self.put(Write(_PRESS, [row]))

    async def unpress(self, button: str, envelope: Envelope) -> None:
        """Take back that this envelope pressed a button: it changed nothing."""
        await self.put(Write(_UNPRESSED, [{"b_id": button, "b_press": envelope.identity}]))

    def sent(self, delivery: Delivery) -> asyncio.Future[frozenset[Any]]:
        """Keep a platform's receipt."""
        return self.put(Write(_SENT, [{"b_key": delivery.key, "b_receipt": delivery.receipt, "b_sent": delivery.at}]))

    async def unsendable(self, key: str, why: str) -> None:
        """Keep that a reply can never be sent, and why."""
        await self.put(Write(_UNSENDABLE, [{"b_key": key, "failed": why}]))


_system_sha = lru_cache(maxsize=256)(rows.sha)
"""Of the few long texts that many packs begin with."""


def _progress(run: int, progress: Progress) -> list[Write]:
    return [
        Write(_RESULT, rows.result_rows(run, progress.step)),
        Write(_CLAIM, [rows.claim_row(claim) for claim in progress.claims]),
        Write(_EDGE, [rows.edge_row(edge) for edge in progress.edges]),
        Write(_FAULT, [rows.fault_row(run, n, fault) for n, fault in enumerate(progress.faults)]),
    ]


def _closing(closing: Closing) -> list[Write]:
    place = closing.run.envelope.place
    return [
        Write(_ENDING, [rows.ending_row(closing.run, closing.at)]),
        Write(_CLAIM, [rows.claim_row(claim) for claim in closing.claims]),
        Write(_EDGE, [rows.edge_row(edge) for edge in closing.edges]),
        Write(_TURN, [rows.turn_row(n, turn, place) for n, turn in _numbered(closing.turns)]),
        Write(_QUESTION, [rows.question_row(closing.question, place)] if closing.question else []),
        *(_outgoing(closing.outbound, closing.at) if closing.outbound else []),
        *closing.writes,
        *_replaced(closing.replaced),
    ]


def _numbered(turns: tuple[Turn, ...]) -> Iterable[tuple[int, Turn]]:
    """A person's turn is the first of its run; where it was kept before, a reply alone is the second."""
    return enumerate(turns, start=1 if turns and turns[0].agent else 0)


def _replaced(replaced: Sequence[Replaced]) -> list[Write]:
    status = [{"b_run": one.was.run, "b_n": one.was.n, "status": one.status} for one in replaced]
    return [Write(_CORRECTION, [rows.correction_row(one) for one in replaced]), Write(_STATUS, status)]


def _outgoing(outbound: Outbound, now: datetime) -> list[Write]:
    """A reply and its buttons: none can be pressed that the ledger doesn't know."""
    return [Write(_OUTBOUND, [rows.outbound_row(outbound, now)]), Write(_BUTTON, rows.button_rows(outbound))]


@asynccontextmanager
async def opened(path: Path, *, write: bool = True) -> AsyncIterator[Ledger]:
    """The ledger in the file `path`. Writing creates the file if need be and holds it for this process.

    Raises a LedgerError that says what is wrong and what to do.
    """
    async with AsyncExitStack() as stack:
        if write:
            stack.enter_context(database.held(path))
        await asyncio.to_thread(_prepare, path, write=write)
        writer = await stack.enter_async_context(writing(path)) if write else None
        ledger = Ledger(path, database.readers(path), writer)
        stack.push_async_callback(ledger.close)
        if write:
            await ledger.load_counters()
        yield ledger


def _prepare(path: Path, *, write: bool) -> None:
    """See that the file has this program's form; make it if there is none."""
    if write:
        database.writable(path)
    found = database.revision(path)
    if write and not found:
        database.upgrade(path)
    else:
        database.check(found, path)

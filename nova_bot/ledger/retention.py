"""Forgetting: the text of some runs goes, ids and shape stay, so that what rests on them can still be counted.

With the runs goes what they made: notes, appointments, to-dos, reminders and cards. What has no text any more is over.
"""

import asyncio
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Table,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    tuple_,
    update,
)

from nova_bot.core.button import CHOOSE
from nova_bot.core.deed import Word
from nova_bot.core.envelope import Place
from nova_bot.core.outcome import Ask, HandOff, Outcome, Say, Stop, ToolCall, Use
from nova_bot.core.reminder import State
from nova_bot.ledger import rows, tables
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.writer import Write

T = tables

_BLANKS: tuple[tuple[Table, str, Mapping[str, Any]], ...] = (
    (T.claim, "run", {"text": "", "value": ""}),
    (T.tool_result, "run", {"text": ""}),
    (T.turn, "run", {"speaker": ""}),
    (T.question, "run", {"text": "", "request": "", "choices": "[]"}),
    (T.fault, "run", {"what": ""}),
    (T.outbox, "run", {"text": "", "links": "[]", "mentions": "[]"}),
    (T.run, "id", {"sentence": "", "reason": ""}),
    (T.effect, "run", {"args": "{}", "why": "", "receipt": ""}),
    (T.lesson, "run", {"text": ""}),
    (T.grant, "run", {"params": "{}"}),
    (T.approval, "run", {"card": "", "reasons": "[]", "typed": ""}),
    (T.replay, "run", {"what": ""}),
)
"""What is emptied as it is, by the column that names the run."""

_BY_RUN = [update(table).where(table.c[key] == bindparam("b_run")).values(blank) for table, key, blank in _BLANKS]
_ENVELOPE = update(T.envelope).where(T.envelope.c.id == bindparam("b_id")).values(text="", sender_name="", quoted="[]")
_STEP = (
    update(T.step)
    .where(T.step.c.run == bindparam("b_run"), T.step.c.n == bindparam("b_n"))
    .values(outcome=bindparam("outcome"))
)
_PACK = (
    update(T.pack)
    .where(T.pack.c.run == bindparam("b_run"), T.pack.c.step == bindparam("b_step"))
    .values(body=bindparam("body"))
)
_ROUTE = update(T.run).where(T.run.c.id == bindparam("b_id")).values(route=bindparam("route"))
_OPEN_CARD = (
    update(T.approval)
    .where(T.approval.c.run == bindparam("b_run"), T.approval.c.word == Word.OPEN)
    .values(word=str(Word.NO))
)
_LABEL = (
    update(T.button)
    .where(T.button.c.outbound.in_(select(T.outbox.c.key).where(T.outbox.c.run == bindparam("b_run"))))
    .values(label="", value=case((T.button.c.act == CHOOSE, ""), else_=T.button.c.value))
)


@dataclass(frozen=True, slots=True)
class _Made:
    """A table of things that runs made: `over` says which are done with, `erase` takes one's text and ends it.

    The key of each begins with its run: `r12` or `r12.3/0`. `stays` are those that `Span.only_over` keeps while they
    are open.
    """

    noun: str
    table: Table
    over: Callable[[datetime], ColumnElement[bool]]
    erase: Update
    stays: bool = True


def _erase(table: Table, ends: str, *texts: str) -> Update:
    """Empty the `texts` of a row, and let its time `ends` be now unless it has one."""
    ended = func.coalesce(table.c[ends], bindparam("now", type_=table.c[ends].type))
    return update(table).where(table.c.id == bindparam("b_id")).values({**dict.fromkeys(texts, ""), ends: ended})


_NOTE = _Made(
    "note", T.note, lambda _: T.note.c.forgotten.is_not(None), _erase(T.note, "forgotten", "text"), stays=False
)
_CANCELLED = case((T.reminder.c.state == State.DONE, T.reminder.c.state), else_=str(State.CANCELLED))
_TIMED = (
    _Made(
        "appointment",
        T.event,
        lambda now: or_(T.event.c.cancelled.is_not(None), T.event.c.end < now),
        _erase(T.event, "cancelled", "title", "place"),
    ),
    _Made("to-do", T.todo, lambda _: T.todo.c.finished.is_not(None), _erase(T.todo, "finished", "text")),
    _Made(
        "reminder",
        T.reminder,
        lambda _: T.reminder.c.state.in_([State.DONE, State.CANCELLED]),
        update(T.reminder)
        .where(T.reminder.c.id == bindparam("b_id"))
        .values(who="", what="", sender_name="", state=_CANCELLED),
    ),
)

_RUN = re.compile(r"r(\d+)\b")

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Span:
    """What is to be forgotten: of one person, one thread, a time; where several are given, what is all of that.

    With `only_over`, appointments, to-dos and reminders that are still open keep their text until they are over.
    """

    person: str = ""
    place: Place | None = None
    since: datetime | None = None
    until: datetime | None = None
    only_over: bool = False


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many runs have no text any more, where they were, and what of theirs was still open, by noun."""

    runs: int
    places: frozenset[Place]
    ended: Mapping[str, int]


async def forget(ledger: Ledger, span: Span, now: datetime) -> Forgotten:
    """Erase the text of the ended runs of `span`, of what they made, and every pack that showed any of it."""
    if span.only_over and span.until:
        await ledger.put(*await _overdue(ledger, span.until, now))
    found = await ledger.rows(_which(span))
    ended: Counter[str] = Counter()
    for n in range(0, len(found), CHUNK):
        some = found[n : n + CHUNK]
        await ledger.put(*await _writes(ledger, [row["run"] for row in some], [row["id"] for row in some]))
        things = await _things(ledger, {row["run"] for row in some}, now, only_over=span.only_over)
        await ledger.put(*(_erased(made, own, now) for made, own in things))
        ended.update({made.noun: sum(not row["over"] for row in own) for made, own in things})
    if found:
        await asyncio.to_thread(_settle, str(ledger.path))
    return Forgotten(len(found), frozenset(rows.place_of(row["place"]) for row in found), +ended)


def _which(span: Span) -> Any:
    envelope, run = T.envelope.c, T.run.c
    wanted = [run.ended.is_not(None), envelope.text != ""]
    if span.person:
        wanted.append(or_(envelope.person == span.person, envelope.sender == span.person))
    if span.place is not None:
        wanted.append(envelope.place == rows.place_text(span.place))
    if span.since is not None:
        wanted.append(envelope.at >= span.since)
    if span.until is not None:
        wanted.append(envelope.at < span.until)
    joined = select(envelope.id, envelope.place, run.id.label("run")).join(T.run, run.envelope == envelope.id)
    return joined.where(and_(*wanted)).order_by(run.id)


async def _overdue(ledger: Ledger, until: datetime, now: datetime) -> list[Write]:
    """What was made before `until` and is over by now: the texts of its run may have gone while it was open."""
    return [
        _erased(made, await ledger.rows(select(made.table.c.id).where(made.table.c.made < until, made.over(now))), now)
        for made in _TIMED
    ]


async def _things(
    ledger: Ledger, runs: Collection[int], now: datetime, *, only_over: bool
) -> list[tuple[_Made, list[RowMapping]]]:
    """What these runs made, and whether it is over."""
    found = []
    for made in (_NOTE, *_TIMED):
        query = select(made.table.c.id, made.table.c.key, made.over(now).label("over"))
        known = await ledger.rows(query.where(made.over(now)) if only_over and made.stays else query)
        own = [row for row in known if (key := _RUN.match(row["key"])) and int(key[1]) in runs]
        found.append((made, own))
    return found


def _erased(made: _Made, found: Iterable[Any], now: datetime) -> Write:
    return Write(made.erase, [{"b_id": row["id"], "now": now} for row in found])


async def _writes(ledger: Ledger, runs: Collection[int], envelopes: Collection[int]) -> list[Write]:
    blanks = [Write(statement, [{"b_run": run} for run in runs]) for statement in (*_BY_RUN, _OPEN_CARD, _LABEL)]
    steps = await ledger.rows(select(T.step.c.run, T.step.c.n, T.step.c.outcome).where(T.step.c.run.in_(runs)))
    seen = select(T.step.c.run, T.step.c.n).join(T.shown, T.was_given).where(T.shown.c.claim_run.in_(runs))
    showed = or_(T.pack.c.run.in_(runs), tuple_(T.pack.c.run, T.pack.c.step).in_(seen))
    packs = await ledger.rows(select(T.pack.c.run, T.pack.c.step, T.pack.c.body).where(showed))
    routes = await ledger.rows(select(T.run.c.id, T.run.c.route).where(T.run.c.id.in_(runs)))
    return [
        *blanks,
        Write(_ENVELOPE, [{"b_id": number} for number in envelopes]),
        Write(_STEP, [{"b_run": r["run"], "b_n": r["n"], "outcome": _outcome(r["outcome"])} for r in steps]),
        Write(_PACK, [{"b_run": r["run"], "b_step": r["step"], "body": _body(r["body"])} for r in packs]),
        Write(_ROUTE, [{"b_id": row["id"], "route": _route(row["route"])} for row in routes]),
    ]


def _outcome(text: str) -> str:
    """The outcome without its words: what was decided, to whom it went, which tools were used."""
    outcome: Outcome = rows.OUTCOME.validate_json(text)
    match outcome:
        case Say():
            outcome = replace(outcome, text="")
        case Ask():
            outcome = replace(outcome, question="", choices=())
        case Use(calls=calls):
            outcome = replace(outcome, text="", calls=tuple(ToolCall(call.id, call.tool, {}) for call in calls))
        case HandOff(to=to):
            outcome = HandOff(to, "", "")
        case Stop():
            outcome = replace(outcome, sentence="", reason="")
    return rows.OUTCOME.dump_json(outcome).decode()


def _body(text: str) -> str:
    """The pack without its words: what kind of item stood where, why, and which claims it showed."""
    return json.dumps(_blanked(json.loads(text)))


_SHAPE = frozenset({"kind", "why", "agent", "agent_sha", "tool", "id", "call"})
"""The texts of a pack that are no words of anybody."""


def _blanked(value: Any, key: str = "") -> Any:
    match value:
        case str():
            return value if key in _SHAPE else ""
        case list():
            return [_blanked(each, key) for each in value]
        case dict():
            return {} if key == "args" else {name: _blanked(each, name) for name, each in value.items()}
    return value


def _route(text: str) -> str:
    route = rows.ROUTE.validate_json(text)
    bare = tuple(replace(candidate, nearest="") for candidate in route.candidates)
    kept = replace(route, request="", why="", candidates=bare, question="", would_change="", said="")
    return rows.ROUTE.dump_json(kept).decode()


def _settle(path: str) -> None:
    """See that no copy is left: in the search index of the notes, or in the write-ahead log beside the file."""
    with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("INSERT INTO note_fts(note_fts) VALUES ('optimize')")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

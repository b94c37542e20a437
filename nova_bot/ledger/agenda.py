"""Calendars and to-dos in the ledger."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from nova_bot.core.agenda import Event, Todo
from nova_bot.core.labels import Integrity, Label
from nova_bot.ledger import rows
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.tables import event, todo
from nova_bot.ledger.writer import Write

_KEEP_EVENT = sqlite_insert(event).on_conflict_do_nothing(index_elements=["key"])
_KEEP_TODO = sqlite_insert(todo).on_conflict_do_nothing(index_elements=["key"])
_CANCEL = update(event).where(event.c.id == bindparam("b_id")).values(cancelled=bindparam("cancelled"))
_FINISH = update(todo).where(todo.c.id == bindparam("b_id")).values(finished=bindparam("finished"))


LONGEST_NUMBER = 18
"""Digits that every database can hold."""


class LedgerAgenda:
    """The `Agenda` of `nova_bot.core.agenda`, over one ledger. Appointments are `e7`, to-dos `t7`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def events(self, person: str, first: datetime, last: datetime) -> list[Event]:
        """What lies in this span, in the order of time."""
        live = select(event).where(event.c.person == person, event.c.cancelled.is_(None))
        query = live.where(event.c.start < last, event.c.end > first).order_by(event.c.start, event.c.id)
        return [_event(row) for row in await self._ledger.rows(query)]

    async def add_event(self, person: str, made: Event, key: str, now: datetime) -> Event:
        """Keep it once."""
        row = {"person": person, "key": key, "title": made.title, "place": made.where, "start": made.start}
        row |= {"end": made.end, "made": now, **_label_row(made.label)}
        await self._ledger.put(Write(_KEEP_EVENT, [row]))
        return _event((await self._ledger.rows(select(event).where(event.c.key == key)))[0])

    async def cancel_event(self, person: str, name: str, now: datetime) -> Event | None:
        """Take it out of the calendar; its row stays."""
        mine = select(event).where(event.c.person == person, event.c.cancelled.is_(None))
        found = await self._ledger.rows(mine.where(event.c.id == _number(name, "e")))
        if not found:
            return None
        await self._ledger.put(Write(_CANCEL, [{"b_id": found[0]["id"], "cancelled": now}]))
        return _event(found[0])

    async def todos(self, person: str) -> list[Todo]:
        """The open ones: first those with a day, the earliest first."""
        query = select(todo).where(todo.c.person == person, todo.c.finished.is_(None))
        found = await self._ledger.rows(query.order_by(todo.c.due.is_(None), todo.c.due, todo.c.id))
        return [_todo(row) for row in found]

    async def add_todo(self, person: str, made: Todo, key: str, now: datetime) -> Todo:
        """Keep it once."""
        row = {"person": person, "key": key, "text": made.text, "due": made.due and made.due.isoformat(), "made": now}
        await self._ledger.put(Write(_KEEP_TODO, [row | _label_row(made.label)]))
        return _todo((await self._ledger.rows(select(todo).where(todo.c.key == key)))[0])

    async def finish_todo(self, person: str, name: str, now: datetime) -> Todo | None:
        """Tick it off; its row stays."""
        mine = select(todo).where(todo.c.person == person, todo.c.finished.is_(None))
        found = await self._ledger.rows(mine.where(todo.c.id == _number(name, "t")))
        if not found:
            return None
        await self._ledger.put(Write(_FINISH, [{"b_id": found[0]["id"], "finished": now}]))
        return _todo(found[0])


def _number(name: str, letter: str) -> int:
    """The number in `e7`; 0, which no row has, for anything else."""
    digits = name.strip().removeprefix(letter)
    return int(digits) if digits.isdecimal() and len(digits) <= LONGEST_NUMBER else 0


def _label_row(label: Label) -> dict[str, Any]:
    return {
        "integrity": int(label.integrity),
        "audience": rows.audience_text(label.audience),
        "secret": label.secret,
        "origin": label.origin,
    }


def _label(row: RowMapping) -> Label:
    audience = rows.audience_of(row["audience"])
    return Label(Integrity(row["integrity"]), row["origin"], audience, row["secret"], row["made"])


def _event(row: RowMapping) -> Event:
    return Event(row["title"], row["start"], row["end"], _label(row), row["place"], f"e{row['id']}")


def _todo(row: RowMapping) -> Todo:
    due = date.fromisoformat(row["due"]) if row["due"] else None
    return Todo(row["text"], _label(row), due, row["finished"] is not None, f"t{row['id']}")

"""Lessons in the ledger: the journal from which everything learnt is rebuilt."""

from datetime import datetime

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from nova_bot.core.lesson import How, Lesson
from nova_bot.ledger.reads import Reads
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.tables import lesson
from nova_bot.ledger.writer import Write

_KEEP = sqlite_insert(lesson).on_conflict_do_nothing(index_elements=["run"])
_UNDO = update(lesson).where(lesson.c.id == bindparam("b_id")).values(undone=bindparam("undone"))


async def live(ledger: Reads) -> list[Lesson]:
    """All lessons that were not undone, oldest first."""
    query = select(lesson).where(lesson.c.undone.is_(None)).order_by(lesson.c.id)
    return [_of(row) for row in await ledger.rows(query)]


async def keep(ledger: Ledger, taught: Lesson) -> None:
    """Keep a lesson; a run teaches at most once."""
    row = {name: getattr(taught, name) for name in ("run", "text", "right", "wrong", "who", "how", "at")}
    await ledger.put(Write(_KEEP, [row]))


async def undo(ledger: Ledger, number: int | None, now: datetime) -> Lesson | None:
    """Undo lesson `number`, or the latest one. None if there is no such lesson."""
    found = [one for one in await live(ledger) if number in (None, one.id)]
    if not found:
        return None
    await ledger.put(Write(_UNDO, [{"b_id": found[-1].id, "undone": now}]))
    return found[-1]


def _of(row: RowMapping) -> Lesson:
    return Lesson(
        row["text"], row["right"], row["wrong"], row["who"], How(row["how"]), row["at"], row["run"], row["id"]
    )

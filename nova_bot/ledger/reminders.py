"""Reminders in the ledger. A firing and what it does to its reminder are one transaction, so it happens once."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, RowMapping, bindparam, exists, func, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from nova_bot.core.envelope import Envelope, Place, Sender, Standing
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.reminder import Firing, IfMissed, Reminder, Series, State
from nova_bot.ledger import rows
from nova_bot.ledger.reads import Reads
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.tables import envelope, reminder, reminder_firing, run
from nova_bot.ledger.writer import Write

R = reminder.c
JOB_KEY = "job:"
"""What the keys of the reminders begin with that belong to job files."""

_KEEP = sqlite_insert(reminder).on_conflict_do_nothing(index_elements=["key"])


def _given(columns: Iterable[Column[Any]]) -> list[Any]:
    return [bindparam(f"b_{column.name}", type_=column.type).label(column.name) for column in columns]


_STILL_DUE = exists().where(R.id == bindparam("b_reminder"), R.due == bindparam("b_was", type_=R.due.type))
_STILL_PENDING = _STILL_DUE.where(R.state == State.PENDING.value)
_ACCEPT = (
    sqlite_insert(envelope)
    .from_select(envelope.c.keys(), select(*_given(envelope.c)).where(_STILL_PENDING))
    .on_conflict_do_nothing(index_elements=["identity"])
)
_CARRIED = exists().where(envelope.c.id == bindparam("b_envelope")) | bindparam("b_envelope").is_(None)
_FIRED = (
    sqlite_insert(reminder_firing)
    .from_select(reminder_firing.c.keys(), select(*_given(reminder_firing.c)).where(_STILL_PENDING, _CARRIED))
    .on_conflict_do_nothing()
)
_MOVE_ON = (
    update(reminder)
    .where(R.id == bindparam("b_id"), R.due == bindparam("b_was"), R.state == State.PENDING.value)
    .values(due=bindparam("due"), state=bindparam("state"), nagged=bindparam("nagged"))
)
_CHANGES = (
    *("place", "what", "agent", "rule", "start", "tz", "excepted", "elapsed", "due", "tzdata", "state"),
    *("if_missed", "nag_seconds", "nagged"),
)
_CHANGE = update(reminder).where(R.id == bindparam("b_id")).values({name: bindparam(name) for name in _CHANGES})


@dataclass(frozen=True, slots=True)
class Claim:
    """What a due reminder's firing writes: the envelopes of what is said, what is skipped, and how it goes on."""

    reminder: Reminder
    said: tuple[tuple[Firing, Envelope], ...]
    skipped: tuple[Firing, ...]
    due: datetime | None
    state: State
    nagged: int = 0


async def keep(ledger: Ledger, made: Reminder, tzdata: str) -> Reminder:
    """Keep a reminder; the same key twice makes one. As it stands in the ledger, with its number."""
    await ledger.put(Write(_KEEP, [_row(made, tzdata)]))
    found = await ledger.rows(select(reminder).where(R.key == made.key))
    return _of(found[0])


async def keep_all(ledger: Ledger, made: Sequence[Reminder], tzdata: str) -> None:
    """Keep many reminders in one transaction; those whose key is there already are left as they are."""
    await ledger.put(Write(_KEEP, [_row(one, tzdata) for one in made]))


async def change(ledger: Ledger, changed: Reminder, tzdata: str) -> None:
    """Keep what a person changed."""
    await change_all(ledger, [changed], tzdata)


async def change_all(ledger: Ledger, changed: Sequence[Reminder], tzdata: str) -> None:
    """Keep what was changed about these, in one transaction."""
    made = [(one.id, _row(one, tzdata)) for one in changed]
    await ledger.put(Write(_CHANGE, [{"b_id": id_, **{name: row[name] for name in _CHANGES}} for id_, row in made]))


async def outdated(ledger: Reads, tzdata: str, limit: int) -> list[Reminder]:
    """Pending reminders that were resolved by another edition of the time zone data."""
    query = select(reminder).where(R.state == State.PENDING.value, R.tzdata != tzdata).limit(limit)
    return [_of(row) for row in await ledger.rows(query)]


async def claim(ledger: Ledger, claims: Sequence[Claim], now: datetime) -> list[tuple[int, Envelope]]:
    """Keep the envelopes of these firings and move their reminders on; for each reminder all or nothing.

    The envelopes with their numbers, without those where another clock or a change of the reminder came first.
    """
    numbered = [(ledger.next_envelope(), one, firing, envelope) for one in claims for firing, envelope in one.said]
    accepted = [_bound(rows.envelope_row(number, envelope, now)) | _was(one) for number, one, _, envelope in numbered]
    fired = [_bound(_firing_row(firing, number)) | _was(one) for number, one, firing, _ in numbered]
    fired += [_bound(_firing_row(firing, None)) | _was(one) for one in claims for firing in one.skipped]
    moved = [
        {"b_id": one.reminder.id, "b_was": one.reminder.due, "due": one.due, "state": one.state, "nagged": one.nagged}
        for one in claims
    ]
    await ledger.put(Write(_ACCEPT, accepted), Write(_FIRED, fired), Write(_MOVE_ON, moved))
    numbers = [number for number, *_ in numbered]
    taken = await ledger.rows(select(envelope.c.id).where(envelope.c.id.in_(numbers))) if numbers else []
    ids = {row["id"] for row in taken}
    return [(number, envelope) for number, _, _, envelope in numbered if number in ids]


def _was(one: Claim) -> rows.Row:
    return {"b_reminder": one.reminder.id, "b_was": one.reminder.due}


def _bound(row: rows.Row) -> rows.Row:
    return {f"b_{name}": value for name, value in row.items()}


def _firing_row(firing: Firing, number: int | None) -> rows.Row:
    return {
        "reminder": firing.reminder,
        "due": firing.due,
        "envelope": number,
        "at": firing.at,
        "missed": firing.missed,
    }


async def due(ledger: Reads, now: datetime, platforms: Sequence[str], limit: int) -> list[Reminder]:
    """The pending reminders of these platforms that are due, the oldest first."""
    query = (
        select(reminder)
        .where(R.state == State.PENDING.value, R.due <= now, R.platform.in_(platforms))
        .order_by(R.due)
        .limit(limit)
    )
    return [_of(row) for row in await ledger.rows(query)]


async def next_due(ledger: Reads, platforms: Sequence[str]) -> datetime | None:
    """When the next pending reminder of these platforms is due."""
    query = (
        select(R.due)
        .where(R.state == State.PENDING.value, R.due.is_not(None), R.platform.in_(platforms))
        .order_by(R.due)
        .limit(1)
    )
    found = await ledger.rows(query)
    return found[0]["due"] if found else None


async def get(ledger: Reads, number: int) -> Reminder | None:
    """One reminder."""
    found = await ledger.rows(select(reminder).where(R.id == number))
    return _of(found[0]) if found else None


async def of_person(ledger: Reads, person: str, platform: str) -> list[Reminder]:
    """What a person has pending or paused on a platform, the next one first."""
    query = (
        select(reminder)
        .where(R.person == person, R.platform == platform, R.state.in_([State.PENDING, State.PAUSED]))
        .where(R.key.not_like(f"{JOB_KEY}%"))
        .order_by(R.due.is_(None), R.due, R.id)
    )
    return [_of(row) for row in await ledger.rows(query)]


async def of_jobs(ledger: Reads) -> list[Reminder]:
    """The reminders of job files that are in force."""
    in_force = R.state.in_([State.PENDING, State.PAUSED])
    found = await ledger.rows(select(reminder).where(R.key.like(f"{JOB_KEY}%"), in_force).order_by(R.due, R.id))
    return [_of(row) for row in found]


@dataclass(frozen=True, slots=True)
class JobRun:
    """One time that a job was due: its reminder's key, and the run that came of it (None when it was skipped)."""

    key: str
    due: datetime
    run: int | None
    ended: str


async def job_runs(ledger: Reads, name: str, limit: int) -> list[JobRun]:
    """The latest times that a job was due, all jobs for "", newest first."""
    begins = f"{JOB_KEY}{name}:%" if name else f"{JOB_KEY}%"
    query = (
        select(R.key, reminder_firing.c.due, run.c.id, run.c.ended)
        .select_from(reminder_firing)
        .join(reminder, R.id == reminder_firing.c.reminder)
        .join(run, run.c.envelope == reminder_firing.c.envelope, isouter=True)
        .where(R.key.like(begins))
        .order_by(reminder_firing.c.due.desc())
        .limit(limit)
    )
    found = await ledger.rows(query)
    return [JobRun(row["key"], row["due"], row["id"], row["ended"] or "") for row in found]


async def of_owner(ledger: Reads, person: str) -> list[Reminder]:
    """What a person has pending or paused anywhere, the next one first; without what job files declare."""
    query = (
        select(reminder)
        .where(R.person == person, R.state.in_([State.PENDING, State.PAUSED]), ~R.key.startswith(JOB_KEY))
        .order_by(R.due.is_(None), R.due, R.id)
    )
    return [_of(row) for row in await ledger.rows(query)]


async def firing(ledger: Reads, identity: str) -> tuple[Reminder, Firing] | None:
    """The firing that an envelope of this identity carries, with its reminder as it stands now."""
    query = (
        select(reminder, reminder_firing.c.due.label("fired"), reminder_firing.c.at, reminder_firing.c.missed)
        .join(reminder_firing, reminder_firing.c.reminder == R.id)
        .join(envelope, envelope.c.id == reminder_firing.c.envelope)
        .where(envelope.c.identity == identity)
    )
    found = await ledger.rows(query)
    return (
        (_of(found[0]), Firing(found[0]["id"], found[0]["fired"], found[0]["at"], found[0]["missed"]))
        if found
        else None
    )


async def left_out(ledger: Reads, firing: Firing) -> int:
    """How many times of a reminder were skipped between this one and the one that was said before it."""
    fired = reminder_firing.c
    before = (fired.reminder == firing.reminder) & (fired.due < firing.due)
    said = select(func.coalesce(func.max(fired.due), "")).where(before, fired.envelope.is_not(None)).scalar_subquery()
    query = select(func.coalesce(func.sum(fired.missed + 1), 0).label("n"))
    found = await ledger.rows(query.where(before, fired.envelope.is_(None), fired.due > said))
    return int(found[0]["n"])


async def latest(ledger: Reads, person: str, place: Place) -> Reminder | None:
    """The reminder of this person that was made or said last in this thread."""
    said = (
        select(reminder_firing.c.reminder, func.max(reminder_firing.c.at).label("at"))
        .group_by(reminder_firing.c.reminder)
        .subquery("said")
    )
    query = (
        select(reminder)
        .outerjoin(said, said.c.reminder == R.id)
        .where(R.person == person, R.place == rows.place_text(place), R.state != State.CANCELLED.value)
        .order_by(func.max(R.made, func.coalesce(said.c.at, "")).desc(), R.id.desc())
        .limit(1)
    )
    found = await ledger.rows(query)
    return _of(found[0]) if found else None


async def waiting(ledger: Reads, person: str) -> int:
    """How many a person has pending or paused."""
    query = select(func.count().label("n")).where(R.person == person, R.state.in_([State.PENDING, State.PAUSED]))
    return int((await ledger.rows(query))[0]["n"])


async def pending(ledger: Reads) -> int:
    """How many are pending."""
    found = await ledger.rows(select(func.count().label("n")).where(R.state == State.PENDING.value))
    return int(found[0]["n"])


def _row(one: Reminder, tzdata: str) -> rows.Row:
    return {
        "key": one.key,
        "person": one.person.person,
        "sender": one.person.id,
        "sender_name": one.person.name,
        "standing": one.person.standing,
        "platform": one.place.platform,
        "place": rows.place_text(one.place),
        "who": one.who,
        "what": one.what,
        "agent": one.agent,
        "rule": one.series.rule,
        "start": one.series.start.isoformat(),
        "tz": one.series.tz,
        "excepted": json.dumps(one.series.excepted),
        "elapsed": one.series.elapsed,
        "due": one.due,
        "tzdata": tzdata,
        "state": one.state,
        "if_missed": one.if_missed,
        "nag_seconds": round(one.nag.total_seconds()),
        "nagged": one.nagged,
        "lang": one.lang,
        "integrity": int(one.label.integrity),
        "audience": rows.audience_text(one.label.audience),
        "origin": one.label.origin,
        "made": one.made,
    }


def _of(row: RowMapping) -> Reminder:
    return Reminder(
        key=row["key"],
        person=Sender(row["sender"], row["sender_name"], Standing(row["standing"]), row["person"]),
        place=rows.place_of(row["place"]),
        what=row["what"],
        series=Series(
            datetime.fromisoformat(row["start"]),
            row["tz"],
            row["rule"],
            tuple(json.loads(row["excepted"])),
            bool(row["elapsed"]),
        ),
        due=row["due"],
        label=Label(Integrity(row["integrity"]), row["origin"], rows.audience_of(row["audience"]), as_of=row["made"]),
        made=row["made"],
        lang=row["lang"],
        who=row["who"],
        agent=row["agent"],
        if_missed=IfMissed(row["if_missed"]),
        nag=timedelta(seconds=row["nag_seconds"]),
        nagged=row["nagged"],
        state=State(row["state"]),
        id=row["id"],
    )

"""What failed for good: messages whose run broke, and replies that a platform will never take."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, bindparam, cast, exists, literal, select, update

from nova_bot.core.envelope import Kind, Place
from nova_bot.core.outcome import EndingKind
from nova_bot.ledger import rows
from nova_bot.ledger.reads import Reads, Sent
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.tables import envelope, outbox, run
from nova_bot.ledger.writer import Write

RETRY = "retry:r"
"""How the identity of a message begins that is tried again; the number of its run follows, so that it is tried once."""

_REVIVED = update(outbox).where(outbox.c.key == bindparam("b_key")).values(failed=bindparam("failed"))


@dataclass(frozen=True, slots=True)
class Dead:
    """`name` is `r12` for a message, `r12/1` for a reply. `person` is who had asked."""

    name: str
    person: str
    place: Place
    at: datetime
    text: str
    why: str


async def dead(ledger: Reads, limit: int = 50) -> list[Dead]:
    """What failed and was not tried again, the latest first. A redo or a fork that failed is nobody's message."""
    found = [*await _messages(ledger, limit), *await _replies(ledger, limit)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


async def _messages(ledger: Reads, limit: int) -> list[Dead]:
    again = envelope.alias()
    retried = exists().where(again.c.identity == literal(RETRY) + cast(run.c.id, String))
    query = (
        select(run.c.id, run.c.sentence, run.c.reason, run.c.ended_at, envelope)
        .join(envelope, envelope.c.id == run.c.envelope)
        .where(run.c.ended == EndingKind.FAILED, envelope.c.kind != Kind.REPLAY, ~retried)
        .order_by(run.c.id.desc())
        .limit(limit)
    )
    return [
        Dead(
            f"r{row['id']}", row["person"], rows.place_of(row["place"]), row["ended_at"], row["text"],
            row["sentence"] or row["reason"] or "",
        )
        for row in await ledger.rows(query)
    ]  # fmt: skip


async def _replies(ledger: Reads, limit: int) -> list[Dead]:
    query = (
        select(outbox, envelope.c.person)
        .join(run, run.c.id == outbox.c.run)
        .join(envelope, envelope.c.id == run.c.envelope)
        .where(outbox.c.failed.is_not(None), outbox.c.edits == "")
        .order_by(outbox.c.created.desc())
        .limit(limit)
    )
    return [
        Dead(row["key"], row["person"], rows.place_of(row["place"]), row["created"], row["text"], row["failed"])
        for row in await ledger.rows(query)
    ]


async def revive(ledger: Ledger, key: str) -> Sent | None:
    """Let a reply that failed wait to be sent again; None when there is none of that name that failed."""
    failed = [sent for sent in await ledger.message(key) if sent.failed and sent.outbound.key == key]
    if not failed:
        return None
    await ledger.put(Write(_REVIVED, [{"b_key": key, "failed": None}]))
    return failed[0]

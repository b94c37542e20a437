"""Where things were said: which places Nova knows, since when, and what people say to each other there."""

from datetime import datetime

from sqlalchemy import func, select

from nova_bot.core.envelope import Place, Quoted, QuotedKind
from nova_bot.core.route import Rule
from nova_bot.ledger import rows
from nova_bot.ledger.reads import Reads
from nova_bot.ledger.tables import envelope, run, turn


async def of_message(ledger: Reads, identity: str) -> Place | None:
    """Where the message with this identity was said, None for an unknown one."""
    found = await ledger.rows(select(envelope.c.place).where(envelope.c.identity == identity))
    return rows.place_of(found[0]["place"]) if found else None


async def knows(ledger: Reads, place: Place) -> bool:
    """Has Nova had a run at this place?"""
    query = select(run.c.id).where(run.c.place == rows.place_text(place)).limit(1)
    return bool(await ledger.rows(query))


async def latest_at(ledger: Reads, platform: str) -> datetime | None:
    """When the latest envelope of a platform was said there; None when there is none."""
    query = select(envelope.c.at).where(envelope.c.platform == platform)
    found = await ledger.rows(query.order_by(envelope.c.id.desc()).limit(1))
    return found[0]["at"] if found else None


async def latest(ledger: Reads, platform: str, workspace: str, limit: int) -> list[Place]:
    """Where something was said lately in a workspace, the latest first."""
    begins = Place(platform, workspace, "").key.removesuffix(', "", ""]')
    query = select(envelope.c.place).where(
        envelope.c.platform == platform, envelope.c.place.startswith(begins, autoescape=True)
    )
    query = query.group_by(envelope.c.place).order_by(func.max(envelope.c.id).desc()).limit(limit)
    return [rows.place_of(row["place"]) for row in await ledger.rows(query)]


async def overheard(ledger: Reads, place: Place, limit: int = 20) -> tuple[Quoted, ...]:
    """What people said to each other at a place since Nova last spoke there, oldest first."""
    here = rows.place_text(place)
    last = select(func.coalesce(func.max(turn.c.run), 0)).where(turn.c.place == here).scalar_subquery()
    query = (
        select(envelope.c.text, envelope.c.sender_name)
        .join(run, run.c.envelope == envelope.c.id)
        .where(run.c.place == here, run.c.rule == Rule.PEOPLE, run.c.id > last)
        .order_by(run.c.id.desc())
        .limit(limit)
    )
    said = [Quoted(QuotedKind.QUOTE, row["text"], row["sender_name"]) for row in await ledger.rows(query)]
    return tuple(one for one in reversed(said) if one.text)

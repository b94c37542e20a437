"""The zones of people whom the settings give none."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from nova_bot.ledger.reads import Reads
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.tables import person_zone
from nova_bot.ledger.writer import Write

_INSERT = sqlite_insert(person_zone)
_KEEP = _INSERT.on_conflict_do_update(
    index_elements=["person"], set_={"tz": _INSERT.excluded.tz, "learnt": _INSERT.excluded.learnt}
)


async def of(ledger: Reads, person: str) -> str:
    """A person's IANA zone, "" when it is not known."""
    found = await ledger.rows(select(person_zone.c.tz).where(person_zone.c.person == person))
    return str(found[0]["tz"]) if found else ""


async def keep(ledger: Ledger, person: str, tz: str, now: datetime) -> None:
    """Keep a person's zone."""
    await ledger.put(Write(_KEEP, [{"person": person, "tz": tz, "learnt": now}]))

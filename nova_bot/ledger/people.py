"""Linked identities and the codes that link them, in the ledger."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from nova_bot.core.people import Identity, People
from nova_bot.ledger.reads import Reads
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.tables import identity, link_code, note
from nova_bot.ledger.writer import Write, writing

VALID = timedelta(minutes=10)
TRIES = 5
"""Wrong guesses, by whomever, after which a code is void."""

_LINK = sqlite_insert(identity).on_conflict_do_nothing(index_elements=["key"])
_CODE = insert(link_code)
_GUESSED = (
    update(link_code).where(link_code.c.hash == bindparam("b_hash")).values(tries=link_code.c.tries + bindparam("more"))
)
_USED = update(link_code).where(link_code.c.hash == bindparam("b_hash")).values(used=bindparam("used"))
_NOTES = update(note).where(note.c.owner == bindparam("b_owner")).values(owner=bindparam("owner"))


def _row(code: str, person: str, now: datetime) -> dict[str, object]:
    return {
        "hash": hashed(code),
        "person": person,
        "created": now,
        "expires": now + VALID,
        "tries": 0,
        "used": None,
    }


def hashed(code: str) -> str:
    """How a code is kept: case, blanks and dashes don't matter."""
    letters = "".join(each for each in code.upper() if each.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()


async def links(ledger: Reads) -> dict[Identity, str]:
    """All linked identities with their person ids, in the order they were linked."""
    found = await ledger.rows(select(identity).order_by(identity.c.linked))
    return {Identity.from_key(row["key"]): row["person"] for row in found}


async def keep_code(ledger: Ledger, code: str, person: str, now: datetime) -> None:
    """Keep a fresh code: whoever types it within `VALID` becomes `person`."""
    await ledger.put(Write(_CODE, [_row(code, person, now)]))


async def keep_code_beside(path: Path, code: str, person: str, now: datetime) -> None:
    """Keep a code in the ledger's file, also while a running Nova holds it. Raises a LedgerError."""
    async with writing(path) as writer:
        await writer.put(Write(_CODE, [_row(code, person, now)]))


async def redeem(ledger: Ledger, code: str, now: datetime) -> str | None:
    """The person whom a live code belongs to; it is used up. None for a wrong one, which counts against all of them."""
    live = select(link_code).where(link_code.c.expires > now, link_code.c.used.is_(None), link_code.c.tries < TRIES)
    found = {row["hash"]: row["person"] for row in await ledger.rows(live)}
    if (key := hashed(code)) in found:
        await ledger.put(Write(_USED, [{"b_hash": key, "used": now}]))
        return str(found[key])
    await ledger.put(Write(_GUESSED, [{"b_hash": one, "more": 1} for one in found]))
    return None


async def link(ledger: Ledger, linked: Identity, person: str, now: datetime) -> None:
    """Keep that an identity is this person, to whom what was kept under the identity now belongs."""
    await ledger.put(
        Write(_LINK, [{"key": linked.key, "person": person, "linked": now}]),
        Write(_NOTES, [{"b_owner": linked.key, "owner": person}]),
    )


async def adopt(ledger: Ledger, people: People) -> None:
    """Give what was kept under an identity, before the settings listed it, to its person."""
    listed = [(identity.key, person.id) for person in people.listed for identity in person.identities]
    await ledger.put(Write(_NOTES, [{"b_owner": key, "owner": person} for key, person in listed]))

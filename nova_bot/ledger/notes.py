"""Notes in the ledger, with full-text search."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import RowMapping, and_, bindparam, func, literal_column, or_, select, text, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from nova_bot.context.pack import NOTE
from nova_bot.core.claims import Basis, ClaimId
from nova_bot.core.labels import Integrity, Label, confirm
from nova_bot.core.note import Note
from nova_bot.ledger.reads import Reads
from nova_bot.ledger.rows import audience_of, audience_text
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.tables import claim, note
from nova_bot.ledger.writer import Write

_KEEP = sqlite_insert(note).on_conflict_do_nothing(index_elements=["key"])
_ERASE = (
    update(note)
    .where(note.c.id == bindparam("b_id"), note.c.owner == bindparam("b_owner"))
    .values(text="", forgotten=bindparam("forgotten"))
)


_CONFIRM = (
    update(note)
    .where(note.c.id == bindparam("b_id"), note.c.owner == bindparam("b_owner"))
    .values(quarantined=False, integrity=bindparam("integrity"), origin=bindparam("origin"))
)
_REWORD = update(note).where(note.c.id == bindparam("b_id")).values(text=bindparam("text"))


def reword(texts: Mapping[int, str]) -> Write:
    """What gives notes another text."""
    return Write(_REWORD, [{"b_id": number, "text": text} for number, text in texts.items()])


async def texts(ledger: Reads) -> dict[int, str]:
    """What everybody's notes say."""
    found = await ledger.rows(select(note.c.id, note.c.text).where(note.c.forgotten.is_(None)))
    return {row["id"]: row["text"] for row in found}


async def brought(ledger: Reads, notes: Mapping[int, str]) -> set[ClaimId]:
    """The claims by which these notes came into runs: unasked, or as a result of `notes.find`."""
    alone = and_(claim.c.subject == NOTE, claim.c.text.in_(notes.values()))
    listed = [claim.c.text.contains(f"note {number} (") for number in notes]
    read = or_(alone, and_(claim.c.origin == "tool:notes.find", or_(*listed)))
    found = await ledger.rows(select(claim.c.run, claim.c.n).where(claim.c.basis == Basis.FOUND, read))
    return {ClaimId(row["run"], row["n"]) for row in found}


def _label(row: RowMapping) -> Label:
    audience = audience_of(row["audience"])
    return Label(Integrity(row["integrity"]), row["origin"], audience, row["secret"], as_of=row["created"])


class LedgerNotes:
    """The `Notes` of `nova_bot.core.note`, over one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def remember(
        self, owner: str, text: str, key: str, label: Label, now: datetime, *, quarantined: bool = False
    ) -> int:
        """Keep a note; the same key twice makes one note. Its number. One in quarantine waits for its confirmation."""
        row = {
            "owner": owner,
            "text": text,
            "key": key,
            "integrity": int(label.integrity),
            "audience": audience_text(label.audience),
            "origin": label.origin,
            "secret": label.secret,
            "created": now,
            "quarantined": quarantined,
        }
        await self._ledger.put(Write(_KEEP, [row]))
        found = await self._ledger.rows(select(note.c.id).where(note.c.key == key))
        return int(found[0]["id"])

    async def find(self, owner: str, words: str, limit: int) -> list[Note]:
        """The owner's notes that fit any of the words, the best first; the latest ones for no words."""
        here = (note.c.owner == owner, note.c.forgotten.is_(None), note.c.quarantined.is_(False))
        mine = select(note).where(*here).limit(limit)
        wanted = re.findall(r"\w+", words)
        if wanted:
            match = " OR ".join(f'"{word}"*' for word in wanted)
            hits = text("SELECT rowid AS id, rank AS rank FROM note_fts WHERE note_fts MATCH :match").bindparams(
                match=match
            )
            found = hits.columns(note.c.id, literal_column("rank")).subquery("hits")
            query = mine.join(found, found.c.id == note.c.id).order_by(found.c.rank, note.c.id.desc())
        else:
            query = mine.order_by(note.c.id.desc())
        return [Note(row["id"], row["text"], row["created"], _label(row)) for row in await self._ledger.rows(query)]

    async def confirm(self, owner: str, number: int) -> str | None:
        """Let a note out of quarantine, as its owner's own word now. Its text; None if none of his waits there."""
        waits = (note.c.id == number, note.c.owner == owner, note.c.forgotten.is_(None), note.c.quarantined.is_(True))
        found = await self._ledger.rows(select(note).where(*waits))
        if not found:
            return None
        raised = confirm(_label(found[0]), f"confirmed:{number}")
        row = {"b_id": number, "b_owner": owner, "integrity": int(raised.integrity), "origin": raised.origin}
        await self._ledger.put(Write(_CONFIRM, [row]))
        return str(found[0]["text"])

    async def forget(self, owner: str, number: int, now: datetime) -> bool:
        """Erase a note's text. False if the owner has no such note."""
        query = select(func.count().label("n")).where(
            note.c.id == number, note.c.owner == owner, note.c.forgotten.is_(None)
        )
        if not (await self._ledger.rows(query))[0]["n"]:
            return False
        await self._ledger.put(Write(_ERASE, [{"b_id": number, "b_owner": owner, "forgotten": now}]))
        return True

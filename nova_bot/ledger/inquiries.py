"""Inquiries in the ledger: each card about a mistake, with all that was answered before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from nova_bot.core.claims import ClaimId
from nova_bot.core.envelope import Place
from nova_bot.ledger import rows, tables
from nova_bot.ledger.reads import Reads
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.writer import Write

T = tables.inquiry


@dataclass(frozen=True, slots=True)
class Inquired:
    """A card as it was shown to `sender` at `place`, and what is known by then.

    `answer` is what was asked about, `wrong` the wrong claim nearest to the origin, `right` those that are right.
    `card` are the claims it asks about; none are left once the origin is found.
    """

    id: str
    place: Place
    sender: str
    answer: ClaimId
    wrong: ClaimId
    right: frozenset[ClaimId]
    taps: int
    card: tuple[ClaimId, ...]


async def keep(ledger: Ledger, asked: Inquired, now: datetime) -> None:
    """Keep a card; one with the same id is there already."""
    row = {
        "id": asked.id,
        "place": rows.place_text(asked.place),
        "sender": asked.sender,
        "answer": str(asked.answer),
        "wrong": str(asked.wrong),
        "right": _joined(sorted(asked.right)),
        "taps": asked.taps,
        "card": _joined(asked.card),
        "at": now,
    }
    await ledger.put(Write(insert(T).on_conflict_do_nothing(), [row]))


async def latest(ledger: Reads, place: Place, sender: str) -> Inquired | None:
    """The card that `sender` was shown last at `place`."""
    mine = select(T).where(T.c.place == rows.place_text(place), T.c.sender == sender)
    return _first(await ledger.rows(mine.order_by(T.c.n.desc()).limit(1)))


async def named(ledger: Reads, name: str) -> Inquired | None:
    """The card with this id."""
    return _first(await ledger.rows(select(T).where(T.c.id == name)))


def _first(found: Any) -> Inquired | None:
    for row in found:
        return Inquired(
            row["id"],
            rows.place_of(row["place"]),
            row["sender"],
            ClaimId.parse(row["answer"]),
            ClaimId.parse(row["wrong"]),
            frozenset(_parted(row["right"])),
            row["taps"],
            tuple(_parted(row["card"])),
        )
    return None


def _joined(claims: Iterable[ClaimId]) -> str:
    return " ".join(map(str, claims))


def _parted(text: str) -> list[ClaimId]:
    return [ClaimId.parse(each) for each in text.split()]

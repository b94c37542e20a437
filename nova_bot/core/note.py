"""Note: what a person asked Nova to remember."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nova_bot.core.labels import Label


@dataclass(frozen=True, slots=True)
class Note:
    """One note of one person, with the label of the words it was made from."""

    id: int
    text: str
    created: datetime
    label: Label


class Notes(Protocol):
    """Where notes are kept."""

    async def remember(
        self, owner: str, text: str, key: str, label: Label, now: datetime, *, quarantined: bool = False
    ) -> int:
        """Keep a note; the same key twice makes one note. Its number. One in quarantine waits for its confirmation."""
        ...

    async def find(self, owner: str, words: str, limit: int) -> list[Note]:
        """The owner's notes that fit the words best; the latest ones for no words. None from quarantine."""
        ...

    async def forget(self, owner: str, number: int, now: datetime) -> bool:
        """Erase a note's text. False if the owner has no such note."""
        ...

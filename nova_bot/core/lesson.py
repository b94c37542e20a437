"""Lesson: a correction of the routing, with who made it and how."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class How(StrEnum):
    """What taught it."""

    SAID = "said"
    CHOSE = "chose"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Lesson:
    """`text` belongs to `right`, not to `wrong` ("" when nothing else had been chosen)."""

    text: str
    right: str
    wrong: str
    who: str
    how: How
    at: datetime
    run: int | None = None
    id: int = 0

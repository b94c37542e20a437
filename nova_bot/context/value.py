"""Value: a number, sum of money, date, time, name, link, address or id that a text states.

A value *seeks* keys; a text that *offers* one of them states the same value, whatever its thousands marks or date form.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ValueKind(StrEnum):
    """What a value is."""

    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    NAME = "name"
    LINK = "link"
    ADDRESS = "address"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Value:
    """`amounts` are the readings of a number: "1,200" may be 1200 or 1.2. `start` is where it stands in the text.

    `unit` is the unit or the percent sign behind it, as it is written.
    """

    kind: ValueKind
    text: str
    start: int
    seeks: frozenset[str]
    offers: frozenset[str]
    amounts: tuple[Decimal, ...] = ()
    unit: str = ""

    @property
    def end(self) -> int:
        """Where the text behind it begins."""
        return self.start + len(self.text)

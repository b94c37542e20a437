"""Fault: what the checks found wrong with an answer or a hand-off, kept with the step that said it."""

from dataclasses import dataclass
from enum import StrEnum

from nova_bot.core.claims import ClaimId


class FaultKind(StrEnum):
    """What is wrong, in words that follow a claim."""

    NEW_NUMBER = "new number"
    NEW_MONEY = "new money"
    NEW_DATE = "new date"
    NEW_TIME = "new time"
    NEW_NAME = "new name"
    NEW_LINK = "new link"
    NEW_ADDRESS = "new address"
    NEW_ID = "new id"
    NO_SOURCE = "no source named"
    BAD_CITE = "cites what was not shown"
    NO_RECEIPT = "claimed, no receipt"
    PARTIAL = "left out what was asked"
    FAILED_AS_EMPTY = "a failed read told as nothing found"
    WRONG_SHAPE = "not the result that was promised"
    DROPPED_ASSUMPTION = "an assumption told as fact"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a step. `what` is the offending text; `claim` the statement it stands in, None: the whole answer."""

    step: int
    kind: FaultKind
    what: str
    claim: ClaimId | None = None

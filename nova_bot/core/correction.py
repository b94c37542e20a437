"""Replaced: a claim that no longer stands, and what stands for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nova_bot.core.claims import ClaimId, Status


class Cause(StrEnum):
    """Why a claim was replaced: by the owner's word, by a step that was run again, or it was said a second time."""

    OWNER = "owner"
    REDO = "redo"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Replaced:
    """`now` stands for `was` from `at` on; None: nothing does. `by` is the person who said so, "" for a redo."""

    was: ClaimId
    now: ClaimId | None
    cause: Cause
    at: datetime
    by: str = ""

    @property
    def status(self) -> Status:
        """What `was` is from now on."""
        if self.cause is Cause.OWNER:
            return Status.CORRECTED
        return Status.SUPERSEDED if self.now else Status.WITHDRAWN

"""Claim: one statement with a basis, its sources and a Label; and the edges that say what rested on what."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from nova_bot.core.labels import NOVAS, PRESSED, Label

_NAME = re.compile(r"c(\d{1,18})\.(\d{1,9})")


class ClaimId(NamedTuple):
    """The n-th claim of a run; people see it as `c12.3`. A tuple, because every step looks up many of them."""

    run: int
    n: int

    def __str__(self) -> str:
        return f"c{self.run}.{self.n}"

    @classmethod
    def parse(cls, text: str) -> "ClaimId":
        """The id that `text` names. Raises ValueError for anything else."""
        found = _NAME.fullmatch(text.strip())
        if found is None:
            raise ValueError(text)
        return cls(int(found[1]), int(found[2]))


class Basis(StrEnum):
    """Why Nova holds something to be so."""

    TOLD = "told"
    FOUND = "found"
    DERIVED = "derived"
    ASSUMED = "assumed"


class How(StrEnum):
    """How one claim rests on another: recorded by the engine, marked by the agent, or found verbatim."""

    SHOWN = "shown"
    CITED = "cited"
    LIT = "lit"


class Status(StrEnum):
    """A claim is never deleted; it stops being live."""

    LIVE = "live"
    CORRECTED = "corrected"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement. `step` is the number of the step that made it (0: it came with the envelope)."""

    id: ClaimId
    step: int
    basis: Basis
    text: str
    label: Label
    subject: str = ""
    value: str = ""
    unit: str = ""
    status: Status = Status.LIVE

    @property
    def is_novas(self) -> bool:
        """Nova's own sentence, which code made and no agent: a reminder's, or how a run ended."""
        return self.label.origin.startswith(NOVAS)

    @property
    def is_pressed(self) -> bool:
        """What a button says: Nova wrote it, and a person pressed it."""
        return self.label.origin.startswith(PRESSED)


@dataclass(frozen=True, slots=True)
class Edge:
    """`dst` rests on `src`."""

    dst: ClaimId
    src: ClaimId
    how: How

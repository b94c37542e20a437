"""Deed: one effect as the log keeps it, from the decision to the receipt. Approval: a person's word on one deed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

from nova_bot.core.envelope import Place


class DeedState(StrEnum):
    """How far a deed is. UNKNOWN: a crash came between the call and its receipt, and it is not tried again."""

    REFUSED = "refused"
    WAITING = "waiting"
    DENIED = "denied"
    UNDERWAY = "underway"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Word(StrEnum):
    """What was decided about a card; empty while it waits."""

    OPEN = ""
    YES = "yes"
    NO = "no"
    RENEWED = "renewed"


def sha_of(tool: str, args: Mapping[str, JsonValue]) -> str:
    """The content address of a call: another argument is another call."""
    return hashlib.sha256(json.dumps([tool, args], sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Deed:
    """`key` is the call's own (`r7.2/0`): a repeated call has the same one. `why` is a decision's reason, in words."""

    key: str
    run: int
    step: int
    agent: str
    tool: str
    args: Mapping[str, JsonValue]
    grant: str
    state: DeedState
    at: datetime
    why: str = ""
    receipt: str = ""

    @property
    def sha(self) -> str:
        """What an approval is bound to."""
        return sha_of(self.tool, self.args)


@dataclass(frozen=True, slots=True)
class Approval:
    """A card: what was shown to whom, for which exact call, until when a press counts and how long the run waits.

    `who` is the person who asked; `typed` is what has to be typed as well. `press` is the identity of the envelope or
    command that decided.
    """

    id: str
    deed: str
    run: int
    who: str
    place: Place
    card: str
    reasons: tuple[str, ...]
    sha: str
    typed: str
    shown: datetime
    expires: datetime
    until: datetime
    word: Word = Word.OPEN
    by: str = ""
    press: str = ""
    at: datetime | None = None

"""Reminder: something that a person wants to be told, or to have done, at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from nova_bot.core.envelope import Place, Sender
from nova_bot.core.labels import Label


class State(StrEnum):
    """Where a reminder stands. Only a pending one is due some day."""

    PENDING = "pending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class IfMissed(StrEnum):
    """What becomes of the times that passed while Nova was down: one late card, none, or one for each."""

    ONCE = "once"
    SKIP = "skip"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Series:
    """When it is due: `start` is the naive first wall time in the IANA zone `tz`; `rule` is RFC 5545, "" for once.

    `excepted` are ISO dates, moments, ranges (`a/b`) or rules that are left out. `elapsed` means that time is
    counted in hours that pass ("in 24 hours"), not on the wall.
    """

    start: datetime
    tz: str
    rule: str = ""
    excepted: tuple[str, ...] = ()
    elapsed: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """`key` is what made it, so that a repeated request makes one. `id` is 0 until the ledger has numbered it.

    It fires at `place`, for `who` ("me" or a mention), as `person` with the standing of the day it was made. With an
    `agent` it wakes that agent with `what` as the request; without one it only says `what`. `due` is the next moment,
    None when there is none. `nag` is the time after which it is said again until it is done, zero for once.
    """

    key: str
    person: Sender
    place: Place
    what: str
    series: Series
    due: datetime | None
    label: Label
    made: datetime
    lang: str = "en"
    who: str = "me"
    agent: str = ""
    if_missed: IfMissed = IfMissed.ONCE
    nag: timedelta = timedelta(0)
    nagged: int = 0
    state: State = State.PENDING
    id: int = 0

    @property
    def for_self(self) -> bool:
        """Is it for the one who set it?"""
        return self.who == "me"

    @property
    def repeats(self) -> bool:
        """Does it come more than once?"""
        return bool(self.series.rule)


def maker(identity: str) -> str:
    """What the identity of a firing begins with: its reminder (`rem:7`), or a job that is run by hand (`job:brief`)."""
    return ":".join(identity.split(":", 2)[:2])


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that a reminder came due. `missed` counts the earlier times that passed while Nova was down."""

    reminder: int
    due: datetime
    at: datetime
    missed: int = 0

    @property
    def identity(self) -> str:
        """The same for every clock that sees it, so that a second firing is a no-op."""
        return f"rem:{self.reminder}:{self.due.isoformat()}"


@dataclass(frozen=True, slots=True)
class Wish:
    """A reminder that an agent wants to set for the asker of a run; `key` is the same when the call is repeated.

    `when` is a time phrase, `who` somebody else as the asker wrote it ("" for himself). `label` is the join of all that
    the agent was shown, `links` are the addresses in it that may stay links.
    """

    run: int
    agent: str
    key: str
    when: str
    what: str
    who: str
    label: Label
    links: frozenset[str] = frozenset()


class Reminders(Protocol):
    """Where agents keep reminders for people. What comes back is a line for the agent: number, time, text."""

    async def set(self, wish: Wish) -> str:
        """Keep it; the person gets a card. Raises ToolError where the time isn't clear, or the person may not."""
        ...

    async def waiting(self, person: str, place: Place) -> list[tuple[str, Label]]:
        """What a person will be reminded of in a channel, the next one first, each with its label."""
        ...

    async def cancel(self, person: str, place: Place, number: int) -> str:
        """End one of them; "" if none of this number waits there."""
        ...

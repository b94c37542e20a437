"""What goes in and what comes out: a person's habits, and the answer to "when?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

DEFAULT_PARTS: Mapping[str, time] = MappingProxyType(
    {
        "dawn": time(6),
        "morning": time(9),
        "noon": time(12),
        "afternoon": time(15),
        "evening": time(18),
        "night": time(20),
        "end": time(17),
    }
)


@dataclass(frozen=True, slots=True)
class Habits:
    """A person's own clock: what "in the morning" or a date without a time means to them."""

    day: time = time(9)
    parts: Mapping[str, time] = field(default_factory=lambda: DEFAULT_PARTS)

    def hour_of(self, part: str) -> time:
        """The wall time this person means by a part of the day."""
        return self.parts.get(part) or DEFAULT_PARTS[part]


@dataclass(frozen=True, slots=True)
class When:
    """The reading of one text: a time, a recurrence, a question, or nothing about time.

    `value` is an aware datetime (instant), a date (date), a pair of them (interval), or an RFC 5545 rule (recurrence).
    `due` is the moment a reminder would first fire, with the person's habits filled in. `explicit` says that a verb
    asked for it, `elapsed` that it was counted in hours that pass, `signal` that it needs no words ("wake me at 6").
    `named` are the parts that were said and not filled in: "date", "time", "duration" (a length from now).
    """

    kind: str
    value: datetime | date | tuple[datetime, datetime] | str | None = None
    due: datetime | None = None
    spans: tuple[tuple[int, int], ...] = ()
    assumptions: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    ask: str | None = None
    rrule: str | None = None
    dtstart: datetime | None = None
    excepted: tuple[str, ...] = ()
    action: str = "none"
    who: str | None = None
    where: str | None = None
    what: str = ""
    lang: str = "en"
    tz: str = "UTC"
    explicit: bool = False
    elapsed: bool = False
    signal: bool = False
    named: frozenset[str] = frozenset()


def iso(value: object) -> str | None:
    """An ISO string for a datetime, a date, or the start of an interval; None for anything else."""
    if isinstance(value, tuple):
        return iso(value[0])
    return value.isoformat() if isinstance(value, date) else None


def as_json(when: When) -> dict[str, Any]:
    """The answer as plain JSON values, with the keys Nova's tools and its ledger expect."""
    return {
        "action": when.action,
        "kind": when.kind,
        "when": iso(when.value),
        "rrule": when.rrule,
        "dtstart": iso(when.dtstart),
        "except": list(when.excepted),
        "who": when.who,
        "where": when.where,
        "what": when.what,
        "assumptions": list(when.assumptions),
        "alternatives": list(when.alternatives),
        "ask": when.ask,
    }

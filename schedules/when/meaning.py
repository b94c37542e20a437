"""What rules make of words, before it is known when they were said."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Length:
    """A stretch of time: calendar months and days keep the wall clock, seconds are elapsed time."""

    months: int = 0
    days: float = 0
    seconds: float = 0
    unit: str = ""
    workdays: int = 0

    def __add__(self, other: Length) -> Length:
        return Length(
            self.months + other.months,
            self.days + other.days,
            self.seconds + other.seconds,
            other.unit,
            self.workdays + other.workdays,
        )


@dataclass(frozen=True, slots=True)
class Clock:
    """A wall time; `open` means a twelve-hour reading with neither am nor pm, `stated` that pm was guessed."""

    hour: int
    minute: int = 0
    second: int = 0
    open: bool = False
    next_day: bool = False
    bare: bool = False
    rough: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something about a time that only the person can settle; `ask` is the question."""

    ask: str
    alternatives: tuple[str, ...] = ()
    vague: bool = False
    read: date | None = None


NO_TIME = Trouble("When should I remind you?")


@dataclass(frozen=True, slots=True)
class By:
    """Which days of a calendar are meant, in the terms of RFC 5545; weekdays count from Monday = 0."""

    months: tuple[int, ...] = ()
    doms: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    nth: tuple[tuple[int, int], ...] = ()
    yeardays: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    setpos: tuple[int, ...] = ()
    year: int | None = None

    def joined(self, other: By) -> By:
        """Both sets of parts together, without doubles."""
        parts = {name: tuple(dict.fromkeys(getattr(self, name) + getattr(other, name))) for name in LISTS}
        return By(**parts, year=self.year or other.year)


LISTS = ("months", "doms", "weekdays", "nth", "yeardays", "weeks", "setpos")
Pick = Callable[[date], Iterator[date]]


@dataclass(frozen=True, slots=True)
class Days:
    """The days a phrase can mean, soonest first, seen from a given today."""

    pick: Pick
    by: By | None = None
    fixed: bool = False
    note: str = ""
    dom: bool = False
    span: str = ""
    part: str = ""
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday with its qualifier: "" (the coming one), "this", "next" (of next week), or weeks to add."""

    numbers: tuple[int, ...]
    which: str = ""
    plural: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """How often: a unit and its interval; `by` narrows the days, `part` comes from "every morning".

    `counted` means that days of the week were given by number, `times` that it comes so often in each interval, and
    `more` are the further parts of "every morning and evening".
    """

    unit: str
    interval: int = 1
    by: By = field(default_factory=By)
    part: str = ""
    adverb: bool = False
    counted: bool = False
    times: int = 1
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything one time phrase has said so far."""

    days: Days | None = None
    weekday: Weekday | None = None
    clock: Clock | None = None
    upto: Clock | None = None
    clocks: tuple[Clock, ...] = ()
    part: str = ""
    zone: str = ""
    after: Length | None = None
    every: Every | None = None
    start: Frame | None = None
    until: Frame | None = None
    count: int | None = None
    span: Length | None = None
    excepted: tuple[Frame, ...] = ()
    trouble: Trouble | None = None
    today: bool = False
    exact: datetime | None = None

    def having(self, **parts: Any) -> Frame:
        """This frame with some parts set."""
        return replace(self, **parts)

    @property
    def named(self) -> frozenset[str]:
        """Which parts were said: "date", "time", "duration"."""
        every = self.every
        on_days = every is not None and (every.by != By() or self.start is not None)
        parts = {
            "date": self.days or self.weekday or self.today or self.exact or on_days,
            "time": self.clock or self.part or self.exact or (every and every.part),
            "duration": self.after or (self.span and every is None),
        }
        return frozenset(name for name, said in parts.items() if said)


def next_month(day: date, months: int = 1) -> date:
    """The same day of a later (or earlier) month, at most its last day. OverflowError beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError("no such year")
    return date(year, month + 1, min(day.day, last_dom(year, month + 1)))


def last_dom(year: int, month: int) -> int:
    """The number of days in a month."""
    return monthrange(year, month)[1]

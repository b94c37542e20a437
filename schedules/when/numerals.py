"""Written numbers: which terminals "15", "08:30", "24.10.", "2026-12-24" or "9-17" can be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from schedules.when.calendar import dated
from schedules.when.meaning import Clock, Days, Trouble

Reading = tuple[str, Any]
YEARS = range(1900, 2200)
CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?$")
DOTS = re.compile(r"(\d{1,2})\.(\d\d)$")
PAIR = re.compile(r"(\d{1,2})([/.-])(\d{1,2})$")
TRIPLE = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{4}|\d{2})$")
YEARFIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})$")
MONTHYEAR = re.compile(r"(\d{1,2})[/.-](\d{4})$")
YEARDOM = re.compile(r"(\d{4})[/.-](\d{1,2})$")
BOTH = re.compile(r"(\d+([/.-])\d+\2\d+)[.:,-](\d{1,2}:\d\d(?::\d\d)?)$")
IMPOSSIBLE_TIME = Trouble("That time does not exist. Which time do you mean?")


def clock(hour: int, minute: int, second: int, padded: bool) -> Clock | Trouble:
    """A wall time from its numbers; 24 is midnight at the end of the day."""
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute):
        return IMPOSSIBLE_TIME
    if hour == 24:
        return Clock(0, next_day=True)
    return Clock(hour, minute, second, open=not padded and 1 <= hour <= 12)


def clock_of(text: str) -> Clock | Trouble | None:
    """ "8:30" as a clock time; a leading zero makes it 24-hour time."""
    found = CLOCK.match(text)
    if not found:
        return None
    return clock(int(found[1]), int(found[2]), int(found[3] or 0), found[1].startswith("0"))


def whole(text: str) -> Iterator[Reading]:
    """Readings of plain digits."""
    number = int(text)
    if len(text) <= 9:
        yield "NUM", number
    yield from ordinary(number) if len(text) <= 2 else ()
    if len(text) == 2:
        yield "YY", 2000 + number
        if number < 60:
            yield "MIN2", number
    if len(text) in (3, 4) and int(text[-2:]) < 60 and int(text[:-2]) <= 24:
        yield "COMPACT", clock(int(text[:-2]), int(text[-2:]), 0, len(text) == 4)
    if number in YEARS and len(text) == 4:
        yield "YEAR", number
    if len(text) == 8 and number // 10000 in YEARS:
        yield "DATE", dated(number // 10000, number // 100 % 100, number % 100)


def ordinary(number: int) -> Iterator[Reading]:
    """What a small number can count."""
    if 1 <= number <= 31:
        yield "DOM", number
    if number <= 24:
        yield "HOUR", number
    if 1 <= number <= 12:
        yield "MONTHNUM", number
    if number <= 59:
        yield "MINUTE", number


def ordered(first: int, second: int, year: int | None, order: str) -> Days | Trouble | None:
    """A date from two numbers: day and month in the order of the language, unless only one order is possible."""
    if (first > 12 and second > 12) or not (first and second):
        return None if year is None else dated(year, 13, 1)
    if order == "ask" and first <= 12 and second <= 12 and first != second:
        ways = (f"day {first} of month {second}", f"day {second} of month {first}")
        return Trouble(f"Is that {ways[0]}, or {ways[1]}?", ways)
    day_first = first > 12 or (second <= 12 and order == "day")
    day, month = (first, second) if day_first else (second, first)
    return dated(year, month, day)


def slashed(text: str, order: str) -> Iterator[Reading]:
    """Readings of two or three numbers with a separator."""
    if found := YEARFIRST.match(text):
        if int(found[1]) in YEARS:
            yield "DATE", dated(int(found[1]), int(found[3]), int(found[4]))
    elif (found := TRIPLE.match(text)) and len(found[1]) <= 2:
        year = int(found[4]) if len(found[4]) == 4 else 2000 + int(found[4])
        day = ordered(int(found[1]), int(found[3]), year, "day" if found[2] == "." else order)
        loose = "." if found[2] == "." and len(found[1]) + len(found[4]) < 4 else ""
        yield from [(f"DATE{loose}", day)] if day and year in YEARS else []
    elif (found := MONTHYEAR.match(text)) and int(found[2]) in YEARS:
        yield from [("MONTHOF", (int(found[2]), int(found[1])))] if 1 <= int(found[1]) <= 12 else []
        yield from [("DOMYEAR", (int(found[1]), int(found[2])))] if 1 <= int(found[1]) <= 31 else []
    elif (found := YEARDOM.match(text)) and int(found[1]) in YEARS and 1 <= int(found[2]) <= 31:
        yield "DOMYEAR", (int(found[2]), int(found[1]))
    elif found := PAIR.match(text):
        day = ordered(int(found[1]), int(found[3]), None, "day" if found[2] == "." else order)
        yield from [(f"DM{found[2]}", day)] if day else []


def readings(text: str, order: str) -> Iterator[Reading]:
    """Every terminal a written number can be; nothing for version numbers, telephone numbers and the like."""
    text = text.replace("–", "-")
    if text.isdigit():
        yield from whole(text)
    elif read := clock_of(text):
        yield "CLOCK", read
    elif found := BOTH.match(text):
        for kind, value in slashed(found[1], order):
            yield kind + "TIME", (value, clock_of(found[3]))
    else:
        yield from slashed(text, order)
        yield from fractions(text)


def fractions(text: str) -> Iterator[Reading]:
    """Readings of decimals, dotted clock times, fractions and ranges of hours."""
    if found := DOTS.match(text):
        yield "CLOCK.", clock(int(found[1]), int(found[2]), 0, found[1].startswith("0"))
    if re.fullmatch(r"\d{1,4}[.,]\d{1,2}", text):
        yield "DECIMAL", float(text.replace(",", "."))
    if text in ("1/2", "1/4", "3/4"):
        yield "DECIMAL", int(text[0]) / int(text[2])
    left, dash, right = text.partition("-")
    if dash and (pair := tuple(map(hour_of, (left, right)))) and None not in pair:
        yield "HOURS", pair


def hour_of(text: str) -> Clock | Trouble | None:
    """ "9" or "9:30" as one end of a range."""
    if text.isdigit() and len(text) <= 2 and int(text) <= 24:
        return clock(int(text), 0, 0, text.startswith("0"))
    return clock_of(text)

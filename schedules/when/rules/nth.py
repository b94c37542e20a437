"""Counted days: "last Friday of the month", "third Tuesday after Christmas", "last day of May"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from typing import Any

from schedules.when.calendar import coming, named
from schedules.when.chart import rule
from schedules.when.meaning import By, Days, Trouble, next_month
from schedules.when.rules.dates import MONTH_STEPS, Day
from schedules.when.rules.often import WORKDAYS


@rule("Nth", "Ordinal", "LASTORD")
def nth(number: int) -> int | None:
    """First to fifth, or counted from the end."""
    return number if -5 <= number <= 5 else None


@rule("Nth", "Ordinal to? LASTORD")
def nth_from_end(number: int, _: int) -> int | None:
    """ "2nd last", "3rd to last"."""
    return -number if 2 <= number <= 5 else None


@rule(
    "DayCore",
    "the? Nth WEEKDAY of|in? the? Month OfYear?",
    "Month of? the? Nth WEEKDAY",
    "the? WEEKDAYLAST of|in? the? Month OfYear?",
)
def nth_of_month(*found: Any) -> Day | None:
    """ "Second Friday of February"."""
    first, second, third, *years = (*found, None) if len(found) == 3 else found
    if len(found) == 3:
        number, weekday, month = second, third, first
    else:
        number, weekday, month = first, second, third
    return named(By(nth=((number, weekday),), months=(month,), year=years[0] if years else None))


@rule("DayCore", "the? Nth WEEKDAY|WORKUNIT of|in? the? REL UNIT", "the? Nth WEEKDAY|WORKUNIT of|in? the? UNIT REL")
def nth_of_period(number: int, day: int | str, *period: str) -> Day | None:
    """ "First Wednesday of next month", "last working day of this month"."""
    which, unit = sorted(period, key=lambda word: word not in MONTH_STEPS)
    if unit != "month" or which not in MONTH_STEPS:
        return None
    by = By(nth=((number, day),)) if isinstance(day, int) else By(weekdays=WORKDAYS, setpos=(number,))

    def pick(today: date) -> Iterator[date]:
        first = next_month(today.replace(day=1), MONTH_STEPS[which])
        yield from islice(coming(replace(by, months=(first.month,), year=first.year))(first), 1)

    return Days(pick, fixed=True)


@rule("DayCore", "REL UNIT of? Nth WEEKDAY")
def period_nth(which: str, unit: str, number: int, weekday: int) -> Day | None:
    """ "这个月最后一个周五"."""
    return nth_of_period(number, weekday, which, unit)


@rule(
    "DayCore", "the? Nth WEEKDAY of the? UNIT", "the? Nth WORKUNIT of the? UNIT", "the? Nth WORKUNIT of|in? the? Month"
)
def nth_of_this_month(number: int, day: int | str, scope: int | str) -> Day | None:
    """Counted in the month at hand, or in the next one when that day is over."""
    months = (scope,) if isinstance(scope, int) else ()
    if not months and scope != "month":
        return None
    if isinstance(day, int):
        return named(By(nth=((number, day),), months=months))
    return named(By(weekdays=WORKDAYS, setpos=(number,), months=months))


@rule("DayCore", "the? LASTORD dayword? of the? UNIT", "the? Ordinal dayword? of the? UNIT")
def nth_day_of_this_month(number: int, unit: str) -> Day | None:
    """ "The last day of the month"."""
    return named(By(doms=(number,))) if unit == "month" and number <= 31 else None


@rule("DayCore", "the? Ordinal? LASTORD dayword of|in? the? Month OfYear?")
def nth_last_day(number: int | None, last: int, month: int, year: int | None) -> Day:
    """ "Fifth last day of May"."""
    return named(By(months=(month,), doms=(last * (number or 1),), year=year))


@rule("DayCore", "the? Nth WEEKDAY after the? DayCore")
def nth_after(number: int, weekday: int, day: Day) -> Day | None:
    """ "Third Tuesday after Christmas"."""
    if isinstance(day, Trouble) or number < 1:
        return day if isinstance(day, Trouble) else None

    def pick(today: date) -> Iterator[date]:
        for base in islice(day.pick(today), 3):
            yield base + timedelta(days=(weekday - base.weekday() - 1) % 7 + 1 + 7 * (number - 1))

    return Days(pick, fixed=day.fixed)


@rule("DayCore", "the? Ordinal? closest WEEKDAY to DayCore")
def closest(number: int | None, weekday: int, day: Day) -> Day:
    """ "The closest Monday to 5 October"."""
    if isinstance(day, Trouble):
        return day

    def pick(today: date) -> Iterator[date]:
        for base in islice(day.pick(today), 3):
            near = [base + timedelta(days=n) for n in range(-35, 36)]
            wanted = sorted((d for d in near if d.weekday() == weekday), key=lambda d: abs((d - base).days))
            yield from wanted[(number or 1) - 1 : (number or 1)]

    return Days(pick, fixed=day.fixed)

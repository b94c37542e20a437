"""Holidays, and days counted from another day: "Christmas", "two weeks after Easter", "a week from Monday"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from dateutil.easter import easter

from schedules.when.calendar import dated, named, of_week, shifted
from schedules.when.chart import rule
from schedules.when.meaning import By, Days, Length, Trouble
from schedules.when.rules.dates import Day, relative_day
from schedules.when.rules.lengths import UNITS


def holiday(name: str, year: int | None) -> Day:
    """A holiday by its rule: "12-25", "easter+1", "nth:4:3:11" (fourth Thursday of November), or "ask"."""
    sort, _, rest = name.partition(":")
    if sort == "ask":
        return Trouble("That day moves from year to year. Which date is it?")
    if sort == "nth":
        number, weekday, month = map(int, rest.split(":"))
        return named(By(nth=((number, weekday),), months=(month,), year=year))
    if sort == "easter":
        return easter_day(int(rest), year)
    month, dom = map(int, name.split("-"))
    return dated(year, month, dom)


def easter_day(shift: int, year: int | None) -> Days:
    """A feast so many days after Easter Sunday."""

    def pick(today: date) -> Iterator[date]:
        for each in [year] if year else range(today.year, min(today.year + 3, 4099)):
            yield easter(each) + timedelta(days=shift)

    return Days(pick, fixed=year is not None)


@rule("DayCore", "REL? the? HOLIDAY OfYear?")
def feast(_: Any, name: str, year: int | None) -> Day:
    """A holiday, in its year or the coming one."""
    return holiday(name, year)


@rule("Anchor", "DayCore")
def anchor_day(day: Day) -> Day:
    """Any day can be counted from."""
    return day


@rule("Anchor", "the? WEEKDAY", "REL WEEKDAY")
def anchor_weekday(*found: Any) -> Day | None:
    """ "Monday", "next Friday" as a day to count from."""
    if len(found) == 1:
        return named(By(weekdays=(found[0],)))
    return Days(of_week((found[1],), 1), fixed=True) if found[0] == "next" else named(By(weekdays=(found[1],)))


@rule("Far", "Length after|from|fromnow the? Anchor")
def after_day(length: Length, day: Day) -> Day | None:
    """ "Two weeks from Monday"."""
    return counted(length, day, 1)


@rule("Far", "the UNIT after the? Anchor")
def unit_after_day(unit: str, day: Day) -> Day | None:
    """ "The day after Christmas"."""
    return counted(UNITS[unit], day, 1)


@rule("Far", "the UNIT before the? Anchor")
def unit_before_day(unit: str, day: Day) -> Day | None:
    """ "The day before Christmas"."""
    return counted(UNITS[unit], day, -1)


@rule("Far", "Length before the? Anchor")
def before_day(length: Length, day: Day) -> Day | None:
    """ "Five days before New Year"."""
    return counted(length, day, -1)


@rule("Far", "RELDAY in Length")
def weeks_on_from_day(days: int, length: Length) -> Day | None:
    """ "Morgen in einer Woche"."""
    return weeks_from_day(length, days)


@rule("Far", "Length RELDAY")
def weeks_from_day(length: Length, days: int) -> Day | None:
    """ "A week tomorrow", as the British say."""
    return counted(length, relative_day(days), 1) if length.unit in ("week", "fortnight") else None


@rule("Far", "DayCore ago Length")
def day_ago(day: Day, length: Length) -> Day | None:
    """ "圣诞节前两天"."""
    return counted(length, day, -1)


@rule("Far", "DAYBESIDE of? the? Anchor")
def beside_day(days: int, day: Day) -> Day | None:
    """ "La veille du 3 décembre", "the eve of the 3rd"."""
    return counted(Length(days=abs(days)), day, 1 if days > 0 else -1)


def counted(length: Length, day: Day, sign: int) -> Day | None:
    """Days so far from a day; hours from a day are no day."""
    if isinstance(day, Trouble):
        return day
    if length.seconds or length.workdays:
        return None
    if sign > 0 and length.months >= 12 and day.by and day.by.months and not day.by.year:
        return Trouble("Counted from which year's day?")
    return shifted(day, sign * length.months, sign * length.days)


@rule("DayCore", "DAYSHIFT the? RELDAY")
def day_shift(days: int, base: int) -> Day:
    """A shift before a relative day."""
    return relative_day(days + base)

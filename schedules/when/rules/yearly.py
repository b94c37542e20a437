"""Days, weeks and months of each year: "every 30 August", "in June and July", "weeks 12 and 14 of every year"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schedules.when.chart import rule
from schedules.when.meaning import By, Days, Every


@rule("EveryDay", "every the? Date")
def every_date(days: Days) -> Every | None:
    """ "Every 30 August", "every 12/18/2022": yearly, from that year on."""
    by = days.by
    if not by or not (by.months and (by.doms or by.nth)):
        return None
    return Every("year", by=by)


@rule("Date", "DayCore")
def plain_date(days: Any) -> Days | None:
    """A date that can come again."""
    return days if isinstance(days, Days) and days.by and not days.span else None


@rule("Date", "DayCore comma? and? Date")
def date_list(first: Any, rest: Days) -> Days | None:
    """Several dates a year, as long as they share the month or the day of the month."""
    if not isinstance(first, Days) or not first.by or not rest.by or first.span:
        return None
    one, two = first.by, rest.by
    if one.nth or two.nth or not (one.months == two.months or one.doms == two.doms):
        return None
    return replace(first, by=one.joined(two))


@rule(
    "EveryDay",
    "every the? Doms dayword? of? the? Month",
    "every Month on? the? dayword? Doms",
    "the? Doms dayword? of every Month",
)
def doms_of_named_month(*found: Any) -> Every:
    """ "Every 20th and 30th of August"."""
    numbers = next(value for value in found if isinstance(value, tuple))
    named = next(value for value in found if isinstance(value, int))
    return Every("year", by=By(months=(named,), doms=numbers))


@rule(
    "EveryDay",
    "ONCE per? every? the? UNIT on? NthDays of|in the? Month",
    "on? NthDays of|in every Month",
    "every on? NthDays of|in the? Month",
)
def nth_of_named_month(*found: Any) -> Every | None:
    """ "Every fourth Thursday in November"."""
    by = next(value for value in found if isinstance(value, By))
    return Every("year", by=replace(by, months=(found[-1],)))


@rule("Weeks", "in? the? weekword NUM", "in? the? weekword NUM comma|and Numbers")
def in_weeks(number: int, rest: tuple[int, ...] = ()) -> By | None:
    """ "In week 12 and 14"."""
    weeks = (number, *rest)
    return By(weeks=weeks) if all(1 <= week <= 53 for week in weeks) else None


@rule("Numbers", "NUM", "NUM comma|and Numbers")
def numbers(number: int, rest: tuple[int, ...] = ()) -> tuple[int, ...] | None:
    """A list of numbers."""
    return (number, *rest) if len(rest) < 10 else None


@rule("Months", "the? Month", "the? Month comma|and|amp Months", "the? Month comma and Months")
def months(number: int, rest: tuple[int, ...] = ()) -> tuple[int, ...] | None:
    """A list of months."""
    return (number, *rest) if len(rest) < 12 else None


@rule("InMonths", "in|of|during Months", "in|of|during every Months")
def in_months(found: tuple[int, ...]) -> tuple[int, ...]:
    """ "In June and July", beside a recurrence."""
    return found


@rule("EveryDay", "every Months")
def every_months(found: tuple[int, ...]) -> Every:
    """ "Every January and July": on their first days."""
    return Every("year", by=By(months=found, doms=(1,)))


@rule("EveryDay", "every? on? NthDays of|in every? Months comma? nomonth")
def nth_of_months(by: By, found: tuple[int, ...]) -> Every | None:
    """ "First Friday of January and July"."""
    return Every("year", by=replace(by, months=found)) if len(found) > 1 else None


@rule("EveryDay", "every? on? the? Doms dayword? of|in every? Months nomonth")
def doms_of_months(doms: tuple[int, ...], found: tuple[int, ...]) -> Every | None:
    """ "Every 1st of January and July"."""
    return Every("year", by=By(months=found, doms=doms)) if len(found) > 1 else None


@rule(
    "EveryDay", "every weekword NUM", "weekword NUM of every the? UNIT", "weekword NUM comma|and Numbers of every UNIT"
)
def every_week_number(*found: Any) -> Every | None:
    """ "Every week 12", "weeks 12 and 14 of every year"."""
    if isinstance(found[-1], str) and found[-1] != "year":
        return None
    weeks = [value for value in found if not isinstance(value, str)]
    flat = tuple(week for value in weeks for week in (value if isinstance(value, tuple) else (value,)))
    return Every("year", by=By(weeks=flat)) if all(1 <= week <= 53 for week in flat) else None


@rule(
    "EveryDay",
    "on? the? Ordinal dayword of every the? UNIT",
    "on? dayword NUM of every the? UNIT",
    "every the? UNIT on? the? Ordinal dayword",
    "every the? UNIT on? dayword NUM",
)
def day_of_year(*found: Any) -> Every | None:
    """ "The 100th day of every year"."""
    number, unit = sorted(found, key=lambda value: isinstance(value, str))
    return Every("year", by=By(yeardays=(number,))) if unit == "year" and 1 <= number <= 366 else None

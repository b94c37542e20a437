"""Weeks, months and years, and their edges: "next month", "in May", "end of the month"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from schedules.when.calendar import dated, monday, named, one
from schedules.when.chart import rule
from schedules.when.meaning import By, Days, Trouble, next_month
from schedules.when.rules.anchors import anchor_weekday
from schedules.when.rules.dates import PAST, Day, in_month, relative_day

MONDAYS = "taken as the Monday of that week"
FIRST = "taken as the first day of that period"
PERIODS: dict[str, Callable[[date, int], date]] = {
    "day": lambda day, steps: day + timedelta(days=steps),
    "week": monday,
    "weekend": lambda day, steps: monday(day, steps) + timedelta(days=5),
    "month": lambda day, steps: next_month(day.replace(day=1), steps),
    "quarter": lambda day, steps: next_month(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3 * steps),
    "year": lambda day, steps: date(day.year + steps, 1, 1),
}
LAST_DAYS: dict[str, Callable[[date], date]] = {
    "week": lambda day: monday(day) + timedelta(days=4),
    "month": lambda day: PERIODS["month"](day, 1) - timedelta(days=1),
    "quarter": lambda day: PERIODS["quarter"](day, 1) - timedelta(days=1),
    "year": lambda day: PERIODS["year"](day, 1) - timedelta(days=1),
}
STEPS = {"this": 0, "next": 1, "coming": 1, "afternext": 2}


@rule("Period", "the? REL UNIT", "the? UNIT REL", "the? UNIT after")
def period(*found: str) -> tuple[str, int] | None:
    """ "Next month", "this week"."""
    which = next((word for word in found if word in STEPS), "next" if len(found) == 1 else "")
    unit = next((word for word in found if word in PERIODS), "")
    return (unit, STEPS[which]) if which and unit else None


@rule("Period", "RELMONTH")
def named_month_period(steps: int) -> tuple[str, int]:
    """ "下月"."""
    return "month", steps


@rule("Period", "the? UNIT afternext", "the? afternext UNIT")
def period_after_next(unit: str) -> tuple[str, int] | None:
    """ "The week after next"."""
    return (unit, 2) if unit in PERIODS else None


@rule("PeriodDay", "in? Period")
def of_period(found: tuple[str, int]) -> Day | None:
    """A period alone stands for its first day, or is a question."""
    unit, steps = found
    if unit in ("quarter", "year") and steps:
        return Trouble(f"Which day of that {unit} do you mean?")
    if unit == "day":
        return one(lambda today: PERIODS["day"](today, steps))
    if not steps and unit != "weekend":
        return Trouble(f"Which day of this {unit} do you mean?")
    note = f"that {unit} is {MONDAYS if unit == 'week' else FIRST}" if unit != "weekend" else ""
    return one(lambda today: PERIODS[unit](today, steps), note=note, span=unit)


@rule("Within", "Period", "in Period", "rest of? the? UNIT", "rest of? the? Period")
def within(found: tuple[str, int] | str) -> tuple[str, Days | None, Days] | None:
    """ "Next week", "the rest of the month": unit, first day if that is ahead, and last day of such a time."""
    unit, steps = found if isinstance(found, tuple) else (found, 0)
    begin = PERIODS[unit]
    if unit not in LAST_DAYS:
        return None
    first = one(lambda today: begin(today, steps)) if steps else None
    return unit, first, one(lambda today: begin(today, steps + 1) - timedelta(days=1))


@rule("DayCore", "RELWEEKEND")
def coming_weekend(which: int | str) -> Day | None:
    """ "At the weekend" (0), which is every one where a recurrence leaves it out; "this weekend", the next one (1)."""
    found = of_period(("weekend", which if isinstance(which, int) else STEPS[which]))
    return replace(found, by=By(weekdays=(5, 6))) if isinstance(found, Days) and which == 0 else found


@rule("DayCore", "in the? Month OfYear?", "the? Month of? Year", "the? REL Month", "the? Month REL", "on MONTHOF")
def first_of_month(*found: Any) -> Day | None:
    """ "In May", "next June"."""
    if "last" in found:
        return PAST
    month, *years = [value for value in found if isinstance(value, int)]
    return named(
        By(months=(month,), doms=(1,), year=years[0] if years else None),
        note="a month is taken as its first day",
        span="month",
    )


@rule("DayCore", "MONTHOF")
def month_of(pair: tuple[int, int]) -> Day:
    """ "09/2027"."""
    return named(By(months=(pair[1],), doms=(1,), year=pair[0]), note="a month is taken as its first day", span="month")


@rule("DayCore", "in the YEAR")
def of_year(year: int) -> Day:
    """ "In the 2027"."""
    return named(By(months=(1,), doms=(1,), year=year), note="a year is taken as its first day", span="year")


@rule(
    "DayCore",
    "at? the? EDGE of? the? UNIT",
    "at? the? EDGE of? Period",
    "at? the? UNIT EDGE",
    "at? the? Period of? the? EDGE",
)
def edge_of_period(first: Any, second: Any) -> Day | None:
    """ "End of the month", "beginning of next week"."""
    edge, scope = (second, first) if second in ("start", "end") else (first, second)
    unit, steps = scope if isinstance(scope, tuple) else (scope, 0)
    if unit not in LAST_DAYS:
        return None
    if edge == "middle":
        return in_month(steps, 15) if unit == "month" else None
    if edge == "start":
        return one(lambda today: PERIODS[unit](today, steps or 1))
    note = "the end of the week is taken as Friday" if unit == "week" else ""
    return one(lambda today: LAST_DAYS[unit](PERIODS[unit](today, steps)), note=note)


@rule("DayCore", "at? the? REL? PERIODEDGE")
def period_edge(which: str | None, name: str) -> Day | None:
    """ "EOM", "quarter end", "Jahresende"."""
    unit, _, edge = name.partition(":")
    return edge_of_period(edge, (unit, STEPS.get(which or "this", 0))) if which != "last" else PAST


@rule("DayCore", "RELYEAR of? Month Dom")
def in_year(years: int, month: int, dom: int) -> Day:
    """ "明年3月1日"."""

    def pick(today: date) -> Iterator[date]:
        day = dated(today.year + years, month, dom)
        yield from () if isinstance(day, Trouble) else day.pick(today)

    return Days(pick, fixed=True)


@rule("DayCore", "NUM PERIODEDGE")
def edge_of_numbered_month(month: int, name: str) -> Day | None:
    """ "一月初"."""
    unit, _, edge = name.partition(":")
    return edge_of_month(edge, month, None) if unit == "month" and 1 <= month <= 12 else None


@rule("DayCore", "at? the? EDGE of? the? Month OfYear?", "at? the? EDGE dash Month OfYear?")
def edge_of_month(edge: str, month: int, year: int | None) -> Day:
    """ "End of May"."""
    return named(By(months=(month,), doms=({"start": 1, "middle": 15}.get(edge, -1),), year=year))


@rule("DayCore", "at? the? EDGE of? the? RELDAY", "at? the? EDGE of? the? REL? WEEKDAY")
def end_of_day(edge: str, *day: Any) -> Day | None:
    """The end of a named day; the hour is a habit."""
    found = relative_day(day[0]) if len(day) == 1 else anchor_weekday(*[word for word in day if word is not None])
    return replace(found, part="end") if edge == "end" and isinstance(found, Days) else None

"""Sets of days: from calendar parts to the coming dates that have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice

from schedules.when.meaning import By, Days, Trouble, last_dom, next_month

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
IMPOSSIBLE = Trouble("That date does not exist. Which day do you mean?")
HORIZON = 41  # years to look ahead: 29 February on a given weekday returns within 40 years


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date | None:
    """The nth (or, below zero, nth last) weekday of a month."""
    last = last_dom(year, month)
    if nth > 0:
        dom = 1 + (weekday - date(year, month, 1).weekday()) % 7 + 7 * (nth - 1)
    else:
        dom = last - (date(year, month, last).weekday() - weekday) % 7 + 7 * (nth + 1)
    return date(year, month, dom) if 1 <= dom <= last else None


def of_month(by: By, year: int, month: int) -> list[date]:
    """The days of one month that have these parts."""
    last = last_dom(year, month)
    doms = [dom if dom > 0 else last + 1 + dom for dom in by.doms]
    found = [date(year, month, dom) for dom in doms if 1 <= dom <= last]
    if by.weekdays and by.doms:
        found = [day for day in found if day.weekday() in by.weekdays]
    elif by.setpos:
        found = picked(
            [date(year, month, dom) for dom in range(1, last + 1) if date(year, month, dom).weekday() in by.weekdays],
            by.setpos,
        )
    found += [day for nth, weekday in by.nth if (day := nth_weekday(year, month, nth, weekday))]
    if not (by.doms or by.nth or by.setpos):
        found = [day for dom in range(1, last + 1) if (day := date(year, month, dom)).weekday() in by.weekdays]
    return sorted(found)


def picked(days: list[date], positions: tuple[int, ...]) -> list[date]:
    """The days at these places, counted from one, or from the end."""
    return [days[n - 1 if n > 0 else n] for n in positions if abs(n) <= len(days)]


def coming_months(by: By, today: date) -> Iterator[tuple[int, int]]:
    """Year and month of every month that may hold such a day."""
    if by.year is not None:
        yield from ((by.year, month) for month in by.months or range(1, 13))
        return
    for step in range(12 * HORIZON):
        year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
        if year < date.max.year and (not by.months or month + 1 in by.months):
            yield year, month + 1


def coming(by: By) -> Callable[[date], Iterator[date]]:
    """A picker of the days with these parts, today included."""

    def pick(today: date) -> Iterator[date]:
        if by.weekdays and not (by.months or by.doms or by.setpos or by.year):
            days = (today + timedelta(days=n) for n in range(7 * 60))
            yield from (day for day in days if day.weekday() in by.weekdays)
            return
        for year, month in coming_months(by, today):
            yield from (day for day in of_month(by, year, month) if day >= today or by.year is not None)

    return pick


def named(by: By, note: str = "", span: str = "") -> Days:
    """The days that have these parts."""
    return Days(coming(by), by, fixed=by.year is not None, note=note, dom=bool(by.doms and not by.months), span=span)


def dated(year: int | None, month: int, dom: int) -> Days | Trouble:
    """A day and month, with or without a year; a question if there is no such day."""
    if not 1 <= month <= 12 or not 1 <= dom <= last_dom(year or 2024, month):
        return IMPOSSIBLE
    return named(By(months=(month,), doms=(dom,), year=year))


def one(shift: Callable[[date], date], note: str = "", span: str = "") -> Days:
    """Exactly one day, counted from today."""

    def pick(today: date) -> Iterator[date]:
        try:
            yield shift(today)
        except OverflowError:
            return

    return Days(pick, fixed=True, note=note, span=span)


def monday(day: date, weeks: int = 0) -> date:
    """The Monday of this day's week, or of a later one."""
    return day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)


def of_week(weekdays: tuple[int, ...], weeks: int) -> Callable[[date], Iterator[date]]:
    """A picker of weekdays in the week so many weeks ahead (Monday to Sunday)."""

    def pick(today: date) -> Iterator[date]:
        yield from sorted(monday(today, weeks) + timedelta(days=number) for number in weekdays)

    return pick


def shifted(days: Days, months: int = 0, plus: float = 0) -> Days:
    """Days so many months and days after (or before) these, soonest coming first."""

    def pick(today: date) -> Iterator[date]:
        for day in days.pick(today):
            moved = next_month(day, months) + timedelta(days=plus)
            if moved >= today:
                yield moved

    return Days(pick, fixed=days.fixed, note=days.note, counted=True)


def both(days: Days, weekdays: tuple[int, ...]) -> Days:
    """Those of the days that fall on one of the weekdays."""

    def pick(today: date) -> Iterator[date]:
        yield from (day for day in islice(days.pick(today), 400) if day.weekday() in weekdays)

    by = (
        By(**{**{n: getattr(days.by, n) for n in ("months", "doms", "year")}, "weekdays": weekdays})
        if days.by
        else None
    )
    return Days(pick, by, days.fixed, days.note, days.dom)

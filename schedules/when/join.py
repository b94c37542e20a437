"""How each kind of piece goes into a frame; None when the frame already holds something that contradicts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from schedules.when.calendar import named
from schedules.when.meaning import By, Clock, Days, Every, Frame, Length, Trouble, Weekday

SIZES = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
Join = Callable[[Frame, Any], Frame | None]


def troubled(frame: Frame, trouble: Trouble) -> Frame:
    """The first question stays."""
    return frame if frame.trouble else frame.having(trouble=trouble)


def day(frame: Frame, value: Any) -> Frame | None:
    """A day, or a day that narrows or repeats what is there."""
    if isinstance(value, Trouble):
        return troubled(frame, value)
    if frame.days is not None:
        return narrowed(frame, value)
    if frame.every is not None:
        return repeated_on(frame, value)
    return frame.having(days=value, part=value.part or frame.part)


def narrowed(frame: Frame, value: Days) -> Frame | None:
    """ "Tomorrow, 13/04/21" and "today, 9 May": the more exact one of two days."""
    held = frame.days
    if held is None or value.span or not (held.fixed and not held.by and value.by and value.by.doms):
        return None
    return frame.having(days=value)


def repeated_on(frame: Frame, value: Days) -> Frame | None:
    """A date in company of "every": its parts say on which days."""
    every = frame.every
    if every is None or value.by is None or value.by.year:
        return None
    if value.span == "month" and every.by != By() and not every.by.months and every.unit in ("year", "week"):
        return frame.having(every=replace(every, by=replace(every.by, months=value.by.months)))
    if value.span or every.by != By() or on_days(every, value.by) is None:
        return None
    return frame.having(every=on_days(every, value.by))


def on_days(every: Every, by: By) -> Every | None:
    """ "Every month" with "on the 4th", "every year" with "on 25 December"."""
    if by.doms and not by.months:
        if every.unit == "year":
            return replace(every, by=By(yeardays=by.doms))
        return replace(every, by=by) if every.unit == "month" else None
    if by.weekdays and not by.setpos:
        return weekdays_on(every, by.weekdays)
    if (by.nth and not by.months) or by.setpos:
        return replace(every, by=by) if every.unit in ("month", "year") else None
    if by.weeks:
        return replace(every, unit="year", by=replace(by, weekdays=every.by.weekdays))
    return replace(every, by=by) if every.unit == "year" else None


def weekdays_on(every: Every, weekdays: tuple[int, ...]) -> Every | None:
    """ "Every 3 weeks" with "on Monday"; "daily" with "on weekdays"."""
    if every.unit == "day" and (every.interval == 1 or every.interval % 7 == 0):
        return replace(every, unit="week", interval=max(1, every.interval // 7), by=By(weekdays=weekdays))
    if every.unit in ("week", "hour", "minute"):
        return replace(every, by=By(weekdays=weekdays))
    return None


def in_months(frame: Frame, value: tuple[int, ...]) -> Frame | None:
    """ "Daily in June and July", "every year in March"."""
    every = frame.every
    if every is None or every.by.months or every.by.weeks or every.by.yeardays or frame.days is not None:
        return None
    if every.unit == "year" and every.by == By():
        return frame.having(every=replace(every, by=By(months=value, doms=(1,))))
    return frame.having(every=replace(every, by=replace(every.by, months=value)))


def bydays(frame: Frame, by: By) -> Frame | None:
    """Day numbers on their own are a day of the coming month, or the days of a recurrence."""
    if frame.every is None:
        return day(frame, named(by)) if len(by.doms) == 1 and by.doms[0] > 0 else None
    if frame.every.by != By() and not (by.weeks and not frame.every.by.weeks):
        return None
    every = on_days(frame.every, by)
    return frame.having(every=every) if every else None


def weekday(frame: Frame, value: Any) -> Frame | None:
    """A weekday, or the weekdays of a recurrence."""
    if isinstance(value, Trouble):
        return troubled(frame, value)
    if frame.every is not None:
        by = frame.every.by
        if by == By(weeks=by.weeks) and by.weeks and not value.which:
            return frame.having(every=replace(frame.every, by=replace(by, weekdays=value.numbers)))
        if by != By() or value.which:
            return None
        every = weekdays_on(frame.every, value.numbers)
        return frame.having(every=every) if every else None
    if frame.weekday is not None:
        return None
    if value.plural and frame.days is None:
        return frame.having(every=Every("week", by=By(weekdays=value.numbers)))
    return frame.having(weekday=value)


def any_weekday(frame: Frame, value: Weekday) -> Frame | None:
    """ "On a Friday" says a day only beside a number of weeks."""
    return weekday(frame, value) if frame.every and frame.every.unit == "week" else None


def every(frame: Frame, value: Any) -> Frame | None:
    """A recurrence, together with the days named before it."""
    if isinstance(value, Trouble):
        return troubled(frame, value)
    if frame.every is not None:
        return every_with_days(frame, value)
    merged = value
    if frame.weekday is not None:
        free = value.by == By() and not frame.weekday.which
        merged = weekdays_on(value, frame.weekday.numbers) if free else None
    if frame.days is not None and merged is not None:
        merged = on_days(value, frame.days.by) if frame.days.by else None
    if merged is None or (value.part and frame.part):
        return None
    return frame.having(every=merged, weekday=None, days=None, part=value.part or frame.part)


def every_with_days(frame: Frame, value: Every) -> Frame | None:
    """ "Every week on weekends", "tuesdays every other week", "weekly, every Monday"."""
    held = frame.every
    if held is None:
        return None
    if held.by == By() and value.by != By() and held.unit in (value.unit, "day"):
        return frame.having(every=replace(value, interval=max(held.interval, value.interval)))
    daily = value.unit == "day" and value.interval == 1 and held.unit == "week" and held.by.weekdays
    if value.by == By() and held.by != By() and (value.unit == held.unit or daily):
        return frame.having(every=replace(held, interval=max(held.interval, value.interval)))
    return None


def time(frame: Frame, value: Any) -> Frame | None:
    """A clock time; a frame has one."""
    if isinstance(value, Trouble):
        return troubled(frame, value)
    return None if frame.clock else frame.having(clock=value)


def clocks(frame: Frame, value: tuple[Clock, ...]) -> Frame | None:
    """Several clock times."""
    return None if frame.clock else frame.having(clock=value[0], clocks=value[1:])


def hours(frame: Frame, value: tuple[Clock, Clock]) -> Frame | None:
    """A range of hours."""
    return None if frame.clock else frame.having(clock=value[0], upto=value[1])


def bare_hour(frame: Frame, value: Any) -> Frame | None:
    """A lone number is an hour only next to a day or a part of the day."""
    if isinstance(value, Trouble):
        return None
    if frame == Frame():
        return frame.having(clock=value)
    company = frame.part or frame.days or frame.weekday or frame.every
    return frame.having(clock=value) if company and not frame.clock else None


def part(frame: Frame, value: str) -> Frame | None:
    """A part of the day; "this evening" brings its day."""
    if frame.part and frame.part != value.rstrip("!"):
        return None
    if value.endswith("!"):
        if frame.days or frame.weekday or frame.every:
            return None
        return frame.having(part=value[:-1], today=True)
    return frame.having(part=value)


def ahead(frame: Frame, value: Length) -> Frame | None:
    """A length from now."""
    return None if frame.after or frame.every else frame.having(after=value)


def lasting(frame: Frame, value: Length) -> Frame | None:
    """A recurrence lasts so long, and so does an hour of each day; without one, "for 5 minutes" stands alone."""
    company = frame.every or frame == Frame() or (hourly(frame) and of_days(value))
    return frame.having(span=value) if company and not frame.span else None


def hourly(frame: Frame) -> bool:
    """Is there an hour, and nothing that says how often or in how long?"""
    return bool(frame.clock or frame.part) and not (frame.every or frame.after or frame.upto)


def of_days(length: Length) -> bool:
    """Is this more than one day, so that an hour in it comes again?"""
    return not length.seconds and (length.days >= 2 or length.months > 0)


def within(frame: Frame, value: tuple[str, Days | None, Days]) -> Frame | None:
    """ "Every day this week": a recurrence begins and ends with a period that is longer than its own unit."""
    unit, first, last = value
    every = frame.every
    if every is None or frame.start or frame.until:
        return None
    days_of_week = unit == every.unit == "week" and every.interval == 1 and every.by.weekdays
    if SIZES.index(every.unit) >= SIZES.index(unit) and not days_of_week:
        return None
    return frame.having(start=Frame(days=first) if first else None, until=Frame(days=last))


def iso(frame: Frame, value: datetime) -> Frame | None:
    """A complete ISO moment stands alone."""
    return frame.having(exact=value) if frame == Frame() else None


def day_and_part(frame: Frame, value: tuple[Any, str]) -> Frame | None:
    """ "Montagabend" and "明晚" say two things in one word."""
    dated = (weekday if isinstance(value[0], Weekday) else day)(frame, value[0])
    return part(dated, value[1]) if dated else None


def of_dom(frame: Frame, value: Days) -> Frame | None:
    """ "At seven of the 15th" needs its hour."""
    return day(frame, value) if frame.clock and not frame.weekday else None


def year_only(frame: Frame, value: int) -> Frame | None:
    """A year that follows the clock time belongs to the date before it."""
    by = frame.days.by if frame.days else None
    if by is None or by.year or not (by.months and by.doms) or frame.clock is None:
        return None
    return frame.having(days=named(replace(by, year=value)))


def count(frame: Frame, value: int) -> Frame | None:
    """How many times a recurrence runs."""
    return None if frame.count or not frame.every else frame.having(count=value)


def zone(frame: Frame, value: Any) -> Frame | None:
    """A zone belongs to a clock time."""
    if isinstance(value, Trouble):
        return troubled(frame, value)
    return None if frame.zone or not frame.clock else frame.having(zone=value)


def stamp(frame: Frame, value: tuple[Any, Any]) -> Frame | None:
    """Date and time written as one."""
    dated = day(frame, value[0])
    return time(dated, value[1]) if dated else None


JOINS: MappingProxyType[str, Join] = MappingProxyType(
    {
        "EveryDay": every,
        "EveryUnit": every,
        "EveryPart": every,
        "WeekdayAhead": weekday,
        "Far": day,
        "Ahead": ahead,
        "Delay": ahead,
        "Stamp": stamp,
        "DayCore": day,
        "WeekdayBit": weekday,
        "OnAny": any_weekday,
        "Hours": hours,
        "Clocks": clocks,
        "Time": time,
        "DayPart": part,
        "PeriodDay": day,
        "OnDays": bydays,
        "Weeks": bydays,
        "Count": count,
        "For": lasting,
        "ZoneName": zone,
        "Vague": troubled,
        "Past": troubled,
        "Now": ahead,
        "Iso": iso,
        "OfDom": of_dom,
        "DayAndPart": day_and_part,
        "YearOnly": year_only,
        "BareHour": bare_hour,
        "BareMonth": day,
        "Within": within,
        "InMonths": in_months,
    }
)

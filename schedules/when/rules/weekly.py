"""Days of each week: "every Monday and Thursday", "alternate Fridays", "weekday evenings"."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from schedules.when.calendar import one
from schedules.when.chart import rule
from schedules.when.meaning import By, Days, Every, Trouble, Weekday
from schedules.when.rules.dates import Day, relative_day
from schedules.when.rules.often import HOW_FAR, WORKDAYS


@rule("EveryDay", "at? the? EDGE of? every the? UNIT")
def edge_of_every(name: str, unit: str) -> Every | None:
    """ "The end of each week" is its Friday, of each day the person's own hour."""
    if unit == "day":
        return Every("day", part="end") if name == "end" else None
    return Every("week", by=By(weekdays=(0 if name == "start" else 4,))) if unit == "week" else None


@rule("EveryDay", "every the? Weekdays")
def every_weekday(days: Weekday) -> Every:
    """ "Every Monday and Thursday"."""
    return Every("week", by=By(weekdays=days.numbers))


@rule("EveryDay", "every the? Weekdays comma? and every the? Weekdays")
def every_weekday_twice(first: Weekday, second: Weekday) -> Every:
    """ "Every Monday and every Thursday"."""
    return Every("week", by=By(weekdays=tuple(dict.fromkeys(first.numbers + second.numbers))))


@rule("EveryDay", "every the? WEEKDAYPART")
def every_weekday_part(name: str) -> Every:
    """ "Jeden Montagabend": the weekday and the part of the day are one word."""
    weekday, _, part = name.partition(":")
    return Every("week", by=By(weekdays=(int(weekday),)), part=part)


@rule("DayAndPart", "on? the? WEEKDAYPART")
def weekday_part(name: str) -> tuple[Weekday, str]:
    """ "Montagabend"."""
    weekday, _, part = name.partition(":")
    return Weekday((int(weekday),)), part


@rule("DayAndPart", "RELDAY HALFDAY")
def day_half(days: int, part: str) -> tuple[Day, str]:
    """ "Tomorrow am": half of the day."""
    return relative_day(days), part


@rule("DayAndPart", "on? the? WEEKDAY HALFDAY")
def weekday_half(weekday: int, part: str) -> tuple[Weekday, str]:
    """ "Monday pm"."""
    return Weekday((weekday,)), part


@rule("DayAndPart", "DAYPARTDAY")
def day_part_day(name: str) -> tuple[Days, str]:
    """ "明晚"."""
    days, _, part = name.partition(":")
    return one(lambda today: today + timedelta(days=int(days))), part


@rule("EveryDay", "every the? OTHER|NUM|Ordinal Weekdays", "every the? Weekdays OTHER")
def every_nth_weekday(*found: Any) -> Every | Trouble | None:
    """ "Every other Friday"; "every first Friday" can only be that of a month."""
    days = next(value for value in found if isinstance(value, Weekday))
    interval = next(value for value in found if isinstance(value, int))
    if interval == 1:
        return Every("month", by=By(nth=tuple((1, number) for number in days.numbers)))
    if days.numbers == WORKDAYS and interval > 1:
        return HOW_FAR
    return Every("week", interval, By(weekdays=days.numbers)) if 1 <= interval <= 60 else None


@rule("EveryDay", "on? the? ALTERNATE WEEKDAYS")
def alternate_weekdays(interval: int, weekday: int) -> Every:
    """ "Alternate Fridays"."""
    return Every("week", interval, By(weekdays=(weekday,)))


@rule("EveryDay", "every? the? ONE? WEEKDAY|WEEKDAYS ALTERNATELY")
def weekday_alternately(_: Any, weekday: int, interval: int) -> Every:
    """ "Un mardi sur deux", "cada martes alterno"."""
    return alternate_weekdays(interval, weekday)


@rule("WeekDays", "on? the? Ordinal", "on? the? LASTORD", "on? the? Ordinal comma|and WeekDays")
def days_of_week(number: int, rest: tuple[int, ...] = ()) -> tuple[int, ...] | None:
    """Days counted from Sunday, as English does; the last one is Saturday."""
    return (6 if number in (1, -6) else 5 if number == -1 else number - 2, *rest) if number <= 7 else None


@rule("EveryDay", "EveryUnit WeekDays dayword", "on? WeekDays dayword of EveryUnit", "EveryUnit on? dayword WeekDayNo")
def nth_day_of_week(*found: Any) -> Every | None:
    """ "Every week on the 4th day"."""
    every = next(value for value in found if isinstance(value, Every))
    days = next(value for value in found if isinstance(value, tuple))
    counted = every.unit == "week" and every.by == By()
    return replace(every, by=By(weekdays=tuple(sorted(days))), counted=True) if counted else None


@rule("WeekDayNo", "NUM")
def day_number_of_week(number: int) -> tuple[int, ...] | None:
    """ "Day 3" of a week."""
    return days_of_week(number) if 1 <= number <= 7 else None


@rule("EveryDay", "PARTDAYS")
def every_part_plural(part: str) -> Every:
    """ "Mornings"."""
    return Every("day", part=part)


@rule("EveryDay", "every? on? Weekdays PARTDAYS")
def weekday_parts(days: Weekday, part: str) -> Every:
    """ "Monday mornings", "weekday evenings"."""
    return Every("week", by=By(weekdays=days.numbers), part=part)


@rule("EveryDay", "WORKUNIT PARTDAYS")
def working_day_parts(_: str, part: str) -> Every:
    """ "Weekday mornings"."""
    return Every("week", by=By(weekdays=WORKDAYS), part=part)


@rule("OnAny", "on ONE WEEKDAY")
def on_any(_: Any, weekday: int) -> Weekday:
    """ "On a Friday", beside "every two weeks"."""
    return Weekday((weekday,))

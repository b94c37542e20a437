"""How often: "every other week", "twice a day", "hourly", "alternate weeks"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schedules.when.chart import rule
from schedules.when.meaning import By, Every, Length, Trouble
from schedules.when.rules.lengths import times

HOW_FAR = Trouble("How often exactly should it repeat?")
WORKDAYS = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)


def each(unit: str, interval: int = 1) -> Every | None:
    """Every so many units; weekends and working days are weekly with their days."""
    if not 1 <= interval <= 10_000:
        return None
    if unit == "weekend":
        return Every("week", interval, By(weekdays=WEEKEND))
    if unit == "workday":
        return Every("week", 1, By(weekdays=WORKDAYS)) if interval == 1 else None
    return {"fortnight": Every("week", 2 * interval), "quarter": Every("month", 3 * interval)}.get(
        unit, Every(unit, interval)
    )


@rule(
    "EveryUnit",
    "every the? UNIT",
    "every the? NUM|OTHER|Ordinal UNIT",
    "every the? UNIT OTHER",
    "every the? OTHER|NUM the? UNIT",
)
def every_unit(*found: Any) -> Every | None:
    """ "Every 3 days", "every other week"."""
    unit = next(value for value in found if isinstance(value, str))
    return each(unit, next((value for value in found if isinstance(value, int)), 1))


@rule("EveryUnit", "every the? COUPLE of? UNIT")
def every_couple(number: int, unit: str) -> Every | None:
    """ "Every couple of weeks"."""
    return each(unit, number)


@rule("EveryUnit", "every the? FEW of? UNIT")
def every_few(_: int, __: str) -> Trouble:
    """ "Every few days" is a question."""
    return HOW_FAR


@rule("EveryUnit", "every the? Length")
def every_length(length: Length) -> Every | None:
    """ "Every half hour", "every hour and a half", "every 2 hours and 30 minutes"."""
    if length.seconds and not (length.days or length.months or length.workdays):
        minutes, seconds = divmod(int(length.seconds), 60)
        return each("second", int(length.seconds)) if seconds else each("minute", minutes)
    return None


@rule("EveryUnit", "every the? UNIT and ONE? HALF")
def every_unit_and_a_half(unit: str, *_: Any) -> Every | None:
    """ "Every hour and a half"."""
    length = times(1.5, unit)
    return every_length(length) if length else None


@rule("EveryUnit", "every? ADVERB", "EVERYUNIT")
def adverb(unit: str) -> Every | None:
    """ "Daily", "weekly"."""
    interval, _, name = unit.rpartition("*")
    found = each(name, int(interval or 1))
    return replace(found, adverb=True) if found else None


@rule("EveryUnit", "skipping NUM UNIT")
def every_skipped(number: int, unit: str) -> Every | Trouble | None:
    """ "每隔一天" is every other day; "每隔三天" may be every third or every fourth."""
    if unit in ("hour", "minute", "second"):
        return each(unit, number)
    return each(unit, 2) if number == 1 else HOW_FAR


@rule(
    "EveryUnit",
    "NUM times per|ONE|every|often the? UNIT",
    "ONCE times? per|ONE|every|often the? UNIT",
    "NUM ONE|often the? UNIT",
)
def so_often(number: int, *unit: Any) -> Every | None:
    """ "Once a month"; "twice a day" needs its two hours."""
    found = each(unit[-1])
    return replace(found, times=number) if found else None


@rule("EveryUnit", "ONCE ADVERB")
def so_often_adverb(number: int, unit: str) -> Every | None:
    """ "Once daily"."""
    found = adverb(unit)
    return replace(found, times=number) if found else None


@rule("EveryUnit", "every the? UNIT NUM timesper", "EVERYUNIT NUM timesper", "every the? UNIT ONCE", "EVERYUNIT ONCE")
def unit_so_often(unit: str, number: int) -> Every | None:
    """ "每周两次" says the unit first; in English "every 2 hours twice" is a number of times in all."""
    found = adverb(unit)
    return replace(found, times=number) if found else None


@rule("EveryPart", "every the? PART", "EVERYPART")
def every_part(part: str) -> Every:
    """ "Every morning", "nightly"."""
    return Every("day", part=part)


@rule(
    "EveryPart",
    "every the? PART and every? the? PART",
    "every the? PART comma PART comma? and PART",
    "EveryUnit in? the? PART and in? the? PART",
    "EveryUnit? PARTDAYS and PARTDAYS",
)
def every_parts(*found: Any) -> Every | None:
    """ "Every morning and evening"."""
    every = found[0] if isinstance(found[0], Every) else Every("day")
    first, *more = (part for part in found if isinstance(part, str))
    plain = every.unit == "day" and every.by == By() and every.times == 1
    return replace(every, part=first, more=tuple(more)) if plain and len({first, *more}) > len(more) else None


@rule("EveryUnit", "on? the? ALTERNATE UNIT")
def alternate_units(interval: int, unit: str) -> Every | None:
    """ "Alternate weeks"."""
    return each(unit, interval)


@rule("EveryUnit", "every? the? ONE? UNIT ALTERNATELY")
def unit_alternately(_: Any, unit: str, interval: int) -> Every | None:
    """ "Un jour sur deux"."""
    return each(unit, interval)


@rule("EveryUnit", "every HALF UNIT")
def every_half(_: Any, unit: str) -> Every | None:
    """ "Every half year"."""
    return Every("month", 6) if unit == "year" else None


@rule("EveryUnit", "every the? UNIT of the? UNIT")
def every_unit_of(unit: str, scope: str) -> Every | None:
    """ "Every day of the week"."""
    return each(unit) if unit == "day" and scope in ("week", "month", "year") else None


@rule("EveryUnit", "ONCE every the? Length", "ONCE every the? NUM|OTHER|Ordinal UNIT")
def once_every(number: int, *found: Any) -> Every | None:
    """ "Once every 3 days"."""
    length = found[0] if isinstance(found[0], Length) else None
    every = (every_length(length) or length_in_units(length)) if length else every_unit(*found)
    return replace(every, times=number) if every else None


def length_in_units(length: Length) -> Every | None:
    """ "3 days", "2 weeks", "6 months" as an interval."""
    if length.seconds or length.workdays or (length.days and length.months):
        return None
    if length.months:
        return each("month", length.months)
    days = int(length.days)
    return each("week", days // 7) if days % 7 == 0 and days else each("day", days)

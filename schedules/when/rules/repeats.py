"""Recurrences: "every other week", "the last Friday of each month", "weekdays", "twice", "except in May"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from schedules.when.calendar import one
from schedules.when.chart import rule
from schedules.when.meaning import By, Days, Every, Length, Trouble, Weekday
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


@rule("EveryUnit", "NUM|ONCE times? per|ONE|every|often the? UNIT")
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


@rule("EveryPart", "every the? PART")
def every_part(part: str) -> Every:
    """ "Every morning"."""
    return Every("day", part=part)


@rule("EveryDay", "every the? WEEKDAY comma? the? Ordinal|DOMDOT nomonth")
def every_weekday_dom(weekday: int, dom: int) -> Every | None:
    """ "Every Friday the 13th"."""
    return Every("month", by=By(doms=(dom,), weekdays=(weekday,))) if dom <= 31 else None


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


@rule("DayAndPart", "DAYPARTDAY")
def day_part_day(name: str) -> tuple[Days, str]:
    """ "明晚"."""
    days, _, part = name.partition(":")
    return one(lambda today: today + timedelta(days=int(days))), part


@rule("EveryDay", "every the? OTHER|NUM|Ordinal Weekdays", "every the? Weekdays OTHER")
def every_nth_weekday(*found: Any) -> Every | None:
    """ "Every other Friday"."""
    days = next(value for value in found if isinstance(value, Weekday))
    interval = next(value for value in found if isinstance(value, int))
    return Every("week", interval, By(weekdays=days.numbers)) if 1 <= interval <= 60 else None


@rule("EveryDay", "on? the? ALTERNATE WEEKDAYS")
def alternate_weekdays(interval: int, weekday: int) -> Every:
    """ "Alternate Fridays"."""
    return Every("week", interval, By(weekdays=(weekday,)))


@rule("EveryDay", "every? the? ONE? WEEKDAY|WEEKDAYS ALTERNATELY")
def weekday_alternately(_: Any, weekday: int, interval: int) -> Every:
    """ "Un mardi sur deux", "cada martes alterno"."""
    return alternate_weekdays(interval, weekday)


@rule("EveryUnit", "on? the? ALTERNATE UNIT")
def alternate_units(interval: int, unit: str) -> Every | None:
    """ "Alternate weeks"."""
    return each(unit, interval)


@rule("EveryUnit", "every? the? ONE? UNIT ALTERNATELY")
def unit_alternately(_: Any, unit: str, interval: int) -> Every | None:
    """ "Un jour sur deux"."""
    return each(unit, interval)


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


@rule("EveryDay", "every the? FIGURE ~ suffix nomonth free")
def every_dom(number: int) -> Every | None:
    """ "Every 15th"."""
    return within(By(doms=(number,)), MONTHLY) if 1 <= number <= 31 else None


@rule("Doms", "the? dayword? Dom", "the? dayword DOM")
def one_dom(number: int) -> tuple[int, ...] | None:
    """A day number in a list."""
    return (number,) if number <= 31 else None


@rule("Doms", "the? dayword? Dom comma|and|amp Doms", "the? Dom comma and Doms")
def doms(number: int, rest: tuple[int, ...]) -> tuple[int, ...] | None:
    """ "The 1st and 15th"."""
    return (number, *rest) if number <= 31 and len(rest) < 31 else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Every so many months, quarters or years, to which days are counted."""

    unit: str
    interval: int = 1


MONTHLY = Scope("month")


@rule("EveryMonth", "every|per the? UNIT", "every|per the? NUM|OTHER|Ordinal UNIT", "ADVERB", "EVERYUNIT")
def every_month(*found: Any) -> Scope | None:
    """ "Every month", "each quarter", "every 3 years"."""
    unit = next(value for value in found if isinstance(value, str))
    interval = next((value for value in found if isinstance(value, int)), 1)
    return Scope(unit, interval) if unit in ("month", "quarter", "year") else None


@rule("ScopeMonth", "of|in? the? EveryMonth")
def scope(found: Scope) -> Scope:
    """ "Of every 3 months"."""
    return found


def within(by: By, scope: Scope) -> Every | None:
    """These days of every so many months, quarters or years."""
    if scope.unit == "month":
        return Every("month", scope.interval, by)
    if scope.unit == "quarter":
        return of_quarter(by) if scope.interval == 1 else None
    by = By(yeardays=by.doms) if by.doms and not by.months else by  # a day number of a year is no day of each month
    return Every("year", scope.interval, by)


def of_quarter(by: By) -> Every | None:
    """Days counted from the beginning of a calendar quarter are in its first month, those from the end in its last."""
    numbers = (*by.doms, *by.setpos, *(number for number, _ in by.nth))
    if all(number > 0 for number in numbers):
        return Every("month", by=replace(by, months=(1, 4, 7, 10)))
    return Every("month", by=replace(by, months=(3, 6, 9, 12))) if all(number < 0 for number in numbers) else None


@rule(
    "EveryDay",
    "on? the? Doms dayword? ScopeMonth",
    "ScopeNow comma? on? DomList",
    "QuarterNow comma? on the? Doms dayword?",
)
def doms_of_month(*found: Any) -> Every | None:
    """ "The 4th of every month"."""
    numbers = next(value for value in found if isinstance(value, tuple))
    return within(By(doms=numbers), next(value for value in found if isinstance(value, Scope)))


@rule("DomList", "Doms")
def dom_list(numbers: tuple[int, ...]) -> tuple[int, ...] | None:
    """More than one day of a month."""
    return numbers if len(numbers) > 1 else None


@rule(
    "EveryDay",
    "every the? Doms dayword? of the? UNIT",
    "every the? dayword Doms of the? UNIT",
    "every the? Doms dayword? of the? UNIT REL",
)
def every_dom_of_month(found: tuple[int, ...], unit: str = "month", _: str = "") -> Every | None:
    """ "Every 4th of the month"."""
    return within(By(doms=found), MONTHLY) if unit == "month" else None


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


@rule("NthDays", "the? Nths WEEKDAY|WEEKDAYS")
def nth_days(numbers: tuple[int, ...], weekday: int) -> By:
    """ "The first and third Friday"."""
    return By(nth=tuple((number, weekday) for number in numbers))


@rule("NthDays", "the? WEEKDAYLASTS")
def last_weekday(weekday: int) -> By:
    """A weekday that is the last by its own word."""
    return By(nth=((-1, weekday),))


@rule("NthDays", "the? Nths WEEKDAY comma? and? NthDays")
def more_nth_days(numbers: tuple[int, ...], weekday: int, rest: By) -> By:
    """ "First Friday and second Tuesday"."""
    return nth_days(numbers, weekday).joined(rest)


@rule("NthDays", "the? Nths WORKUNIT")
def nth_working_day(numbers: tuple[int, ...], _: Any) -> By:
    """ "Last business day"."""
    return By(weekdays=WORKDAYS, setpos=numbers)


@rule("NthDays", "the? Nths instance of? Weekdays")
def nth_instance(numbers: tuple[int, ...], days: Weekday) -> By:
    """ "First and last instance of Wed and Fri"."""
    return By(weekdays=days.numbers, setpos=numbers)


@rule("NthDays", "the? LASTORD dayword?", "the? LASTORD of the? dayword")
def last_day(number: int) -> By:
    """ "Last day"."""
    return By(doms=(number,))


@rule("NthDays", "the? Ordinal LASTORD dayword")
def nth_last(number: int, _: int) -> By:
    """ "Second last day"."""
    return By(doms=(-number,))


@rule("NthDays", "at? the? EDGE", "on? the? EDGE")
def edge(name: str) -> By | None:
    """ "Beginning", "end"."""
    return {"start": By(doms=(1,)), "end": By(doms=(-1,)), "middle": By(doms=(15,))}.get(name)


@rule("Nths", "Nth", "Nth comma? and? Nths")
def nths(number: int, rest: tuple[int, ...] = ()) -> tuple[int, ...] | None:
    """ "First and third"."""
    return (number, *rest) if len(rest) < 6 else None


@rule("EveryDay", "on? NthDays ScopeMonth", "ScopeNow comma? on? NthDays")
def nth_of_every_month(*found: Any) -> Every | None:
    """ "The first Monday of each month"."""
    by = next(value for value in found if isinstance(value, By))
    return within(by, next(value for value in found if isinstance(value, Scope)))


@rule("ScopeNow", "EveryMonth")
def scope_first(found: Scope) -> Scope:
    """ "Every month", before its days."""
    return found


@rule("QuarterNow", "EveryMonth")
def quarter_first(found: Scope) -> Scope | None:
    """ "Quarterly", before its days."""
    return found if found.unit == "quarter" else None


@rule("EveryDay", "every the? NthDays")
def every_nths(by: By) -> Every | None:
    """ "Every 1st and 3rd Monday", "every last Friday" can only be those of a month."""
    return Every("month", by=by) if len(by.nth) > 1 or any(number < 0 for number, _ in by.nth) else None


@rule("EveryDay", "every on? NthDays of|in? the? UNIT", "every on? NthDays of|in the? UNIT REL")
def every_nth_of_month(by: By, unit: str, _: str = "") -> Every | None:
    """ "Every last Friday of the month"."""
    return {"month": Every("month", by=by), "year": Every("year", by=by)}.get(unit)


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


@rule("OnDays", "on? NthDays", "on? the? Doms dayword", "on the? Doms")
def on_days(found: Any) -> By:
    """ "On the 4th day", "on the last Friday"."""
    return found if isinstance(found, By) else By(doms=found)


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


@rule("EveryDay", "Doms comma? and NthDays ScopeMonth")
def doms_and_last(found: tuple[int, ...], by: By, scope: Scope) -> Every | None:
    """ "The 15th and last day of each month"."""
    return within(By(doms=(*found, *by.doms)), scope) if by.doms and scope.unit == "month" else None


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


@rule("EveryDay", "every the? FIGURE ~ suffix comma|and Doms nomonth free")
def every_doms(number: int, rest: tuple[int, ...]) -> Every | None:
    """ "Every 5th and 10th"."""
    return within(By(doms=(number, *rest)), MONTHLY) if 1 <= number <= 31 else None


@rule("EveryDay", "every the? DOMDOT nomonth")
def every_dotted_dom(number: int) -> Every | None:
    """ "Jeden 15."."""
    return within(By(doms=(number,)), MONTHLY)


@rule("OnAny", "on ONE WEEKDAY")
def on_any(_: Any, weekday: int) -> Weekday:
    """ "On a Friday", beside "every two weeks"."""
    return Weekday((weekday,))

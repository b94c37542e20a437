"""Days of each month or quarter: "the 1st and 15th", "the last Friday of each month", "every Friday the 13th"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from schedules.when.chart import rule
from schedules.when.meaning import By, Every, Weekday
from schedules.when.rules.often import WORKDAYS


@rule("EveryDay", "every the? WEEKDAY comma? the? Ordinal|DOMDOT nomonth")
def every_weekday_dom(weekday: int, dom: int) -> Every | None:
    """ "Every Friday the 13th"."""
    return Every("month", by=By(doms=(dom,), weekdays=(weekday,))) if dom <= 31 else None


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


EDGES = {"start": By(doms=(1,)), "end": By(doms=(-1,)), "middle": By(doms=(15,))}


@rule("NthDays", "at? the? EDGE", "on? the? EDGE")
def edge(name: str) -> By | None:
    """ "Beginning", "end"."""
    return EDGES.get(name)


@rule(
    "EveryDay", "every the? PERIODEDGE", "EveryMonth at? the? PERIODEDGE", "at? the? PERIODEDGE comma? of? EveryMonth"
)
def every_period_edge(*found: Any) -> Every | None:
    """ "Every quarter end", "每月月底", "EOM every month"."""
    unit, _, name = next(value for value in found if isinstance(value, str)).partition(":")
    if any(isinstance(value, Scope) and value != Scope(unit) for value in found):
        return None
    if unit == "week":
        return Every("week", by=By(weekdays=(0 if name == "start" else 4,)))
    return within(EDGES[name], Scope(unit))


@rule("Nths", "Nth", "Nth comma? and? the? Nths")
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


@rule("EveryDay", "on? NthDays of|in the? UNIT")
def nths_of_month(by: By, unit: str) -> Every | None:
    """ "The first and third Monday of the month" can only be those of each."""
    return within(by, MONTHLY) if unit == "month" and len(by.nth) + len(by.setpos) > 1 else None


@rule("EveryDay", "on? the? Doms dayword? of the? UNIT")
def doms_of_the_month(numbers: tuple[int, ...], unit: str) -> Every | None:
    """ "The 1st and 15th of the month"."""
    return within(By(doms=numbers), MONTHLY) if unit == "month" and len(numbers) > 1 else None


@rule("EveryDay", "every on? NthDays of|in? the? UNIT", "every on? NthDays of|in the? UNIT REL")
def every_nth_of_month(by: By, unit: str, _: str = "") -> Every | None:
    """ "Every last Friday of the month"."""
    return within(by, Scope(unit)) if unit in ("month", "quarter", "year") else None


@rule("OnDays", "on? NthDays", "on the? Doms dayword", "the Doms dayword", "on the? Doms")
def on_days(found: Any) -> By:
    """ "On the 4th day", "on the last Friday"."""
    return found if isinstance(found, By) else By(doms=found)


@rule("EveryDay", "Doms comma? and NthDays ScopeMonth")
def doms_and_last(found: tuple[int, ...], by: By, scope: Scope) -> Every | None:
    """ "The 15th and last day of each month"."""
    return within(By(doms=(*found, *by.doms)), scope) if by.doms and scope.unit == "month" else None


@rule("EveryDay", "every the? FIGURE ~ suffix comma|and Doms nomonth free")
def every_doms(number: int, rest: tuple[int, ...]) -> Every | None:
    """ "Every 5th and 10th"."""
    return within(By(doms=(number, *rest)), MONTHLY) if 1 <= number <= 31 else None


@rule("EveryDay", "every the? DOMDOT nomonth", "every domday DOM nomonth free")
def every_dotted_dom(number: int) -> Every | None:
    """ "Jeden 15.", "cada día 5"."""
    return within(By(doms=(number,)), MONTHLY)

"""Weekdays: "Friday", "next Tuesday", "Monday of the following week", "Mon-Fri", "Tuesday week"."""

from __future__ import annotations

from typing import Any

from schedules.when.chart import rule
from schedules.when.meaning import By, Every, Length, Trouble, Weekday
from schedules.when.rules.dates import PAST
from schedules.when.rules.periods import PERIODS, STEPS


@rule("WeekdayBit", "on? WEEKDAYS")
def plural(number: int) -> Weekday:
    """ "Los martes", where "los" alone would be an article."""
    return weekday_plural(number)


@rule("WeekdayBit", "on? the? Weekdays", "on? the? REL WEEKDAY", "on? the? WEEKDAY REL", "REL REL WEEKDAY")
def qualified(*found: Any) -> Weekday | Trouble | None:
    """ "Friday", "this Friday", "next Friday"."""
    if isinstance(found[0], Weekday):
        return found[0]
    if "last" in found:
        return PAST
    number = next(value for value in found if isinstance(value, int))
    which = next(value for value in reversed(found) if isinstance(value, str))
    return Weekday((number,), "week2" if which == "afternext" else which)


@rule(
    "WeekdayBit",
    "on? the? WEEKDAY of|in? the? REL UNIT",
    "on? the? WEEKDAY of|in? the? UNIT REL|after",
    "in? the? REL UNIT comma? on? the? WEEKDAY",
    "in? the? UNIT REL comma? on? WEEKDAY",
)
def of_named_week(*found: Any) -> Weekday | None:
    """ "Wednesday of next week"."""
    weekday = next(value for value in found if isinstance(value, int))
    words = [value for value in found if isinstance(value, str)]
    unit = next((word for word in words if word in PERIODS), "")
    which = next((word for word in words if word in STEPS), "next")
    return Weekday((weekday,), f"week{STEPS[which]}") if unit == "week" else None


@rule("WeekdayBit", "WEEKDAY afternext", "afternext WEEKDAY")
def after_next(weekday: int) -> Weekday:
    """ "The Monday after next"."""
    return Weekday((weekday,), "coming1")


@rule("WeekdayBit", "WEEKDAY WEEKSON")
def weeks_on(weekday: int, weeks: int) -> Weekday:
    """ "Lundi en huit"."""
    return Weekday((weekday,), f"+{weeks}")


@rule("WeekdayBit", "Length on the? WEEKDAY", "on? WEEKDAY UNIT")
def week_on(first: Length | int, second: int | str) -> Weekday | None:
    """ "A week on Tuesday", and "Tuesday week" as the British say."""
    if isinstance(first, Length):
        whole = first.unit in ("week", "fortnight") and not first.days % 7
        return Weekday((int(second),), f"+{int(first.days) // 7}") if whole else None
    return Weekday((first,), "+1") if second == "week" else None


@rule("Weekdays", "WEEKDAY")
def weekday(number: int) -> Weekday:
    """One weekday."""
    return Weekday((number,))


@rule("Weekdays", "WEEKDAYS", "WORKDAYS")
def weekday_plural(number: Any) -> Weekday:
    """ "Mondays", "weekdays"."""
    return Weekday(tuple(map(int, str(number))), plural=True)


@rule("Weekdays", "WEEKDAY|WEEKDAYS dash|through|to WEEKDAY|WEEKDAYS", "from WEEKDAY to|through|until|dash WEEKDAY")
def weekday_range(first: int, last: int) -> Weekday:
    """ "Mon-Fri", "Saturday through Tuesday"."""
    return Weekday(tuple((first + n) % 7 for n in range((last - first) % 7 + 1)), plural=True)


@rule("Weekdays", "WEEKDAY|WEEKDAYS comma|and|amp|slash? Weekdays", "WEEKDAY|WEEKDAYS comma and Weekdays")
def weekday_list(first: int, rest: Weekday) -> Weekday | None:
    """ "Monday, Wednesday and Friday"."""
    if len(rest.numbers) > 6:
        return None
    return Weekday((first, *rest.numbers), plural=True)


@rule("Weekdays", "WEEKDAY DayNames")
def named_days(first: int, rest: tuple[int, ...]) -> Weekday:
    """ "周一、三、五"."""
    return Weekday((first, *rest), plural=True)


@rule("EveryDay", "every WEEKDAY DAYNAME free")
def every_two_names(first: int, second: int) -> Every:
    """ "每周二四"."""
    return Every("week", by=By(weekdays=(first, second)))


@rule("DayNames", "DAYNAME DAYNAME free", "DAYNAME DAYNAME DAYNAME free", "DAYNAME DAYNAME DAYNAME DAYNAME free")
def run_of_names(*numbers: int) -> tuple[int, ...]:
    """ "周一三五": two names and more behind the first one; a single one would be a number."""
    return numbers


@rule("DayNames", "comma|and DAYNAME", "comma|and DAYNAME DayNames")
def day_names(first: int, rest: tuple[int, ...] = ()) -> tuple[int, ...] | None:
    """The further days of a list that says "week" once."""
    return (first, *rest) if len(rest) < 6 else None

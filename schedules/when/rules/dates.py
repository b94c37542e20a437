"""Days of the calendar: "tomorrow", "3 March", "24.10.", "the 15th", "20th of next month"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from schedules.when.calendar import IMPOSSIBLE, both, dated, named, one
from schedules.when.chart import rule
from schedules.when.meaning import By, Days, Trouble, last_dom, next_month

Day = Days | Trouble
PAST = Trouble("That is in the past. Which coming time do you mean?")


@rule("Ordinal", "NUM ~ suffix", "ORD", "DOMDOT")
def ordinal(number: int) -> int | None:
    """ "21st", "third", and "2." where ordinals carry a dot."""
    return number if 1 <= number <= 366 else None


@rule("Dom", "DOM", "Ordinal", "DOM DAYMARK")
def dom(number: int, _: Any = None) -> int | None:
    """A day of a month."""
    return number if 1 <= number <= 99 else None


@rule("Year", "YEAR", "DIGIT DIGIT DIGIT DIGIT", "THOUSANDS and? NUM", "THOUSANDS", "CENTURY NUM")
def year(*digits: int) -> int | None:
    """A year in digits or words."""
    if len(digits) == 4:
        return int("".join(map(str, digits)))
    total = sum(digits)
    return total if 1900 <= total < 2200 else None


@rule("OfYear", "of? Year")
def of_year(number: int) -> int:
    """ "Of 2027"."""
    return number


@rule("Month", "MONTH", "MONTHNUM month")
def month(number: int) -> int:
    """A month by name, or "3月"."""
    return number


@rule("DayCore", "RELDAY")
def relative_day(days: int) -> Day:
    """Today, tomorrow; yesterday is a question."""
    return one(lambda today: today + timedelta(days=days)) if days >= 0 else PAST


def day_month(dom: int, month: int, year: int | None = None) -> Day:
    """A day of a month; day 31 of April is a question."""
    return dated(year, month, dom)


@rule(
    "DayCore",
    "the? dayword? Dom dayword? of? the? Month of? the? comma? Year yearword?",
    "the? Dom sep? Month sep? Year",
    "the? Dom sep? Month YY",
    "the? Dom of? Month comma? apos ~ YY",
    "the? dayword? Dom dayword? of? the? Month",
)
def dom_month(dom: int, month: int, year: int | None = None) -> Day:
    """ "3 March 2027", "the 3rd of March"."""
    return day_month(dom, month, year)


@rule(
    "DayCore",
    "Month of? the? Dom comma? of? Year",
    "Month the? Dom",
    "Month sep? the? Dom sep? Year",
    "Month the? Dom dayword?",
    "Month DOM comma YY",
    "Month the? Dom comma? apos ~ YY",
)
def month_dom(month: int, dom: int, year: int | None = None) -> Day:
    """ "March 3, 2027"."""
    return day_month(dom, month, year)


@rule("DayCore", "Year yearword? sep? Month sep? Dom dayword?")
def year_month_dom(year: int, month: int, dom: int) -> Day:
    """ "2012/Aug/10", "2016年9月3号"."""
    return day_month(dom, month, year)


@rule("DayCore", "DOMYEAR sep? Month")
def dom_year_month(pair: tuple[int, int], month: int) -> Day:
    """ "23-2020-September"."""
    return day_month(pair[0], month, pair[1])


@rule("DayCore", "Month sep? DOMYEAR")
def month_dom_year(month: int, pair: tuple[int, int]) -> Day:
    """ "Sep-23-2020"."""
    return day_month(pair[0], month, pair[1])


@rule(
    "DayCore", "DATE", "on DATE.", "DM/", "on|the|in DM-", "DM. dot", "DMDOT", "REL DM/", "DM- $", "on DM.", "WEEKDAYDM"
)
def numeric(*found: Any) -> Day:
    """Dates in digits, read by the number module."""
    return found[-1]  # type: ignore[no-any-return]


@rule(
    "DayCore",
    "on the? Ordinal sep? ORDMONTH",
    "on the? Ordinal MONTHNUM dot",
    "on the? DOMDOT ORDMONTH",
    "on the? Ordinal sep MONTHNUM",
    "on? the? WEEKDAY comma? the? Ordinal|DOMDOT ORDMONTH",
    "^ the? SPACED SPACED $",
    "the SPACED SPACED",
)
def spelled_numbers(*found: int) -> Day:
    """ "Am siebten vierten", "am 7. vierter"."""
    return day_month(found[-2], found[-1])


@rule("DayCore", "^ the? SPACED SPACED YY|YEAR $")
def spaced(dom: int, month: int, year: int) -> Day:
    """ "20 02 2014"."""
    return day_month(dom, month, year)


@rule(
    "DayCore",
    "the? Month DAYNO suffix? dash DAYNO suffix? comma? Year?",
    "the? DAYNO suffix? dash DAYNO suffix? of? Month comma? Year?",
)
def day_range(*_: Any) -> Day:
    """A range of days has no one moment for a reminder."""
    return Trouble("That is a range of days. Which day do you mean?")


@rule(
    "DayCore",
    "the Ordinal dayword?",
    "on the? Ordinal dayword?",
    "on DOM pause",
    "dayword DOM",
    "on the? DOMDOT",
    "the? Dom dayword ~ $",
    "the dayword DOM",
    "DOM DAYMARK",
)
def of_coming_month(dom: int, _: Any = None) -> Day:
    """ "The 15th", "el 17", "am 17."."""
    return named(By(doms=(dom,))) if dom <= 31 else IMPOSSIBLE


def in_month(months: int, dom: int) -> Days:
    """A day of the month so many months ahead."""

    def pick(today: date) -> Iterator[date]:
        first = next_month(today.replace(day=1), months)
        if 1 <= dom <= last_dom(first.year, first.month):
            yield first.replace(day=dom)

    return Days(pick, fixed=True)


MONTH_STEPS = {"this": 0, "next": 1, "coming": 1}


@rule("DayCore", "the? dayword? Dom dayword? of? the? REL UNIT", "the? Dom dayword? of? the? UNIT REL")
def dom_of_period(dom: int, *period: str) -> Day | None:
    """ "20th of next month"."""
    which, unit = sorted(period, key=lambda word: word not in MONTH_STEPS)
    return in_month(MONTH_STEPS[which], dom) if unit == "month" and which in MONTH_STEPS else None


@rule("DayCore", "the? REL UNIT comma? on? the? Dom", "REL UNIT comma? DOM DAYMARK")
def period_dom(which: str, unit: str, dom: int, _: object = None) -> Day | None:
    """ "Next month on the 3rd"."""
    return dom_of_period(dom, which, unit)


@rule(
    "DayCore",
    "the? WEEKDAY comma? the? Ordinal nomonth",
    "WEEKDAY DOMONLY pause",
    "the? WEEKDAY comma? the dayword? DOM pause",
)
def weekday_dom(weekday: int, dom: int) -> Day:
    """ "Tuesday the 19th": the next 19th that is a Tuesday."""
    return both(named(By(doms=(dom,))), (weekday,)) if dom <= 31 else IMPOSSIBLE


@rule("OfDom", "of the? DOMONLY pause")
def of_dom(dom: int) -> Day:
    """ "Of the 15th", behind an hour."""
    return named(By(doms=(dom,)))


@rule("YearOnly", "comma? of? YEAR")
def year_only(year: int) -> int:
    """A year that comes after the clock time."""
    return year


@rule("BareMonth", "the? Month")
def bare_month(number: int) -> Days:
    """After "until", "from" or "except" a month alone is a time."""
    return named(By(months=(number,), doms=(1,)), span="month")


@rule("BareMonth", "YEAR")
def bare_year(number: int) -> Days:
    """ "Until 2028" ends before it, as "until May" does."""
    return named(By(months=(1,), doms=(1,), year=number), span="year")

"""Stretches of time: "an hour and a half", "1h30", "two weeks", and moments that far from now."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from schedules.when.chart import rule
from schedules.when.meaning import Length, Weekday

UNITS = MappingProxyType(
    {
        "second": Length(seconds=1, unit="second"),
        "minute": Length(seconds=60, unit="minute"),
        "hour": Length(seconds=3600, unit="hour"),
        "day": Length(days=1, unit="day"),
        "workday": Length(workdays=1, unit="workday"),
        "weekend": Length(days=7, unit="weekend"),
        "week": Length(days=7, unit="week"),
        "fortnight": Length(days=14, unit="fortnight"),
        "month": Length(months=1, unit="month"),
        "quarter": Length(months=3, unit="quarter"),
        "year": Length(months=12, unit="year"),
    }
)
ORDER = ("h:mm", *UNITS)
LIMIT = 100_000


def times(amount: float, unit: str) -> Length | None:
    """So many of a unit; None for halves of units that cannot be halved, and for absurd amounts."""
    one = UNITS[unit]
    if not 0 < amount <= LIMIT * (60 if one.seconds else 1):
        return None
    if (one.months and one.months * amount % 1) or (one.workdays and amount % 1):
        return None
    return Length(int(one.months * amount), one.days * amount, one.seconds * amount, unit, int(one.workdays * amount))


@rule("Amount", "NUM", "DECIMAL", "FEW of?", "NUMHALF")
def amount(number: float) -> float:
    """A number, a decimal, or "a few"."""
    return number


@rule("Amount", "ONE")
def single(_: Any) -> float:
    """ "An" hour is one."""
    return 1


@rule("Amount", "ONE? HALF ONE?", "HALF of ONE")
def half(*_: Any) -> float:
    """Half a, half an."""
    return 0.5


@rule("Amount", "ONE? QUARTERS of? ONE?")
def quarters(_: Any, share: float, __: Any) -> float:
    """A quarter of an, three quarters of an."""
    return share


@rule("Amount", "NUM and? ONE? HALF")
def and_a_half(number: float, *_: Any) -> float:
    """Two and a half."""
    return number + 0.5


@rule("Piece", "about? Amount more? UNIT", "NUM ~ TICK")
def piece(number: float, unit: str) -> Length | None:
    """One number with one unit."""
    return times(number, unit)


@rule("Piece", "ONE|NUM UNIT and ONE? HALF")
def piece_and_a_half(number: float, unit: str, *_: Any) -> Length | None:
    """An hour and a half."""
    return times((number or 1) + 0.5, unit)


@rule("Piece", "ONE? HOURPART", "NUM HOURPART")
def part_of_hour(number: int | None, minutes: int) -> Length:
    """ "Eine Viertelstunde" is one word for fifteen minutes."""
    return Length(seconds=60 * minutes * (number or 1), unit="minute")


@rule("Length", "Piece")
def length(one: Length) -> Length:
    """One piece is a length."""
    return one


@rule("Length", "Piece comma? and? Length")
def longer(one: Length, rest: Length) -> Length | None:
    """Units must fall: two hours and five minutes, not five minutes two hours."""
    if ORDER.index(rest.unit) >= ORDER.index(one.unit):
        return None
    return rest + one


@rule("Length", "NUM ~ UNIT ~ MIN2", "NUM UNIT and? MINUTE free")
def hours_and_minutes(hours: int, unit: str, minutes: int) -> Length | None:
    """ "1h30": the minutes need no unit."""
    return Length(seconds=hours * 3600 + minutes * 60, unit="h:mm") if unit == "hour" else None


@rule(
    "Ahead",
    "in the? REL? Length",
    "dici Length",
    "after Length",
    "plus Length",
    "in? about? Length fromnow",
    "ONE? fromnow? UNITAFTER",
    "Length after $",
    "in about? Length after",
)
def ahead(*found: Any) -> Length | None:
    """In so long, so long from now."""
    far = found[-1]
    return None if "last" in found or not isinstance(far, Length) else far


@rule("Ahead", "sametime RELDAY", "RELDAY sametime")
def same_time(days: int) -> Length | None:
    """ "This time tomorrow"."""
    return times(days, "day") if days > 0 else None


@rule("Ahead", "sametime REL UNIT", "REL UNIT sametime")
def same_time_ahead(which: str, unit: str) -> Length | None:
    """ "This time next week"."""
    return times(1, unit) if which == "next" else None


@rule("Ahead", "in? the? REL Amount UNIT", "in? the? Amount REL UNIT", "in? the? Amount UNIT REL")
def coming_units(*found: Any) -> Length | None:
    """The next 2 weeks, two upcoming days."""
    which = next((value for value in found if value in ("next", "coming")), None)
    number = next((value for value in found if isinstance(value, (int, float))), None)
    unit = next((value for value in found if value in UNITS), None)
    return times(number, unit) if which and number and unit else None


@rule("Ahead", "order at|of|for|on? Length")
def moved_by(far: Length) -> Length:
    """ "Snooze 20 min", "postpone it by 2 days": behind such an order a length counts from now."""
    return far


@rule("Delay", "delay Length")
def delayed_by(far: Length) -> Length:
    """ "Snooze 1h30" is a length, though 1h30 may be a time of day elsewhere."""
    return far


@rule("Ahead", "in NUM $")
def minutes_ahead(number: int) -> Length | None:
    """ "In 15" said on its own can only be minutes."""
    return times(number, "minute") if number < 60 else None


@rule("Ahead", "the UNIT after $")
def unit_after(unit: str) -> Length | None:
    """The day after, as a whole sentence."""
    return times(1, unit)


@rule("Ahead", "^ Length $", "timer for? Length")
def bare(far: Length) -> Length | None:
    """A length on its own; "15h20" is a time of day."""
    return None if far.unit == "h:mm" else far


@rule("Ahead", "^ Glued")
def bare_glued(far: Length) -> Length:
    """A sentence that begins with "5m"."""
    return far


@rule("Glued", "FIGURE GLUEUNIT", "FIGURE GLUEUNIT ~ Glued")
def glued(number: int, unit: str, rest: Any = None) -> Length | None:
    """ "1d 2h" written without spaces between number and unit."""
    one = times(number, unit)
    return longer(one, rest) if one and rest else one


@rule("WeekdayAhead", "NUM WEEKDAY|WEEKDAYS fromnow")
def weekdays_ahead(number: int, weekday: int) -> Weekday | None:
    """ "4 Tuesdays from now"."""
    return Weekday((weekday,), f"coming{number - 1}") if 1 <= number <= 60 else None

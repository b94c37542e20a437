"""What limits or blurs a time: how often, how long, "some day", "two days ago", zones and "now"."""

from __future__ import annotations

from typing import Any

from schedules.when.chart import rule
from schedules.when.meaning import Length, Trouble
from schedules.when.rules.lengths import times


@rule("Count", "for? upto? NUM times", "upto? NUM ~ x", "COUNT", "for? upto? COUNT", "upto NUM timesper")
def count(number: int) -> int | None:
    """ "For 10 times", "7x"."""
    return number if 1 <= number <= 10_000 else None


@rule(
    "For",
    "for the? REL? upto? Length",
    "during the? REL? Length",
    "for the? Length REL",
    "for the? REL UNIT",
    "during the? REL UNIT",
    "for the? NUM REL UNIT",
    "Length lasting",
)
def lasting(*found: Any) -> Length | None:
    """ "For the next six weeks"."""
    if "last" in found:
        return None
    known = next((value for value in found if isinstance(value, Length)), None)
    number = next((value for value in found if isinstance(value, int)), 1)
    unit = found[-1]
    return known or (times(number, unit) if "next" in found or "coming" in found else None)


@rule("Vague", "vague", "vague of? Period", "in? VAGUEIN", "vague on? the? WEEKDAY")
def vague(*_: Any) -> Trouble:
    """ "Some day", "soon"."""
    return Trouble("When exactly?", vague=True)


@rule("Past", "ago", "Length ago", "ago Length", "LASTREL", "the? REL UNIT", "the? REL Length", "the? UNIT REL")
def past(*found: Any) -> Trouble | None:
    """ "Two days ago", "last week"."""
    if any(isinstance(value, str) for value in found) and "last" not in found:
        return None
    return Trouble("That is in the past. Which coming time do you mean?")


@rule("Past", "Length sooner")
def sooner(_: Length) -> Trouble:
    """ "An hour earlier" depends on the reminder that is moved."""
    return Trouble("When exactly?")


@rule("ZoneName", "lparen? ZONE rparen?", "CITY time", "timeof CITY", "time CITY", "CITY", "lparen CITY time rparen")
def zone(name: str) -> str:
    """ "CET", "Tokyo time"."""
    return name


@rule("ZoneName", "UTC PLUS|MINUS NUM")
def offset_zone(_: Any, sign: int, hours: int) -> str | None:
    """ "UTC+2"."""
    return f"Etc/GMT{-sign * hours:+d}" if hours <= 12 else None


@rule("Now", "NOW")
def now(_: Any) -> Length:
    """ "Now", "right away"."""
    return Length()

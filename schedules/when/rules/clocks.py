"""Wall times: "half past nine", "15h20", "halb neun", "a las tres y media", and the parts of a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schedules.when.chart import rule
from schedules.when.meaning import Clock, Length, Trouble

HALF_DAY = {"am": 0, "pm": 12}
NO_TIME = Trouble("That time does not exist. Which time do you mean?")


def halved(clock: Clock, half: str) -> Clock | Trouble:
    """A twelve-hour time with its am or pm; thirteen o'clock has none."""
    if clock.hour > 12 or not clock.hour:
        return clock if half == "pm" and clock.minute else NO_TIME
    return replace(clock, hour=clock.hour % 12 + HALF_DAY[half], open=False, told=True)


def told(clock: Clock | Trouble, half: str | None) -> Clock | Trouble:
    """A clock time, with am or pm where it was said."""
    return halved(clock, half) if half and isinstance(clock, Clock) else clock


def hour(number: int, open_hour: bool = True) -> Clock:
    """A full hour; up to twelve it may be either half of the day."""
    return Clock(number % 24, open=open_hour and 1 <= number <= 12, next_day=number == 24)


def moved(clock: Clock | Trouble, minutes: int) -> Clock | Trouble:
    """A clock time some minutes later or, below zero, earlier."""
    if isinstance(clock, Trouble):
        return clock
    total = clock.hour * 60 + clock.minute + minutes
    if clock.open and total < 60:
        total += 12 * 60
    back = clock.next_day and total < 0
    return replace(clock, hour=total // 60 % 24, minute=total % 60, next_day=clock.next_day and not back)


@rule("Mer", "AMPM")
def meridiem(half: str) -> str:
    """ "am", "p.m."."""
    return half


@rule("Hour", "HOUR about? ish? oclock? Mer?", "the? CLOCK Mer?")
def full_hour(number: int | Clock, half: str | None) -> Clock | Trouble:
    """The hour that minutes are counted from."""
    return told(number if isinstance(number, (Clock, Trouble)) else hour(number), half)


@rule("Hour", "TIMEWORD")
def named_hour(number: int) -> Clock:
    """Noon and midnight."""
    return hour(number, open_hour=False)


@rule("Exact", "CLOCK ish? Mer?", "CLOCK oclock Mer?", "CLOCK. oclock", "COMPACT Mer", "HOUR ish? Mer")
def digital(clock: Any, half: str | None = None) -> Clock | Trouble:
    """ "8:30", "330 pm", "3pm"."""
    return told(hour(clock) if isinstance(clock, int) else clock, half)


@rule("Exact", "CLOCK. Mer", "CLOCK|CLOCK.|COMPACT AMPM1")
def dotted(clock: Clock | Trouble, half: str) -> Clock | Trouble:
    """ "8.30 pm", "5:16p"."""
    return told(clock, half)


@rule("Exact", "DIGITAL oclock?")
def written(clock: Clock | Trouble) -> Clock | Trouble:
    """Notations the language's settings declare to be 24-hour time."""
    return replace(clock, open=False) if isinstance(clock, Clock) else clock


@rule("Exact", "HOUR ish? oclock Mer?")
def oclock(number: int, half: str | None) -> Clock | Trouble:
    """ "9 o'clock", "9 Uhr", "9点"."""
    return told(hour(number), half)


@rule("Exact", "HOUR oclock andmin? Fives")
def oclock_fives(number: int, fives: int) -> Clock | Trouble:
    """ "三點三": the third of twelve fives."""
    return moved(hour(number), 5 * fives)


@rule("Exact", "HOUR oclock and? MINUTE minutes? Mer?", "HOUR oclock FRACTION")
def oclock_minutes(number: int, minutes: int, half: str | None = None) -> Clock | Trouble:
    """ "9 Uhr 30", "三点十五分"."""
    return told(moved(hour(number), minutes), half)


@rule("Fives", "FIVES fives?")
def fives(number: int) -> int:
    """A number of five-minute steps."""
    return number


@rule("Exact", "HOUR oclock zero MINUTE minutes?")
def oclock_zero(number: int, minutes: int) -> Clock | Trouble | None:
    """ "三点零五"."""
    return moved(hour(number), minutes) if minutes < 10 else None


@rule("Exact", "HOUR oclock MINUTE minutes? MINUTE seconds?", "HOUR oclock FRACTION MINUTE seconds")
def oclock_seconds(number: int, minutes: int, second: int) -> Clock | Trouble | None:
    """ "三时半五十九秒"."""
    found = moved(hour(number), minutes)
    return replace(found, second=second) if isinstance(found, Clock) else found


@rule("Exact", "HOUR hmark")
def h_hour(number: int) -> Clock:
    """ "15h"."""
    return hour(number, open_hour=False)


@rule(
    "Exact",
    "HOUR hmark MIN2 minutemark? Mer?",
    "HOUR hmark MIN2 minutemark? AMPM1",
    "HOUR hmark MIN2 minutemark ~ MIN2 secondmark? Mer?",
    "HOUR hmark and? MINUTE minutes?",
    "HOUR hmark and? the? FRACTION",
)
def h_minutes(number: int, minutes: int, *rest: Any) -> Clock | Trouble:
    """ "15h20", "8h10m00s"."""
    half = next((value for value in rest if isinstance(value, str)), None)
    second = next((value for value in rest if isinstance(value, int)), 0)
    return told(Clock(number % 24, minutes, second), half)


@rule("Exact", "HOUR hmark Mer", "HOUR hmark AMPM1")
def h_meridiem(number: int, half: str) -> Clock | Trouble:
    """ "8h PM"."""
    return told(hour(number), half)


@rule("Exact", "the? ONE? FRACTION past Hour", "the? MINUTE minutes? past Hour")
def past(*found: Any) -> Clock | Trouble:
    """ "Quarter past nine"."""
    return moved(found[-1], found[-2])


@rule("Exact", "the? ONE? FRACTION short Hour", "the? MINUTE minutes short Hour", "the? NUMWORD short Hour")
def before(*found: Any) -> Clock | Trouble:
    """ "Ten minutes to two"."""
    return moved(found[-1], -found[-2])


@rule("Exact", "HalfHour")
def half_hour(clock: Clock | Trouble) -> Clock | Trouble:
    """ "Halb neun"."""
    return clock


@rule("Exact", "the? NUMWORD minutes? short HalfHour")
def before_half(minutes: int, clock: Clock | Trouble) -> Clock | Trouble:
    """ "Fünf vor halb neun"."""
    return moved(clock, -minutes)


@rule("Exact", "the? NUMWORD minutes? past HalfHour")
def after_half(minutes: int, clock: Clock | Trouble) -> Clock | Trouble:
    """ "Fünf nach halb neun"."""
    return moved(clock, minutes)


@rule("HalfHour", "LESS Hour")
def halfway(minutes: int, clock: Clock | Trouble) -> Clock | Trouble:
    """ "Halb neun" is half an hour before nine."""
    return moved(clock, -minutes)


@rule(
    "Exact",
    "Hour andmin the? FRACTION Mer?",
    "Hour andmin MINUTE minutes? Mer?",
    "TIMEWORD MINUTE minutes",
    "TIMEWORD NUMWORD",
)
def plus(clock: Any, minutes: int, half: str | None = None) -> Clock | Trouble | None:
    """ "Las tres y media", "midi et demi"."""
    if isinstance(clock, int):
        return moved(hour(clock, open_hour=False), minutes)
    if isinstance(clock, Clock) and clock.minute:
        return None
    return told(moved(clock, minutes), half)


@rule("Exact", "Hour less the? FRACTION Mer?", "Hour less MINUTE minutes? Mer?")
def less(clock: Clock | Trouble, minutes: int, half: str | None) -> Clock | Trouble:
    """ "Las doce menos cinco"."""
    return told(moved(clock, -minutes), half)


@rule("Exact", "TIMEWORD")
def noon(number: int) -> Clock:
    """ "Noon"."""
    return hour(number, open_hour=False)


@rule("Spoken", "HOUR dash? MINUTE minutes?", "HOUR zero MINUTE")
def spoken(number: int, minutes: int) -> Clock | None:
    """ "Nine fifty" and "6 0 2"; a lone digit is no minute without its zero."""
    return Clock(number % 24, minutes, open=1 <= number <= 12) if minutes or number else None


@rule("Exact", "Spoken Mer")
def spoken_half(clock: Clock, half: str) -> Clock | Trouble:
    """ "Nine fifty-nine am"."""
    return told(clock, half)


@rule("Time", "at about? Spoken", "about Spoken")
def at_spoken(clock: Clock) -> Clock | None:
    """ "At three twenty"."""
    return clock if clock.minute >= 10 or clock.bare else None


@rule(
    "Time",
    "about? at? about? Exact roughly?",
    "about? at about? the Exact roughly?",
    "the Exact roughly?",
    "before at? the? Exact",
    "before HOUR free",
)
def time(clock: Clock | Trouble | int) -> Clock | Trouble:
    """An exact time with the small words around it."""
    return hour(clock) if isinstance(clock, int) else clock


@rule("Time", "at about? the? HOUR ish? free", "at about? the? HOUR hourword", "about HOUR free", "at HOUR AMPM1")
def at_hour(number: int, half: str | None = None) -> Clock | Trouble:
    """ "At 9"."""
    return told(hour(number), half)


@rule("Time", "dici Exact")
def by_hour(clock: Clock | Trouble) -> Clock | Trouble | None:
    """ "D'ici 14h"; "d'ici deux heures" is a length."""
    return None if isinstance(clock, Clock) and 1 <= clock.hour <= 6 else clock


@rule("Time", "HOUR ish")
def roughly(number: int) -> Clock:
    """ "11ish"."""
    return replace(hour(number), rough=True)


@rule(
    "Time", "about? at about? CLOCK. free", "^ LONECLOCK $", "at about? CLOCK|DIGITAL|CLOCK. hourword", "^ HOURCLOCK $"
)
def at_dotted(clock: Clock | Trouble) -> Clock | Trouble:
    """ "At 10.30"."""
    return clock


@rule("Time", "at about? COMPACT free")
def at_compact(clock: Clock | Trouble) -> Clock | Trouble | None:
    """ "At 1400"."""
    if isinstance(clock, Clock) and clock.open and clock.hour < 7:
        return NO_TIME
    return clock


@rule("Time", "about COMPACT free")
def about_compact(clock: Clock | Trouble) -> Clock | Trouble | None:
    """ "Approximately 1030"; "about 2019" is a year."""
    return None if isinstance(clock, Clock) and clock.hour in (19, 20, 21) else at_compact(clock)


@rule("BareHour", "CLOCK. free")
def bare_dotted(clock: Clock | Trouble) -> Clock | Trouble:
    """ "Tomorrow 10.30"."""
    return replace(clock, bare=True) if isinstance(clock, Clock) else clock


@rule("BareHour", "COMPACT free")
def bare_compact(clock: Clock | Trouble) -> Clock | None:
    """ "1500 tomorrow"; "2030" would rather be a year."""
    if isinstance(clock, Trouble) or clock.open or clock.minute % 5 or clock.hour in (19, 20, 21):
        return None
    return replace(clock, bare=True)


@rule("BareHour", "about? HOUR free", "the HOUR free", "about? HOUR zero? MINUTE free")
def bare_hour(number: int, minutes: int | None = None) -> Clock:
    """A lone number that may be an hour."""
    return Clock(number % 24, minutes or 0, open=1 <= number <= 12, bare=True)


@rule("Exact", "Length before the? Exact")
def length_before(length: Length, clock: Clock | Trouble) -> Clock | Trouble | None:
    """ "Two hours before 5 pm"."""
    counted = length.seconds and not (length.days or length.months or length.workdays)
    return moved(clock, -int(length.seconds) // 60) if counted else None

"""Several clock times, ranges of hours, and the parts of a day: "at 9 and 5", "3-4pm", "this evening"."""

from __future__ import annotations

from typing import Any

from schedules.when.chart import rule
from schedules.when.daytime import in_part
from schedules.when.meaning import Clock, Trouble
from schedules.when.rules.clocks import halved, hour, told


@rule("Hours", "at? from? HOURS Mer")
def hours_with_half(ends: tuple[Any, Any], half: str) -> tuple[Clock, Clock] | None:
    """ "3-4pm" and "11-1pm": the half of the day belongs to the end, and to the beginning where that comes before."""
    first, second = ends[0], told(ends[1], half)
    if not isinstance(first, Clock) or not isinstance(second, Clock):
        return None
    begin = before_end(first, second, half)
    return (begin, second) if isinstance(begin, Clock) else None


def before_end(first: Clock, end: Clock, half: str) -> Clock | Trouble:
    """The beginning of a range in the half of its end, or in the morning where that would be after the end."""
    same = halved(first, half)
    late = isinstance(same, Clock) and (same.hour, same.minute) < (end.hour, end.minute)
    return same if late else halved(first, "am")


@rule("Clocks", "Time comma|and|amp at? MoreClocks", "Time comma and at? MoreClocks")
def several(first: Any, rest: tuple[Clock, ...]) -> tuple[Clock, ...] | None:
    """ "At 9, 12 and 15"."""
    return (first, *rest) if isinstance(first, Clock) else None


@rule("MoreClocks", "OneClock", "OneClock comma|and|amp at? MoreClocks", "OneClock comma and at? MoreClocks")
def more_clocks(first: Clock, rest: tuple[Clock, ...] = ()) -> tuple[Clock, ...] | None:
    """The further hours of a list."""
    return (first, *rest) if len(rest) < 23 else None


@rule("OneClock", "Exact", "HOUR free")
def one_clock(clock: Any) -> Clock | None:
    """One of several hours."""
    found = hour(clock) if isinstance(clock, int) else clock
    return found if isinstance(found, Clock) else None


@rule("OneClock", "of? the? PART Exact|HOUR", "Exact|HOUR in? the? PART")
def one_clock_in_part(first: Any, second: Any) -> Clock | None:
    """ "Und 5 Uhr nachmittags", "下午5点"."""
    part, clock = (first, second) if isinstance(first, str) else (second, first)
    found = one_clock(clock)
    settled = in_part(found, part) if found else None
    return settled if isinstance(settled, Clock) else None


@rule(
    "Hours",
    "at? from? HOURS",
    "from? between? Exact to|through|dash the? at? Exact",
    "from at? the? HOUR to|through the? at? Exact",
    "between Exact and Exact",
    "between HOUR and Exact",
    "from at? HOUR to|through at? HOUR free",
    "between HOUR and HOUR free",
    "from Exact to|through HOUR free",
    "between HOURS",
)
def hours(first: Any, second: Any = None) -> tuple[Clock, Clock] | None:
    """ "From 9 to 11", "9-17"."""
    if isinstance(first, tuple):
        first, second = first
    ends = [hour(end) if isinstance(end, int) else end for end in (first, second)]
    left, right = ends
    if isinstance(left, Clock) and left.open and isinstance(right, Clock) and right.told:
        left = before_end(left, right, "pm" if right.hour >= 12 else "am")
    return (left, right) if isinstance(left, Clock) and isinstance(right, Clock) else None


@rule("DayPart", "in? the? PART", "of? the? PART", "REL PART", "early? PART", "at? PART", "of? REL PART")
def day_part(*found: str) -> str | None:
    """The part of the day; "this evening" also means today."""
    name = found[-1]
    if "last" in found:
        return None
    return f"{name}!" if "this" in found else name


@rule("DayPart", "early? TODAYPART")
def today_part(name: str) -> str:
    """ "Tonight", "this evening"."""
    return f"{name}!"

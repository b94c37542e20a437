"""A reminder's series: the moment that follows another one, with exceptions and plain intervals. Pure."""

from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from nova_bot.core.reminder import Series
from schedules.recurrence import next_due, resolve

MOST_LEFT_OUT = 5_000
"""How many times in a row exceptions may take away before a recurrence counts as empty."""

MOST_MOVED = timedelta(hours=3)
"""How far an edition of the time zone data moves a wall time at most."""

CLOSEST = timedelta(minutes=1)
"""The least time between two times of one reminder."""

STEPS = {"SECONDLY": timedelta(seconds=1), "MINUTELY": timedelta(minutes=1), "HOURLY": timedelta(hours=1)}


def following(series: Series, after: datetime) -> datetime | None:
    """The first moment (UTC) of a series later than `after` (aware), None when it is over."""
    if not series.rule:
        once = resolve(series.start, ZoneInfo(series.tz))
        return once if once > after else None
    for _ in range(MOST_LEFT_OUT):
        due = elapsed(series, after) if series.elapsed else next_due(series.rule, series.start, series.tz, after)
        if due is None or not left_out(series, due):
            return due
        after = due
    return None


def counts_hours(rule: str) -> bool:
    """Is it a plain "every 10 minutes", which is counted in time that passes and not on the wall?"""
    parts = parts_of(rule)
    return parts.get("FREQ") in STEPS and not any(name.startswith("BY") for name in parts)


def too_often(series: Series, now: datetime) -> bool:
    """Would it be said more than once a minute?"""
    first = following(series, now) if series.rule else None
    second = following(series, first) if first else None
    return first is not None and second is not None and second - first < CLOSEST


def elapsed(series: Series, after: datetime) -> datetime | None:
    """The next moment of a plain interval: so many steps of time after its start."""
    parts, zone = parts_of(series.rule), ZoneInfo(series.tz)
    step = STEPS[parts["FREQ"]] * int(parts.get("INTERVAL", 1))
    start = resolve(series.start, zone)
    steps = max(0, (after - start) // step + 1)
    due = start + steps * step
    over = "COUNT" in parts and steps >= int(parts["COUNT"])
    if "UNTIL" in parts:
        over |= due.astimezone(zone).replace(tzinfo=None) > datetime.fromisoformat(parts["UNTIL"])
    return None if over else due


def left_out(series: Series, due: datetime) -> bool:
    """Is this moment one of the series' exceptions?"""
    wall = due.astimezone(ZoneInfo(series.tz)).replace(tzinfo=None)
    return any(_excepts(one, due, wall, series) for one in series.excepted)


def _excepts(one: str, due: datetime, wall: datetime, series: Series) -> bool:
    if one.startswith("FREQ="):
        start = series.start if "INTERVAL=" in one else wall
        times = rrulestr(one, dtstart=datetime.combine(start.date(), time(0)))
        hits = list(islice(times.xafter(datetime.combine(wall.date(), time(0)), inc=True), 24))
        return wall in hits if "BYHOUR=" in one else any(hit.date() == wall.date() for hit in hits)
    if "/" in one:
        first, _, last = one.partition("/")
        return date.fromisoformat(first[:10]) <= wall.date() <= date.fromisoformat(last[:10])
    if len(one) == len("2026-12-24"):
        return wall.date() == date.fromisoformat(one)
    moment = datetime.fromisoformat(one)
    return due == moment if moment.tzinfo else wall == moment


def parts_of(rule: str) -> dict[str, str]:
    """The parts of an RFC 5545 rule by their names; none of "", which is no rule."""
    return dict(part.split("=", 1) for part in rule.split(";") if part)


def resolved_anew(series: Series, due: datetime) -> datetime:
    """A due time by the zone data at hand: the series' own time next to it, or as it is where it was put off."""
    if series.elapsed:
        return due
    near = following(series, due - MOST_MOVED - timedelta(microseconds=1))
    return near if near is not None and abs(near - due) <= MOST_MOVED else due


def joined(parts: dict[str, str]) -> str:
    """A rule of its parts."""
    return ";".join(f"{name}={value}" for name, value in parts.items())

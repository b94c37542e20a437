"""The next moment of a recurrence, correct across clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

LONGEST_SHIFT = timedelta(hours=26)  # Samoa once skipped a whole day


def resolve(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) of a naive wall time: moved forward by the gap if skipped, the first if it occurs twice."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


@lru_cache(maxsize=256)
def parsed(rule: str, start: datetime) -> rrule:
    """A rule with its naive first wall time, kept because a schedule asks for it again and again."""
    return rrulestr(rule, dtstart=start, cache=False)  # type: ignore[return-value]


def next_due(rule: str, start: datetime, tz: str, after: datetime) -> datetime | None:
    """The first moment (UTC) of a recurrence later than `after` (aware); `start` is its naive first wall time in `tz`.

    The rule is enumerated in wall time and each time resolved on its own, so no clock change skips or doubles a day.
    """
    zone = ZoneInfo(tz)
    wall = after.astimezone(zone).replace(tzinfo=None) - LONGEST_SHIFT
    for naive in parsed(rule, start).xafter(wall, inc=True):
        if (due := resolve(naive, zone)) > after:
            return due
    return None

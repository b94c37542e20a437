"""Count what clock changes do to daily reminders: `python -m schedules.when.dst_check` over all zones (slow)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from schedules.recurrence import next_due

HALF_HOURS = tuple(time(n // 2, n % 2 * 30) for n in range(48))
MARGIN = 3  # days before and after a change; every other day is like its neighbours

Next = Callable[[datetime], "datetime | None"]
"""The moment that follows another one."""

Daily = Callable[[date, time, str], Next]
"""A daily reminder from a day on, at an hour of a zone."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Days on which a daily reminder did not come, and days on which it came twice."""

    days: int = 0
    skipped: int = 0
    doubled: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.days + other.days, self.skipped + other.skipped, self.doubled + other.doubled)

    def __mul__(self, times: int) -> Tally:
        return Tally(self.days * times, self.skipped * times, self.doubled * times)


def changes(zone: ZoneInfo, first: int, years: int) -> Iterator[date]:
    """The days on which the offset of a zone changes."""
    day, end = date(first, 1, 1), date(first + years, 1, 1)
    before = offset(zone, day)
    while day < end:
        day += timedelta(days=1)
        after = offset(zone, day)
        if after != before:
            yield day - timedelta(days=1)
        before = after


def offset(zone: ZoneInfo, day: date) -> timedelta | None:
    """The offset at the beginning of a day, as UTC counts it."""
    return datetime.combine(day, time(12), UTC).astimezone(zone).utcoffset()


def nova(begin: date, hour: time, zone: str) -> Next:
    """Nova's own daily reminder."""
    start = datetime.combine(begin, hour)
    return lambda after: next_due("FREQ=DAILY", start, zone, after)


def around(zone: str, change: date, hour: time, daily: Daily = nova) -> Tally:
    """One daily reminder over the days around a change."""
    begin, end = change - timedelta(days=MARGIN), change + timedelta(days=MARGIN)
    tz, following, seen = ZoneInfo(zone), daily(begin, hour, zone), list[date]()
    after = datetime.combine(begin - timedelta(days=1), time(12), tz)
    while (due := following(after)) and nominal(due, tz, hour) <= end:
        seen.append(nominal(due, tz, hour))
        after = due
    expected = [begin + timedelta(days=n) for n in range(2 * MARGIN + 1)]
    return Tally(len(expected), sum(day not in seen for day in expected), len(seen) - len(set(seen)))


def nominal(due: datetime, zone: ZoneInfo, hour: time) -> date:
    """The day a reminder belongs to, even if a gap has moved it over midnight."""
    wall = due.astimezone(zone).replace(tzinfo=None)
    return (wall - timedelta(hours=hour.hour, minutes=hour.minute) + timedelta(hours=12)).date()


def check(zones: Iterable[str], first: int = 2026, years: int = 5, daily: Daily = nova) -> Tally:
    """All half-hours over all changes of these zones."""
    return sum(
        (
            around(zone, change, hour, daily)
            for zone in zones
            for change in changes(ZoneInfo(zone), first, years)
            for hour in HALF_HOURS
        ),
        Tally(),
    )


def check_alike(zones: Iterable[str], daily: Daily, first: int = 2026, years: int = 5) -> Tally:
    """The same counts for a slow scheduler: zones whose clocks change alike are run once and counted for each."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for zone in zones:
        alike.setdefault(behaviour(ZoneInfo(zone), first, years), []).append(zone)
    return sum((check(same[:1], first, years, daily) * len(same) for key, same in alike.items() if key), Tally())


def behaviour(zone: ZoneInfo, first: int, years: int) -> tuple[object, ...]:
    """The days on which a zone's offset changes, with its offset at each half-hour around them."""
    return tuple(
        (change, tuple((start + timedelta(minutes=30 * n)).astimezone(zone).utcoffset() for n in range(2 * 24 * 4)))
        for change in changes(zone, first, years)
        if (start := datetime.combine(change - timedelta(days=1), time(), UTC))
    )


def main() -> None:
    """Check every zone and print the counts."""
    total = check(sorted(available_timezones()))
    sys.stdout.write(f"{total.days} days around clock changes: {total.skipped} skipped, {total.doubled} doubled\n")


if __name__ == "__main__":
    main()

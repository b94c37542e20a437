"""The moment of speaking, and wall times seen from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.recurrence import resolve as moment
from schedules.when.meaning import Clock, Length, next_month
from schedules.when.model import Habits


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of speaking and its wall time, with the habits of the person speaking.

    `on` is the wall time of what is moved to another one, None where nothing is.
    """

    utc: datetime
    zone: ZoneInfo
    habits: Habits
    on: datetime | None = None

    @property
    def wall(self) -> datetime:
        """Naive local time."""
        return self.utc.astimezone(self.zone).replace(tzinfo=None)

    def at(self, wall: datetime) -> datetime:
        """The aware local moment of a naive wall time."""
        return moment(wall, self.zone).astimezone(self.zone)


def on_date(day: date, clock: Clock, now: Now) -> datetime:
    """The moment of a wall time on a day."""
    wall = datetime.combine(day, time(clock.hour, clock.minute, clock.second))
    return now.at(wall + timedelta(days=1) if clock.next_day else wall)


def plus(now: Now, length: Length) -> datetime | None:
    """The aware moment a length from now: days keep the wall clock, hours are elapsed time."""
    try:
        wall = now.wall
        for _ in range(length.workdays):
            wall = next_working_day(wall)
        if length.months:
            wall = datetime.combine(next_month(wall.date(), length.months), wall.time())
        wall += timedelta(days=length.days)
        start = now.at(wall) if wall != now.wall else now.utc
        return (start.astimezone(UTC) + timedelta(seconds=length.seconds)).astimezone(now.zone)
    except (OverflowError, ValueError):
        return None


def next_working_day(wall: datetime) -> datetime:
    """The same hour of the next day from Monday to Friday."""
    wall += timedelta(days=1)
    while wall.weekday() > 4:
        wall += timedelta(days=1)
    return wall

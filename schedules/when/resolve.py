"""From a frame to exact times: the place where "now", the zone and the person's habits come in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from schedules.when.calendar import WEEKDAYS, of_week, one
from schedules.when.daytime import ask_hour, readings, settled
from schedules.when.meaning import Clock, Days, Frame, Length, Trouble, Weekday, next_month
from schedules.when.speaking import Now, on_date, plus

PAST = Trouble("That is in the past. Which coming time do you mean?")
SEVERAL = Trouble("I see more than one time in that. Which one do you mean?")
NEVER = Trouble("I find no such day. Which day do you mean?")
WHICH_DAY = Trouble("Which day do you mean?")
SEARCH = 400
MORNING, EVENING = 7, 17  # before and from which a lone hour may be meant in the same half of the day


@dataclass(frozen=True, slots=True)
class Found:
    """A resolved time: an aware moment, or a date where no hour was given."""

    value: datetime | date
    assumptions: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    upto: datetime | None = None
    doubt: str = ""
    elapsed: bool = False


def resolve(frame: Frame, now: Now) -> Found | Trouble:
    """The one time a frame without recurrence means."""
    if frame.trouble and not placed(frame):
        return frame.trouble
    if frame.clocks:
        return SEVERAL
    if frame.exact:
        at = frame.exact if frame.exact.tzinfo else now.at(frame.exact)
        return Found(at.astimezone(now.zone)) if at > now.utc else PAST
    if frame.span and frame.every is None:
        frame = frame.having(after=frame.span)
    if frame.zone:
        now = replace(now, zone=ZoneInfo(frame.zone))
    if frame.today and frame.days is None:
        frame = frame.having(days=one(lambda today: today))
    if frame.after is not None:
        return after(frame, frame.after, now)
    if frame.days is None and frame.weekday is None:
        return clock_only(frame, now)
    return on_day(frame, now)


def moved(frame: Frame, now: Now) -> Found | Trouble:
    """An hour of the day on which that is which is moved."""
    assert now.on is not None
    day = now.on.date()
    if day != now.wall.date():
        clock = frame.clock
        if clock and clock.open and not frame.part and nearer_in_other_half(clock, now.on.hour):
            return ask_hour(clock)
        return resolve(frame.having(days=one(lambda _: day)), now)
    found = resolve(frame, now)
    other_day = isinstance(found, Found) and isinstance(found.value, datetime) and found.value.date() != day
    return PAST if other_day else found


def nearer_in_other_half(clock: Clock, hour: int) -> bool:
    """ "At 9" said of an evening: 21:00 is as likely as 9:00, which is how an hour with a day is read."""
    return hour >= EVENING if clock.hour > 6 else hour < MORNING


def placed(frame: Frame) -> bool:
    """ "Some time on Friday" is vague about the hour only, and a date has none."""
    named = frame.weekday is not None or (frame.days is not None and not frame.days.span)
    return bool(frame.trouble and frame.trouble.vague and named and not frame.clock)


def after(frame: Frame, length: Length, now: Now) -> Found | Trouble:
    """A length from now, at a stated hour or on a stated weekday of that time."""
    reached = plus(now, length)
    if reached is None:
        return NEVER
    if frame.weekday is not None and not length.seconds:
        return on_day(weekday_ahead(frame, length), now)
    if frame.days is not None:
        return Trouble("Is that counted from now, or from the day you named?")
    if frame.clock or frame.part:
        if length.seconds:
            return Trouble("That names two different times. Which one do you mean?")
        day = reached.date()
        return on_day(frame.having(after=None, days=one(lambda _: day)), now)
    return Found(reached if reached > now.utc else now.utc.astimezone(now.zone), elapsed=length.seconds > 0)


def weekday_ahead(frame: Frame, length: Length) -> Frame:
    """ "Wednesday in two weeks": two weeks after the coming Wednesday; else the first one from then on."""
    weekday = frame.weekday
    assert weekday is not None
    if length.unit in ("week", "fortnight") and not length.months:
        return frame.having(after=None, weekday=replace(weekday, which=f"+{int(length.days) // 7}"))

    def pick(today: date) -> Iterator[date]:
        start = next_month(today, length.months) + timedelta(days=length.days)
        yield start + timedelta(days=(weekday.numbers[0] - start.weekday()) % 7)

    return frame.having(after=None, weekday=None, days=Days(pick, fixed=True))


def clock_only(frame: Frame, now: Now) -> Found | Trouble:
    """The next time the clock shows this hour."""
    clocks = readings(frame, now)
    if isinstance(clocks, Trouble):
        return clocks
    found = [
        at
        for clock in clocks
        for days in (0, 1)
        if (at := on_date(now.wall.date() + timedelta(days=days), clock, now)) > now.utc
    ]
    value = min(found)
    if frame.clock and frame.clock.rough and value.hour != frame.clock.hour:
        return ask_hour(frame.clock)
    notes: tuple[str, ...] = ()
    if frame.clock and frame.clock.open and not frame.part:
        notes = (f"{frame.clock.hour}:{frame.clock.minute:02} is taken as the next one, {value:%H:%M}.",)
    return Found(value, notes, upto=ending(frame, value, now))


def days_of(frame: Frame) -> Days | Trouble:
    """The days a frame can mean."""
    if frame.weekday is None:
        assert frame.days is not None
        return frame.days
    if frame.days is None:
        return weekday_days(frame.weekday)
    if frame.days.span == "week" or frame.days.span == "weekend":
        return in_that_week(frame.weekday, frame.days)
    return WHICH_DAY if frame.days.span else frame.days


def weekday_days(weekday: Weekday) -> Days | Trouble:
    """A weekday with its qualifier as days."""
    which, numbers = weekday.which, weekday.numbers
    if which == "next":
        return Days(of_week(numbers, 1), fixed=True)
    if which.startswith("week"):
        return Days(of_week(numbers, int(which[4:])), fixed=True)
    weeks = int(which.lstrip("+coming") or 0) if which.startswith(("+", "coming")) else 0

    def pick(today: date) -> Iterator[date]:
        for ahead in range(which.startswith("coming"), 15):
            if (today + timedelta(days=ahead)).weekday() in numbers:
                yield today + timedelta(days=ahead, weeks=weeks)

    return Days(pick)


def in_that_week(weekday: Weekday, days: Days) -> Days:
    """ "Next week, on Wednesday"."""

    def pick(today: date) -> Iterator[date]:
        for start in days.pick(today):
            monday = start - timedelta(days=start.weekday())
            yield from (monday + timedelta(days=number) for number in weekday.numbers)

    return Days(pick, fixed=True)


def on_day(frame: Frame, now: Now) -> Found | Trouble:
    """A named day, at its hour if one is given: the first candidate that is still ahead."""
    days, hour = days_of(frame), settled(frame, now)
    if isinstance(days, Trouble):
        return days
    if isinstance(hour, Trouble):
        return hour
    clock, notes = hour
    if clock and clock.next_day and not frame.today:
        if frame.days is None or frame.days.by is None:
            return midnight_of(days, now)
        clock, notes = replace(clock, next_day=False), ("Midnight is taken as the beginning of that day.",)
    if days.note and not frame.weekday:
        notes = (*notes, days.note[0].upper() + days.note[1:] + ".")
    found = pick(days, clock, frame, now)
    if isinstance(found, Trouble):
        return found
    if days.counted and mismatch(frame, found):
        return Trouble("The weekday and the date do not agree. Which day do you mean?")
    wrong = mismatch(frame, found)
    doubt = f"{wrong[0]} Which day do you mean?" if wrong else ""
    upto = ending(frame, found, now) if isinstance(found, datetime) else None
    if days.span and frame.weekday is None:
        doubt = f"Which day of that {days.span} do you mean?"
    return Found(found, notes + wrong, upto=upto, doubt=doubt)


def midnight_of(days: Days, now: Now) -> Found | Trouble:
    """Midnight today is the coming one; on another day it may be its beginning or its end."""
    today = now.wall.date()
    if next(days.pick(today), None) == today and days.fixed:
        return Found(on_date(today, Clock(0, next_day=True), now))
    return Trouble("At the beginning or at the end of that day?")


def pick(days: Days, clock: Clock | None, frame: Frame, now: Now) -> datetime | date | Trouble:
    """The first of the days whose hour has not passed."""
    today = now.wall.date()
    try:
        for day in islice(days.pick(today), SEARCH):
            if day < today:
                continue
            if clock is not None:
                if (at := on_date(day, clock, now)) > now.utc:
                    return at
            elif day > today or days.fixed or not passed(frame, now):
                return undecided(day, frame, now) or day
    except (OverflowError, ValueError):
        return NEVER
    if not days.fixed:
        return NEVER
    return replace(PAST, read=next(days.pick(today), None) if days.by and days.by.year else None)


def passed(frame: Frame, now: Now) -> bool:
    """Is the hour of a date without a time already over today?"""
    return frame.weekday is not None and now.wall.time() >= now.habits.day


def undecided(day: date, frame: Frame, now: Now) -> Trouble | None:
    """A weekday said early on that very day may be today or a week away."""
    wall = now.wall
    if frame.weekday is None or frame.weekday.which or frame.days or day != wall.date() or wall.time() == time(0):
        return None
    name = WEEKDAYS[day.weekday()]
    return Trouble(f"Today is {name}: today, or {name} next week?", (day.isoformat(), (day + timedelta(7)).isoformat()))


def mismatch(frame: Frame, found: datetime | date) -> tuple[str, ...]:
    """Say so when the weekday named does not fall on the date named."""
    if frame.weekday is None or frame.days is None or found.weekday() in frame.weekday.numbers:
        return ()
    if frame.days.span:
        return ()
    return (f"{found:%d %B %Y} is a {WEEKDAYS[found.weekday()]}.",)


def ending(frame: Frame, start: datetime, now: Now) -> datetime | None:
    """The end of a range of hours."""
    if frame.upto is None:
        return None
    clock = frame.upto
    if clock.open and clock.hour < 12 and start.hour >= 12:
        clock = replace(clock, hour=clock.hour + 12)
    end = on_date(start.date(), clock, now)
    return end if end > start else on_date(start.date() + timedelta(days=1), clock, now)

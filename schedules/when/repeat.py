"""From a frame with "every" to an RFC 5545 rule, its first wall time, its end and its exceptions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

from schedules.when.calendar import coming, named
from schedules.when.daytime import habitual, in_part
from schedules.when.meaning import By, Clock, Every, Frame, Trouble
from schedules.when.resolve import Found, resolve
from schedules.when.speaking import Now, plus

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQS = {
    "second": "SECONDLY",
    "minute": "MINUTELY",
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
ELAPSED = ("second", "minute", "hour")
HOW_OFTEN = Trouble("At which times exactly should it repeat?")
WHICH_EXCEPTION = Trouble("Which days exactly should be left out?")
END_FIRST = Trouble("That ends before it begins. Until when should it repeat?")


@dataclass(frozen=True, slots=True)
class Repeat:
    """A resolved recurrence; `start` is the naive first wall time, exceptions are dates, moments, ranges or rules."""

    rule: str
    start: datetime
    timed: bool
    excepted: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


def repeat(frame: Frame, now: Now) -> Repeat | Trouble:
    """The recurrence a frame means."""
    if frame.trouble:
        return frame.trouble
    every = placed(frame)
    frame = in_parts(frame, every, now)
    if every.times > 1 and occasions(frame, every) != every.times:
        return HOW_OFTEN
    clock = hour_of(frame, every, now)
    bounds = limits(frame, now)
    if isinstance(clock, Trouble):
        return clock
    if isinstance(bounds, Trouble):
        return bounds
    begin, until = bounds
    excepted = exceptions(frame, now)
    if isinstance(excepted, Trouble):
        return excepted
    hours = tuple(hour.hour for hour in map(guessed, frame.clocks)) or window(frame, every)
    if frame.upto and every.unit == "hour" and every.interval > 1:
        clock, every = Clock(hours[0], frame.clock.minute if frame.clock else 0), at_hours(every)
    text = rule(every, clock, until, frame.count, hours)
    start = first(text, begin, clock, hours, every, now)
    if start is None:
        return END_FIRST
    return Repeat(text, start, clock is not None, excepted, notes(frame, every, clock))


def in_parts(frame: Frame, every: Every, now: Now) -> Frame:
    """ "Every morning and evening" at the person's hours of both."""
    if not every.more or frame.clock:
        return frame
    clock, *clocks = (habitual(part, now) for part in (every.part, *every.more))
    return frame.having(clock=clock, clocks=tuple(clocks), part="")


def occasions(frame: Frame, every: Every) -> int:
    """How many times in each interval the days and hours named make: "twice a week" needs two."""
    by = every.by
    days = len(by.weekdays) * max(1, len(by.setpos)) + len(by.doms) * max(1, len(by.months)) + len(by.nth)
    return max(1, days) * (1 + len(frame.clocks))


def placed(frame: Frame) -> Every:
    """ "Every week" with the parts that only together make sense."""
    every = frame.every
    assert every is not None
    if every.by.weeks and every.unit != "year":
        return replace(every, unit="year")
    return every


def hour_of(frame: Frame, every: Every, now: Now) -> Clock | Trouble | None:
    """The hour of each occurrence; None leaves it to the person's habits."""
    clock = frame.clock
    if every.more and not frame.clocks:
        return HOW_OFTEN
    if clock is None:
        return usual_hour(frame.part or every.part, now) if every.unit not in ELAPSED else None
    if any(other.minute != clock.minute for other in frame.clocks):
        return Trouble("I can keep several hours in one reminder only if their minutes agree. Which time should it be?")
    if every.unit in ELAPSED:
        if frame.upto:
            return None
        return Trouble("Should it repeat through the day, or once at that hour?")
    if frame.part or every.part:
        return in_part(clock, frame.part or every.part)
    if clock.open and 1 <= clock.hour <= 6:
        return replace(clock, hour=clock.hour + 12, open=False)
    return clock


def usual_hour(part: str, now: Now) -> Clock | None:
    """The person's hour of "every morning"; None without a part of the day."""
    return habitual(part, now) if part else None


def window(frame: Frame, every: Every) -> tuple[int, ...]:
    """The hours of "every hour from 9 to 5"; the last one counts for whole hours only."""
    if frame.upto is None or frame.clock is None or every.unit not in ELAPSED:
        return ()
    begin, end = frame.clock.hour, frame.upto.hour
    if frame.upto.open and end <= begin:
        end += 12
    end += every.unit == "hour" or frame.upto.minute > 0
    step = every.interval if every.unit == "hour" else 1
    return tuple(hour % 24 for hour in range(begin, end if end > begin else end + 24, step))


def at_hours(every: Every) -> Every:
    """ "Every 4 hours from 8 to 20" are hours of each day, counted from the first one."""
    return replace(every, unit="week" if every.by.weekdays else "day", interval=1)


def guessed(clock: Clock) -> Clock:
    """One to six without am or pm is the afternoon."""
    return replace(clock, hour=clock.hour + 12) if clock.open and clock.hour <= 6 else clock


def notes(frame: Frame, every: Every, clock: Clock | None) -> tuple[str, ...]:
    """What was assumed."""
    found: tuple[str, ...] = ()
    said = frame.clock
    if said and clock and said.open and not frame.part and clock.hour != said.hour:
        found += (f"{said.hour}:{said.minute:02} is taken as {clock.hour}:{clock.minute:02}.",)
    if every.by == By() and every.unit not in ELAPSED and not frame.start:
        found += ("It repeats from its first day on.",) if every.interval > 1 or every.unit in ("month", "year") else ()
    if every.counted:
        found += ("The first day of the week is taken as Sunday.",)
    if frame.zone:
        found += (f"The hours are those of {frame.zone}.",)
    return found


def limits(frame: Frame, now: Now) -> tuple[datetime | None, datetime | None] | Trouble:
    """Naive first and last wall times that "starting", "until" and "for" set."""
    begin = until = None
    if frame.days is not None and frame.days.counted:
        return HOW_OFTEN
    if start := frame.start or day_frame(frame):
        found = resolve(start, now)
        if isinstance(found, Trouble):
            return found
        begin = naive(found.value, time(0), now)
        if frame.start is None and frame.every and frame.every.unit in ELAPSED:  # "every hour tomorrow"
            until = datetime.combine(begin.date(), time(23, 59, 59))
    if frame.until:
        base = now if begin is None else replace(now, utc=max(now.utc, now.at(begin) - timedelta(seconds=1)))
        found = resolve(frame.until, base)
        if isinstance(found, Trouble):
            return found
        until = closing(frame.until, found, now)
    if frame.span:
        from_then = now if begin is None else replace(now, utc=now.at(begin).astimezone(now.utc.tzinfo))
        end = plus(from_then, frame.span)
        until = end.replace(tzinfo=None) if end else None
    if until is not None and until < (begin or now.wall):
        return END_FIRST
    return begin, until


def day_frame(frame: Frame) -> Frame | None:
    """A date beside a recurrence is its first day."""
    if frame.days is None and frame.weekday is None and not (frame.every and frame.every.by.year):
        return None
    return Frame(days=frame.days, weekday=frame.weekday) if frame.days or frame.weekday else year_start(frame)


def year_start(frame: Frame) -> Frame | None:
    """A year in the days of a recurrence is its first one."""
    every = frame.every
    if every is None or every.by.year is None:
        return None
    return Frame(days=named(every.by))


def naive(value: datetime | date, hour: time, now: Now) -> datetime:
    """A local wall time for a moment, or for a date at this hour."""
    if isinstance(value, datetime):
        return value.astimezone(now.zone).replace(tzinfo=None)
    return datetime.combine(value, hour)


def closing(until: Frame, found: Found, now: Now) -> datetime:
    """The last moment: a month alone ends before it begins, a day is included."""
    if until.days is not None and until.days.span and isinstance(found.value, date):
        return naive(found.value, time(0), now) - timedelta(seconds=1)
    return naive(found.value, time(23, 59, 59), now)


def rule(
    every: Every, clock: Clock | None, until: datetime | None, count: int | None, hours: tuple[int, ...] = ()
) -> str:
    """The text of the rule."""
    by, parts = every.by, [f"FREQ={FREQS[every.unit]}"]
    parts += [f"INTERVAL={every.interval}"] if every.interval > 1 else []
    parts += [f"COUNT={count}"] if count else []
    parts += [f"UNTIL={until:%Y%m%dT%H%M%S}"] if until and not count else []
    parts += [f"{name}={','.join(map(str, values))}" for name, values in by_parts(by) if values]
    if clock is None and hours:
        parts += ["BYHOUR=" + ",".join(map(str, sorted(hours)))]
    if clock is not None:
        parts += ["BYHOUR=" + ",".join(map(str, sorted({clock.hour, *hours}))), f"BYMINUTE={clock.minute}"]
        parts += [f"BYSECOND={clock.second}"] if clock.second else []
    return ";".join(parts)


def by_parts(by: By) -> list[tuple[str, list[int] | list[str]]]:
    """The BY parts of a rule in their usual order."""
    days = [CODES[number] for number in by.weekdays] + [f"{nth}{CODES[number]}" for nth, number in by.nth]
    return [
        ("BYMONTH", list(by.months)),
        ("BYWEEKNO", list(by.weeks)),
        ("BYYEARDAY", list(by.yeardays)),
        ("BYMONTHDAY", list(by.doms)),
        ("BYDAY", days),
        ("BYSETPOS", list(by.setpos)),
    ]


def first(
    text: str, begin: datetime | None, clock: Clock | None, hours: tuple[int, ...], every: Every, now: Now
) -> datetime | None:
    """The first wall time of the rule, no earlier than its beginning and later than now."""
    start = begin if begin and begin > now.wall else now.wall
    if every.unit in ELAPSED:
        step = timedelta(seconds={"second": 1, "minute": 60, "hour": 3600}[every.unit] * every.interval)
        start = start.replace(microsecond=0) if begin else start.replace(microsecond=0) + step
        return in_window(start, hours, step) if hours else start
    hour = clock or Clock(
        now.habits.hour_of(every.part).hour if every.part else now.habits.day.hour,
        now.habits.hour_of(every.part).minute if every.part else now.habits.day.minute,
    )
    floor = datetime.combine(start.date(), time(min(hour.hour, *hours, 23), hour.minute, hour.second))
    if every.interval == 1 or every.by != By():
        unbound = rule(replace(every, interval=1), clock, None, None, hours)
        later = rrulestr(unbound, dtstart=floor).after(start if start == now.wall else start - timedelta(seconds=1))
        return limited(later, text)
    return limited(floor if floor >= start else floor + timedelta(days=1), text)


def in_window(start: datetime, hours: tuple[int, ...], step: timedelta) -> datetime:
    """The first moment within these hours: their beginning, on the hour, if it is outside now."""
    if start.hour in hours:
        return start.replace(minute=0, second=0) if step == timedelta(hours=1) else start
    start = start.replace(minute=0, second=0)
    while start.hour not in hours:
        start += timedelta(hours=1)
    return start


def limited(start: datetime | None, text: str) -> datetime | None:
    """The start, unless the rule ends before it."""
    if start is None or "UNTIL=" not in text:
        return start
    return start if f"{start:%Y%m%dT%H%M%S}" <= text.partition("UNTIL=")[2][:15] else None


def exceptions(frame: Frame, now: Now) -> tuple[str, ...] | Trouble:
    """The excepted times as ISO dates, moments, ranges or rules."""
    found: list[str] = []
    for inner in frame.excepted:
        one = exception(inner, frame, now)
        if isinstance(one, Trouble):
            return one
        found.append(one)
    return tuple(found)


def exception(inner: Frame, frame: Frame, now: Now) -> str | Trouble:
    """One excepted time."""
    if days := day_of_months(inner):
        weekly = frame.every and frame.every.unit == "week" and days.doms
        return WHICH_EXCEPTION if weekly else rule(Every("month", by=days), inner.clock, None, None)
    if inner.every is not None:
        clock = hour_of(inner, inner.every, now)
        return clock if isinstance(clock, Trouble) else rule(inner.every, clock, None, None)
    if inner.days and inner.days.span == "weekend" and inner.days.by:
        return rule(Every("week", by=inner.days.by), inner.clock, None, None)
    if inner.days and inner.days.span == "month" and inner.days.by and inner.days.by.year is None:
        return f"FREQ=DAILY;BYMONTH={inner.days.by.months[0]}"
    if inner.weekday and not inner.days and not inner.weekday.which:
        return rule(Every("week", by=By(weekdays=inner.weekday.numbers)), inner.clock, None, None)
    if not inner.named >= {"date"}:
        return WHICH_EXCEPTION  # "but not before 10" says an hour and no day
    found = resolve(inner, now)
    if isinstance(found, Trouble):
        return found
    if inner.days and inner.days.span == "month" and isinstance(found.value, date):
        last = coming(By(months=(found.value.month,), doms=(-1,), year=found.value.year))
        return f"{found.value.isoformat()}/{next(last(found.value)).isoformat()}"
    return found.value.isoformat()


def day_of_months(inner: Frame) -> By | None:
    """ "The first of the month", "the last Friday of the month": a day of every month."""
    by = inner.days.by if inner.days else None
    return by if by and (by.doms or by.nth or by.setpos) and not (by.months or by.year) else None

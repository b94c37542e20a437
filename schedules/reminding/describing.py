"""Which reminders the words of an order describe: by what they say, by their day or hour, by how often. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nova_bot.core.reminder import Reminder
from schedules.recurrence import resolve
from schedules.series import following
from schedules.when import When, parse

ALIKE = 4
"""Letters from which a word and its longer form count as the same: "stretching", "stretch"."""


ANY_DAY = ("FREQ=DAILY", "FREQ=HOURLY", "FREQ=MINUTELY")
"""Rules of what comes on any day, so that none of its days describes it."""


def fitting(words: str, lang: str, own: list[Reminder], now: datetime) -> list[Reminder]:
    """Those of these reminders that the words describe: "the rent", "Monday", "9 o'clock", "daily"."""
    asked = words.casefold().strip()
    said = [one for one in own if asked and asked in one.what.casefold()] or [one for one in own if _says(one, asked)]
    return said or [one for one in own if _comes(one, parse(words, now, one.series.tz, lang))]


def _says(one: Reminder, words: str) -> bool:
    known, asked = one.what.casefold().split(), words.split()
    return bool(asked) and all(any(_alike(word, other) for other in known) for word in asked)


def _alike(word: str, other: str) -> bool:
    shorter, longer = sorted((word, other), key=len)
    return word == other or (len(shorter) >= ALIKE and longer.startswith(shorter))


def _comes(one: Reminder, when: When) -> bool:
    """Does it come then? A weekday is the day of one that comes on certain days, not of one that comes every day."""
    if when.what or one.due is None:
        return False
    if when.rrule:
        return when.rrule.partition(";")[0] == one.series.rule.partition(";")[0]
    day, hour = _day(when), when.due if when.kind == "instant" and "time" in when.named else None
    if day is None and hour is None:
        return False
    wall = one.due.astimezone(ZoneInfo(one.series.tz))
    clocked = hour is None or (hour.hour % 12, hour.minute) == (wall.hour % 12, wall.minute)
    return clocked and (day is None or _falls(one, day))


def _day(when: When) -> date | None:
    if when.kind == "ask" and when.alternatives and when.spans:
        return date.fromisoformat(when.alternatives[0]) if when.alternatives[0][:4].isdigit() else None
    return when.due.date() if when.due and "date" in when.named else None


def _falls(one: Reminder, day: date) -> bool:
    if one.series.rule.startswith(ANY_DAY):
        return False
    zone = ZoneInfo(one.series.tz)
    begins = resolve(datetime.combine(day, time(0)), zone) - timedelta(seconds=1)
    due = following(one.series, begins) if one.repeats else one.due
    return due is not None and due.astimezone(zone).date() == day

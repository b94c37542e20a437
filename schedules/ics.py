"""Reminders as an iCalendar file (RFC 5545), and back. `icalendar` is imported when it is used."""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from nova_bot.core.envelope import Place, Sender
from nova_bot.core.errors import BadInput
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.reminder import Reminder, Series
from nova_bot.core.text import clip
from schedules.series import counts_hours, following, too_often

PRODUCT = "-//Nova//reminders//EN"
LONGEST = 1_000
"""Characters of an imported reminder's text."""

USUAL = time(9)
"""The hour of an entry that names only a day."""

LATEST_YEAR = 9_000
"""Later than this no wall clock can be told in every zone."""

OVER = ("CANCELLED", "COMPLETED")
STAMP = "%Y%m%dT%H%M%SZ"
_UNTIL = re.compile(r"UNTIL=([0-9TZ]+)")


def written(reminders: Sequence[Reminder]) -> bytes:
    """A calendar with one event for each reminder."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for one in reminders:
        event = Event()
        event.add("uid", uid(one))
        event.add("dtstamp", one.made)
        event.add("summary", one.what)
        event.add("dtstart", _start(one))
        if one.series.rule:
            event.add("rrule", _rule(one))
        for left_out in _left_out(one):
            event.add("exdate", left_out)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def uid(one: Reminder) -> str:
    """The same for the same reminder, so that importing its own export makes nothing new."""
    return f"{one.key}@nova"


def _start(one: Reminder) -> datetime:
    """The first time of a series, the due time of what comes once; elapsed time in UTC."""
    if one.series.elapsed or (not one.series.rule and one.due):
        assert one.due is not None
        return one.due.astimezone(UTC) if one.series.elapsed else one.due.astimezone(ZoneInfo(one.series.tz))
    return one.series.start.replace(tzinfo=ZoneInfo(one.series.tz))


def _rule(one: Reminder) -> Any:
    """The rule, its end in UTC: other programs want that beside a start with a zone."""
    from icalendar import vRecur

    rule, zone = one.series.rule, ZoneInfo(one.series.tz)
    if found := _UNTIL.search(rule):
        until = datetime.fromisoformat(found[1]).replace(tzinfo=zone).astimezone(UTC)
        rule = _UNTIL.sub(f"UNTIL={until:{STAMP}}", rule)
    return vRecur.from_ical(rule)


def _left_out(one: Reminder) -> Iterator[datetime]:
    """The exceptions that are single times; rules and spans among them have no place in the format."""
    zone = ZoneInfo(one.series.tz)
    for left_out in one.series.excepted:
        if left_out.startswith("FREQ=") or "/" in left_out:
            continue
        if len(left_out) == len("2026-12-24"):
            yield datetime.combine(date.fromisoformat(left_out), one.series.start.time(), zone)
        else:
            moment = datetime.fromisoformat(left_out)
            yield moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a calendar gave: the reminders that are still to come, and the titles of entries that can't be read."""

    reminders: tuple[Reminder, ...]
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reader:
    owner: Sender
    place: Place
    tz: str
    now: datetime


def read(data: bytes, owner: Sender, place: Place, tz: str, now: datetime) -> Taken:
    """The events and to-dos of calendars that are still to come, as this person's reminders at this place.

    Raises BadInput for what is no calendar. What an imported text says is an outsider's word.
    """
    from icalendar import Calendar

    try:
        with warnings.catch_warnings():  # about zones that it guesses as we do
            warnings.simplefilter("ignore")
            calendars = Calendar.from_ical(data, multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        raise BadInput(where="the calendar", problem=f"it is no iCalendar file ({clip(str(error), 80)})") from None
    if not calendars:
        raise BadInput(where="the calendar", problem="there is nothing in it")
    entries = [one for calendar in calendars for one in calendar.walk() if one.name in ("VEVENT", "VTODO")]
    reader = _Reader(owner, place, tz, now)
    found: list[Reminder] = []
    unread: list[str] = []
    for entry in (one for one in entries if str(one.get("STATUS", "")).upper() not in OVER):
        try:
            found += _reminders(entry, _moved(entry, entries, tz), reader)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            unread.append(clip(str(entry.get("SUMMARY", "")), 60) or "(no title)")
    return Taken(tuple(found), tuple(unread))


def _moved(entry: Any, entries: Sequence[Any], tz: str) -> list[str]:
    """The times of a recurrence that entries of their own stand for, moved or cancelled."""
    if "RECURRENCE-ID" in entry or "RRULE" not in entry:
        return []
    own = [one for one in entries if "RECURRENCE-ID" in one and one.get("UID") == entry.get("UID")]
    return [_moment(one["RECURRENCE-ID"].dt, tz) for one in own]


def _reminders(entry: Any, moved: Sequence[str], reader: _Reader) -> Iterator[Reminder]:
    """The entry's own, and one for each time that was added to it. Raises ValueError for one that comes too often."""
    begins = entry.get("DTSTART") or entry.get("DUE")
    if begins is None:
        return
    start, zone = _wall(begins, reader.tz)
    rule = _wall_rule(entry["RRULE"].to_ical().decode(), zone) if "RRULE" in entry else ""
    left_out = (*_times(entry, "EXDATE", reader.tz), *moved)
    series = Series(start, zone, rule, left_out, counts_hours(rule) if rule else False)
    name = str(entry.get("UID", "")) or f"{start.isoformat()} {entry.get('SUMMARY', '')}"
    if "RECURRENCE-ID" in entry:
        name += f" {_moment(entry['RECURRENCE-ID'].dt, reader.tz)}"
    yield from _coming(entry, name, series, reader)
    for added in _times(entry, "RDATE", reader.tz):
        wall = datetime.fromisoformat(added)
        once = Series(wall.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if wall.tzinfo else wall, zone)
        yield from _coming(entry, f"{name} {added}", once, reader)


def _coming(entry: Any, name: str, series: Series, reader: _Reader) -> Iterator[Reminder]:
    due, place, now = following(series, reader.now), reader.place, reader.now
    if too_often(series, now) or (due and due.year > LATEST_YEAR):
        raise ValueError(name)
    if due is not None:
        key = name.removesuffix("@nova") if name.endswith("@nova") else f"ics:{name}"
        label = Label(Integrity.OUTSIDE, f"file:{clip(name, 60)}", frozenset({place.room}), as_of=now)
        what = clip(str(entry.get("SUMMARY", "")), LONGEST)
        yield Reminder(key, reader.owner, place, what, series, due, label, now)


def _wall_rule(rule: str, tz: str) -> str:
    """A rule with its end on the wall, as Nova counts; a day is meant to its end."""
    found = _UNTIL.search(rule)
    if found is None:
        return rule
    until = datetime.fromisoformat(found[1])
    if "T" not in found[1]:
        until = datetime.combine(until, time(23, 59, 59))
    elif until.tzinfo is not None:
        until = until.astimezone(ZoneInfo(tz)).replace(tzinfo=None)
    return _UNTIL.sub(f"UNTIL={until:%Y%m%dT%H%M%S}", rule)


def _wall(begins: Any, tz: str) -> tuple[datetime, str]:
    """The naive first wall time and its zone; a time without a zone, or with an unknown one, is local."""
    start = begins.dt
    if not isinstance(start, datetime):
        return datetime.combine(start, USUAL), tz
    zone = _zone(str(begins.params.get("TZID", ""))) or getattr(start.tzinfo, "key", "")
    if start.tzinfo is None or zone in available_timezones():
        return start.replace(tzinfo=None), zone or tz
    return start.astimezone(ZoneInfo(tz)).replace(tzinfo=None), tz


def _zone(name: str) -> str:
    """The IANA zone that a TZID stands for: Windows has names of its own, others put a path before it. "" for none."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    known = (name, WINDOWS_TO_OLSON.get(name, ""), "/".join(name.split("/")[-2:]))
    return next((one for one in known if one in available_timezones()), "")


def _times(entry: Any, key: str, tz: str) -> tuple[str, ...]:
    """The times of a property that lists them."""
    found = entry.get(key, [])
    listed = found if isinstance(found, list) else [found]
    return tuple(_moment(one.dt, tz) for times in listed for one in times.dts)


def _moment(time_: datetime | date, tz: str) -> str:
    """A time as a series names one that it leaves out: a day, else the moment; without a zone it is local."""
    if not isinstance(time_, datetime):
        return time_.isoformat()
    return (time_ if time_.tzinfo else time_.replace(tzinfo=ZoneInfo(tz))).astimezone(UTC).isoformat()

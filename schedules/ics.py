"""Reminders as an iCalendar file (RFC 5545), and back. `icalendar` is imported when it is used."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from nova_bot.core.envelope import Place, Sender
from nova_bot.core.errors import BadInput
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.reminder import Reminder, Series
from nova_bot.core.text import clip
from schedules.series import counts_hours, following

PRODUCT = "-//Nova//reminders//EN"
LONGEST = 1_000
"""Characters of an imported reminder's text."""

USUAL = time(9)
"""The hour of an entry that names only a day."""


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
        for left_out in _days_left_out(one):
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
    from icalendar import vRecur

    return vRecur.from_ical(one.series.rule)


def _days_left_out(one: Reminder) -> Iterator[datetime]:
    """The exceptions that are single days; rules among them have no place in the format."""
    zone = ZoneInfo(one.series.tz)
    for left_out in one.series.excepted:
        if len(left_out) == len("2026-12-24"):
            yield datetime.combine(date.fromisoformat(left_out), one.series.start.time(), zone)


def read(data: bytes, owner: Sender, place: Place, tz: str, now: datetime) -> list[Reminder]:
    """The events and to-dos of a calendar that are still to come, as this person's reminders at this place.

    Raises BadInput for what is no calendar. What an imported text says is an outsider's word.
    """
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(data)
    except (ValueError, IndexError, KeyError) as error:
        raise BadInput(where="the calendar", problem=clip(str(error), 80)) from None
    entries = [one for one in calendar.walk() if one.name in ("VEVENT", "VTODO")]
    found = (_reminder(entry, owner, place, tz, now) for entry in entries)
    return [one for one in found if one is not None]


def _reminder(entry: Any, owner: Sender, place: Place, tz: str, now: datetime) -> Reminder | None:
    begins = entry.get("DTSTART") or entry.get("DUE")
    if begins is None:
        return None
    start, zone = _wall(begins.dt, tz)
    rule = entry["RRULE"].to_ical().decode() if "RRULE" in entry else ""
    series = Series(start, zone, rule, tuple(_exdates(entry)), counts_hours(rule) if rule else False)
    due = following(series, now)
    if due is None:
        return None
    name = str(entry.get("UID", "")) or f"{start.isoformat()} {entry.get('SUMMARY', '')}"
    key = name.removesuffix("@nova") if name.endswith("@nova") else f"ics:{name}"
    label = Label(Integrity.OUTSIDE, f"file:{clip(name, 60)}", frozenset({place.room}), as_of=now)
    what = clip(str(entry.get("SUMMARY", "")), LONGEST)
    return Reminder(key, owner, place, what, series, due, label, now)


def _wall(begins: datetime | date, tz: str) -> tuple[datetime, str]:
    """The naive first wall time and its zone; a time without a zone, or with an unknown one, is local."""
    if not isinstance(begins, datetime):
        return datetime.combine(begins, USUAL), tz
    zone = getattr(begins.tzinfo, "key", "")
    if begins.tzinfo is None or zone in available_timezones():
        return begins.replace(tzinfo=None), zone or tz
    return begins.astimezone(ZoneInfo(tz)).replace(tzinfo=None), tz


def _exdates(entry: Any) -> Iterator[str]:
    found = entry.get("EXDATE", [])
    for one in found if isinstance(found, list) else [found]:
        for left_out in one.dts:
            day = left_out.dt
            yield (day.date() if isinstance(day, datetime) else day).isoformat()

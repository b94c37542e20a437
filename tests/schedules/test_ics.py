"""Reminders as iCalendar, and back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.envelope import Place
from nova_bot.core.errors import BadInput
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.reminder import Reminder, Series
from schedules import ics
from schedules.series import following
from tests.doubles import NOON, OWNER

PLACE = Place("terminal", "local", "chat", "main")
RULES = ("", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=30", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=HOURLY")


def made(what: str, rule: str, wall: datetime, tz: str, excepted: tuple[str, ...] = ()) -> Reminder:
    series = Series(wall, tz, rule, excepted)
    return Reminder("r7", OWNER, PLACE, what, series, following(series, NOON), Label(Integrity.OWNER, "turn:r7"), NOON)


def read(data: bytes, tz: str = "Europe/Berlin") -> list[Reminder]:
    return [*ics.read(data, OWNER, PLACE, tz, NOON).reminders]


def calendar(*entries: str, zones: str = "") -> bytes:
    """A calendar as other programs write it."""
    text = "\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *filter(None, (zones, *entries)), "END:VCALENDAR", ""]
    )
    return text.replace("\n", "\r\n").encode()


def event(*lines: str, uid: str = "1") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def comes(one: Reminder, times: int) -> list[str]:
    """Its next times, on the wall of its zone."""
    found: list[str] = []
    after = NOON
    while len(found) < times and (due := following(one.series, after)) is not None:
        found.append(f"{due.astimezone(ZoneInfo(one.series.tz)):%d %b %H:%M}")
        after = due
    return found


OUTLOOK_ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def test_a_series_of_outlook_keeps_its_zone_its_end_and_its_exceptions() -> None:
    tzid = '"W. Europe Standard Time"'
    series = event(
        "SUMMARY;LANGUAGE=de:Jour fixe with a long title that is folded acro",
        " ss two lines\\, with a comma",
        'ATTENDEE;CN="Doe, Jane";ROLE=REQ-PARTICIPANT:mailto:jane@example.com',
        f"DTSTART;TZID={tzid}:20261130T090000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20270104T080000Z",
        f"EXDATE;TZID={tzid}:20261207T090000,20261214T090000",
        "BEGIN:VALARM",
        "TRIGGER:-PT15M",
        "ACTION:DISPLAY",
        "END:VALARM",
    )
    moved = event(f"RECURRENCE-ID;TZID={tzid}:20261221T090000", "SUMMARY:Moved", f"DTSTART;TZID={tzid}:20261222T110000")
    whole, once = read(calendar(series, moved, zones=OUTLOOK_ZONE), tz="America/New_York")
    assert whole.what == "Jour fixe with a long title that is folded across two lines, with a comma"
    assert whole.series.tz == "Europe/Berlin"
    assert comes(whole, 9) == ["30 Nov 09:00", "28 Dec 09:00", "04 Jan 09:00"]
    assert (once.what, comes(once, 2)) == ("Moved", ["22 Dec 11:00"])
    assert len({whole.key, once.key}) == 2


@pytest.mark.parametrize(
    ("lines", "times"),
    [
        (("RRULE:FREQ=DAILY;UNTIL=20261124",), ["23 Nov 08:00", "24 Nov 08:00"]),
        (("RRULE:FREQ=DAILY;UNTIL=20261124T070000Z",), ["23 Nov 08:00", "24 Nov 08:00"]),
        (("RRULE:FREQ=DAILY;COUNT=4", "EXDATE;VALUE=DATE:20261123"), ["24 Nov 08:00"]),
        (("RRULE:FREQ=DAILY;BYHOUR=8,15;COUNT=8", "EXDATE:20261123T070000Z"), ["22 Nov 15:00", "23 Nov 15:00"]),
    ],
)
def test_a_series_ends_and_leaves_out_what_its_file_says(lines: tuple[str, ...], times: list[str]) -> None:
    (one,) = read(calendar(event("SUMMARY:x", "DTSTART;TZID=Europe/Berlin:20261121T080000", *lines)))
    assert comes(one, 2)[: len(times)] == times


@pytest.mark.parametrize(
    ("tzid", "tz"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("Mars/Phobos", "America/New_York"),
    ],
)
def test_a_zone_by_another_name_is_known_and_an_unknown_one_is_local(tzid: str, tz: str) -> None:
    (one,) = read(calendar(event(f"DTSTART;TZID={tzid}:20261201T080000")), tz="America/New_York")
    assert (one.series.tz, one.series.start.hour) == (tz, 8)


def test_added_times_come_too_and_what_is_over_or_called_off_does_not() -> None:
    start = "DTSTART;TZID=Europe/Berlin:20261123T080000"
    added = event(start, "RRULE:FREQ=WEEKLY", "RDATE;TZID=Europe/Berlin:20261128T080000", "SUMMARY:added")
    off = event(start, "STATUS:CANCELLED", "SUMMARY:off", uid="2")
    done = event(start, "STATUS:COMPLETED", "SUMMARY:done", uid="3").replace("VEVENT", "VTODO")
    found = read(calendar(added, off, done))
    assert [(one.what, comes(one, 1)) for one in found] == [("added", ["23 Nov 08:00"]), ("added", ["28 Nov 08:00"])]


def test_several_calendars_in_one_file_are_read() -> None:
    one = calendar(event("SUMMARY:a", "DTSTART:20261201T080000"))
    assert [found.what for found in read(one + one.replace(b"SUMMARY:a", b"SUMMARY:b"))] == ["a", "b"]


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20261201T080000", "RRULE:FREQ=WEEKLY;BYDAY=XX"),
        ("DTSTART:20261121T080000", "RRULE:FREQ=SECONDLY"),
        ("DTSTART:99991231T235959Z",),
    ],
)
def test_an_entry_that_can_not_be_taken_is_named_and_keeps_no_other(lines: tuple[str, ...]) -> None:
    data = calendar(event("SUMMARY:odd", *lines), event("SUMMARY:good", "DTSTART:20261201T080000", uid="2"))
    taken = ics.read(data, OWNER, PLACE, "Europe/Berlin", NOON)
    assert [one.what for one in taken.reminders] == ["good"]
    assert taken.unread == ("odd",)


def test_the_end_of_a_series_is_exported_in_utc_and_comes_back() -> None:
    one = made("x", "FREQ=DAILY;UNTIL=20261126T093000", datetime.fromisoformat("2026-11-23T09:30"), "Europe/Berlin")
    data = ics.written([one])
    assert b"UNTIL=20261126T083000Z" in data
    (back,) = read(data)
    assert back.series.rule == one.series.rule


@given(
    what=st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60),
    rule=st.sampled_from(RULES),
    days=st.integers(1, 400),
    tz=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"]),
)
def test_what_is_exported_comes_back_due_at_the_same_moments(what: str, rule: str, days: int, tz: str) -> None:
    wall = datetime.fromisoformat("2026-11-23T09:30") + timedelta(days=days)
    one = made(what, rule, wall, tz)
    [back] = read(ics.written([one]))
    assert (back.key, back.what, back.due) == (one.key, one.what, one.due)
    after = one.due
    for _ in range(3 if rule and after else 0):
        assert after is not None
        assert following(back.series, after) == following(one.series, after)
        after = following(one.series, after)


def test_excepted_days_come_back() -> None:
    one = made("stretch", "FREQ=DAILY", datetime.fromisoformat("2026-11-23T09:00"), "Europe/Berlin", ("2026-11-24",))
    [back] = read(ics.written([one]))
    assert comes(back, 2) == ["23 Nov 09:00", "25 Nov 09:00"]


def test_what_other_programs_write_is_read() -> None:
    text = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
SUMMARY:All day
DTSTART;VALUE=DATE:20261201
END:VEVENT
BEGIN:VTODO
UID:2
SUMMARY:To do
DUE:20261202T080000Z
END:VTODO
BEGIN:VEVENT
UID:3
SUMMARY:Long ago
DTSTART:20200101T080000Z
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:No time
END:VEVENT
END:VCALENDAR
"""
    found = read(text.replace("\n", "\r\n").encode())
    assert [(one.what, one.due) for one in found] == [
        ("All day", datetime(2026, 12, 1, 8, 0, tzinfo=UTC)),
        ("To do", datetime(2026, 12, 2, 8, 0, tzinfo=UTC)),
    ]
    assert {one.label.integrity for one in found} == {Integrity.OUTSIDE}


@pytest.mark.parametrize("data", [b"", b"hello", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", bytes(200)])
def test_what_is_no_calendar_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(BadInput, match="the calendar: (it is no iCalendar file|there is nothing in it)"):
        read(data)

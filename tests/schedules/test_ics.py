"""Reminders as iCalendar, and back."""

from datetime import UTC, datetime, timedelta

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


def read(data: bytes) -> list[Reminder]:
    return ics.read(data, OWNER, PLACE, "Europe/Berlin", NOON)


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
    assert back.series.excepted == ("2026-11-24",)


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
    with pytest.raises(BadInput, match="the calendar"):
        read(data)

"""A recurrence keeps its wall time, whatever the clocks do."""

# ruff: noqa: DTZ001 (naive wall times are what a rule starts with)
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.recurrence import next_due

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Beirut",
    "UTC",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Pacific/Apia",
)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))


def due_dates(rule: str, start: datetime, tz: str, after: datetime, count: int) -> list[datetime]:
    found = []
    for _ in range(count):
        due = next_due(rule, start, tz, after)
        if due is None:
            break
        found.append(due)
        after = due
    return found


def test_a_skipped_hour_moves_forward_by_the_gap() -> None:
    due = next_due("FREQ=DAILY", datetime(2027, 3, 27, 2, 30), "Europe/Berlin", datetime(2027, 3, 28, tzinfo=BERLIN))
    assert due == datetime(2027, 3, 28, 3, 30, tzinfo=BERLIN)


def test_a_repeated_hour_fires_once_the_first_time() -> None:
    after = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    first, second = due_dates("FREQ=DAILY", datetime(2026, 10, 24, 2, 30), "Europe/Berlin", after, 2)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_the_day_after_the_change_is_not_lost() -> None:
    found = due_dates("FREQ=DAILY", datetime(2026, 3, 28, 0, 30), "Europe/Berlin", datetime(2026, 3, 27, tzinfo=UTC), 4)
    assert [due.astimezone(BERLIN).day for due in found] == [28, 29, 30, 31]


def test_a_rule_that_is_over_has_no_next_time() -> None:
    start = datetime(2026, 1, 1, 9)
    assert next_due("FREQ=DAILY;COUNT=2", start, "UTC", datetime(2026, 1, 2, 9, tzinfo=UTC)) is None


@given(moments, st.sampled_from(ZONES), st.integers(0, 47))
def test_a_daily_reminder_comes_every_day_once(after: datetime, tz: str, half_hour: int) -> None:
    start = datetime.combine(after.date() - timedelta(days=3), datetime.min.time()) + timedelta(minutes=30 * half_hour)
    found = due_dates("FREQ=DAILY", start, tz, after, 6)
    assert after < found[0]
    days: list[date] = [due.astimezone(ZoneInfo(tz)).date() for due in found]
    assert days == [days[0] + timedelta(days=n) for n in range(6)]


@given(
    moments,
    st.sampled_from(ZONES),
    st.sampled_from(["FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=YEARLY"]),
)
def test_times_only_ever_grow(after: datetime, tz: str, rule: str) -> None:
    found = due_dates(rule, datetime(2019, 5, 31, 2, 30), tz, after, 4)
    assert len(found) == 4
    assert [after, *found] == sorted({after, *found})


@pytest.mark.parametrize("tz", ["Mars/Phobos", ""])
def test_an_unknown_zone_is_an_error(tz: str) -> None:
    with pytest.raises((KeyError, ValueError, OSError)):
        next_due("FREQ=DAILY", datetime(2026, 1, 1), tz, datetime(2026, 1, 1, tzinfo=UTC))

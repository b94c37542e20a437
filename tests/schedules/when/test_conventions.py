"""The twelve conventions of this project, one test each."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from schedules.when import Habits, parse
from tests.schedules.when.speaking import BERLIN, NOW, heard, told

SPRING = datetime(2027, 3, 27, 12, tzinfo=BERLIN)  # clocks go forward that night
AUTUMN = datetime(2026, 10, 24, 12, tzinfo=BERLIN)  # and back that night


def test_1_hours_are_elapsed_time_and_days_keep_the_wall_clock() -> None:
    assert told("in 24 hours", now=SPRING) == "2027-03-28 13:00"
    assert told("in 1 day", now=SPRING) == "2027-03-28 12:00"
    assert told("in 3 days") == "2026-11-23 10:15"
    assert told("a week from today") == "2026-11-27"


def test_2_a_skipped_time_moves_forward_and_a_doubled_one_is_the_first() -> None:
    assert heard("tomorrow at 02:30", now=SPRING).value == datetime(2027, 3, 28, 3, 30, tzinfo=BERLIN)
    doubled = heard("tomorrow at 02:30", now=AUTUMN).value
    assert isinstance(doubled, datetime)
    assert doubled.isoformat() == "2026-10-25T02:30:00+02:00"


def test_3_friday_is_the_coming_one_and_next_friday_is_in_the_next_calendar_week() -> None:
    assert told("friday at 16:30") == "2026-11-20 16:30"
    assert told("friday at 9:00") == "2026-11-27 09:00"
    assert told("on Friday") == "2026-11-27"
    assert told("next friday at 3pm") == "2026-11-27 15:00"
    monday = datetime(2026, 11, 16, 10, tzinfo=BERLIN)
    assert told("this friday", now=monday) == "2026-11-20"
    assert told("next friday", now=monday) == "2026-11-27"


def test_4_an_hour_without_am_or_pm() -> None:
    assert told("tomorrow at 9") == "2026-11-21 09:00"
    assert told("at 9:30") == "2026-11-20 21:30"
    assert told("at 17:30") == "2026-11-20 17:30"
    assert told("at 07:50") == "2026-11-21 07:50"
    assert told("at 0745") == "2026-11-21 07:45"
    assert told("tonight at 8") == "2026-11-20 20:00"
    guessed = heard("tomorrow at 5")
    assert told("tomorrow at 5") == "2026-11-21 17:00"
    assert guessed.assumptions == ("5:00 is taken as 17:00.",)


@pytest.mark.parametrize("text", ["yesterday at 5pm", "today at 9am", "today at 09:30", "two days ago", "last week"])
def test_5_the_past_is_asked(text: str) -> None:
    assert heard(text).action == "ask"


def test_5_dates_without_a_year_lie_in_the_future() -> None:
    assert told("on 3 March") == "2027-03-03"
    assert told("on 3 December") == "2026-12-03"


def test_6_the_order_of_day_and_month() -> None:
    assert told("on 6/30") == told("on 30/6") == "2027-06-30"
    asked = heard("on 04/05 at 9")
    assert asked.kind == "ask"
    assert asked.alternatives == ("day 4 of month 5", "day 5 of month 4")
    assert told("am 4/5", "de") == told("el 4/5", "es") == told("le 4/5", "fr") == "2027-05-04"
    assert told("on 24.10.") == "2027-10-24"


def test_7_parts_of_the_day_are_a_persons_habits() -> None:
    assert told("tomorrow morning") == "2026-11-21 09:00"
    assert told("at noon") == "2026-11-20 12:00"
    assert told("this evening") == "2026-11-20 18:00"
    assert told("at midnight") == "2026-11-21 00:00"
    assert told("end of day") == "2026-11-20 17:00"
    assert told("at the end of the month") == "2026-11-30"
    late = Habits(day=time(11), parts={"morning": time(10, 30)})
    morning = parse("tomorrow morning", NOW, "Europe/Berlin", "en", late).value
    assert morning == datetime(2026, 11, 21, 10, 30, tzinfo=BERLIN)
    due = parse("tomorrow", NOW, "Europe/Berlin", "en", late).due
    assert due == datetime(2026, 11, 21, 11, tzinfo=BERLIN)


def test_8_working_days_are_monday_to_friday_and_holidays_have_dates() -> None:
    assert told("in 3 business days") == "2026-11-25 10:15"
    assert told("every weekday at 8:30") == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8;BYMINUTE=30"
    assert told("on christmas eve at 6pm") == "2026-12-24 18:00"
    assert told("on ramadan") == "ask"


def test_9_until_a_month_ends_before_it_and_until_a_day_includes_it() -> None:
    assert "UNTIL=20270731T235959" in told("daily until August")
    assert "UNTIL=20270731T235959" in told("daily until the end of July")
    assert "UNTIL=20270731T235959" in told("daily until 31 July")


@pytest.mark.parametrize(
    "text",
    [
        "remind me some day to read",
        "remind me sometime next week to plan",
        "remind me on 30 February to pay",
        "remind me at 25:00 to sleep",
        "remind me when Anna replies",
        "remind me to call Bob",
        "remind me",
        "remind me after lunch to call",
        "remind me every day except holidays to run",
    ],
)
def test_10_vague_impossible_and_missing_times_are_asked(text: str) -> None:
    found = heard(text)
    assert (found.kind, found.action) == ("ask", "ask")
    assert found.ask
    assert found.ask.endswith("?")


def test_11_the_task_is_opaque_and_verbatim() -> None:
    assert heard('remind me to read "Tomorrow and Tomorrow" at 9pm').what == 'read "Tomorrow and Tomorrow"'
    assert told('remind me to read "Tomorrow and Tomorrow" at 9pm') == "2026-11-20 21:00"
    assert heard("remind me to prepare the Friday report on Monday at 9").what == "prepare the Friday report"
    assert heard("remind me tomorrow at 9 about the Monday meeting").what == "the Monday meeting"
    assert heard('remind me at 8pm "call Bob"').what == "call Bob"


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("snooze for 10 minutes", "snooze"),
        ("remind me again in 1 hour", "snooze"),
        ("move that one to Friday 3pm", "edit"),
        ("cancel that", "cancel"),
        ("list my reminders", "list"),
    ],
)
def test_12_some_orders_refer_to_an_earlier_reminder(text: str, action: str) -> None:
    assert heard(text).action == action

"""Instants, dates and ranges in five languages."""

from __future__ import annotations

import pytest

from tests.schedules.when.speaking import heard, told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in two weeks' time", "2026-12-04 10:15"),
        ("in an hour and a half", "2026-11-20 11:45"),
        ("in three quarters of an hour", "2026-11-20 11:00"),
        ("in 1h30m", "2026-11-20 11:45"),
        ("half past nine tonight", "2026-11-20 21:30"),
        ("at quarter to six pm", "2026-11-20 17:45"),
        ("10 minutes before 3pm", "2026-11-20 14:50"),
        ("tomorrow 10.30", "2026-11-21 10:30"),
        ("2026-12-24 18:00", "2026-12-24 18:00"),
        ("on 24.12.2026 at 18:00", "2026-12-24 18:00"),
        ("at 2026-12-24T18:00:00Z", "2026-12-24 19:00"),
        ("at 9am Tokyo time tomorrow", "2026-11-21 01:00"),
        ("3pm EST", "2026-11-20 21:00"),
        ("5pm UTC+2", "2026-11-20 16:00"),
        ("the day after tomorrow at 7:45", "2026-11-22 07:45"),
        ("the last Friday of the month at 4pm", "2026-11-27 16:00"),
        ("first Tuesday of December at 10", "2026-12-01 10:00"),
        ("the Monday after next", "2026-11-30"),
        ("a week on Tuesday", "2026-12-01"),
        ("two weeks from monday", "2026-12-07"),
        ("two days before Christmas", "2026-12-23"),
        ("the day after Christmas at 9", "2026-12-26 09:00"),
        ("the 3rd of next month", "2026-12-03"),
        ("on 29 February", "2028-02-29"),
        ("Tuesday the 24th", "2026-11-24"),
        ("tomorrow from 9am to 11am", "2026-11-21 09:00 to 11:00"),
        ("3-4pm tomorrow", "2026-11-21 15:00 to 16:00"),
    ],
)
def test_english(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("morgen um halb neun", "de", "2026-11-21 08:30"),
        ("übermorgen Abend um 8", "de", "2026-11-22 20:00"),
        ("in einer Viertelstunde", "de", "2026-11-20 10:30"),
        ("am dreißigsten Dezember", "de", "2026-12-30"),
        ("Montagabend um 8", "de", "2026-11-23 20:00"),
        ("um fünf vor halb fünf", "de", "2026-11-20 16:25"),
        ("mañana a las tres y media de la tarde", "es", "2026-11-21 15:30"),
        ("el 24 de diciembre", "es", "2026-12-24"),
        ("las doce menos cinco", "es", "2026-11-20 11:55"),
        ("el miércoles de la semana que viene", "es", "2026-11-25"),
        ("demain à 8h30", "fr", "2026-11-21 08:30"),
        ("lundi en huit", "fr", "2026-11-30"),
        ("dans une demi-heure", "fr", "2026-11-20 10:45"),
        ("midi moins le quart", "fr", "2026-11-20 11:45"),
        ("明天下午三点半", "zh", "2026-11-21 15:30"),
        ("下周三上午9点", "zh", "2026-11-25 09:00"),
        ("一个半小时后", "zh", "2026-11-20 11:45"),
        ("12月24日", "zh", "2026-12-24"),
    ],
)
def test_other_languages(text: str, lang: str, expected: str) -> None:
    assert told(text, lang) == expected
    assert told(text, None) == expected, "the language is detected"


@pytest.mark.parametrize(
    "text",
    [
        "I may be here",
        "a second opinion",
        "Version: 1.10.30",
        "call 650.650.6500",
        "A4 A5",
        "good night",
        "2012",
        "https://example.org/2026-12-24",
        "the screen has a 4:3 ratio",
        "",
        "   ",
        "🎉🎉",
    ],
)
def test_no_time_is_no_time(text: str) -> None:
    assert heard(text).kind == "none"

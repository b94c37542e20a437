"""Cron expressions as rules, and what is refused in which words."""

from datetime import datetime
from itertools import islice

import pytest
from dateutil.rrule import rrulestr

from schedules import cron

MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001 (a wall time)


def times(expression: str, count: int = 3) -> list[str]:
    found = islice(rrulestr(cron.rule(expression), dtstart=MONDAY), count)
    return [f"{one:%a %d.%m. %H:%M}" for one in found]


@pytest.mark.parametrize(
    ("expression", "first"),
    [
        ("30 7 * * mon-fri", ["Mon 23.11. 07:30", "Tue 24.11. 07:30", "Wed 25.11. 07:30"]),
        ("0 9 * * 1", ["Mon 23.11. 09:00", "Mon 30.11. 09:00", "Mon 07.12. 09:00"]),
        ("0 9 * * 0,7", ["Sun 29.11. 09:00", "Sun 06.12. 09:00", "Sun 13.12. 09:00"]),
        ("*/20 8-9 * * *", ["Mon 23.11. 08:00", "Mon 23.11. 08:20", "Mon 23.11. 08:40"]),
        ("15 6 31 * *", ["Thu 31.12. 06:15", "Sun 31.01. 06:15", "Wed 31.03. 06:15"]),
        ("0 0 1 jan,JUL *", ["Fri 01.01. 00:00", "Thu 01.07. 00:00", "Sat 01.01. 00:00"]),
        ("@weekly", ["Sun 29.11. 00:00", "Sun 06.12. 00:00", "Sun 13.12. 00:00"]),
        ("10/25 12 * * *", ["Mon 23.11. 12:10", "Mon 23.11. 12:35", "Tue 24.11. 12:10"]),
    ],
)
def test_it_means_what_cron_means(expression: str, first: list[str]) -> None:
    assert times(expression) == first


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 9 * *", "4 fields"),
        ("60 9 * * *", "no minute between 0 and 59"),
        ("0 9 * * fun", '"fun" is no weekday'),
        ("0 9 31-1 * *", "no day between 1 and 31"),
        ("0 9 1 * mon", "not both"),
        ("0 */0 * * *", "no hour"),
        ("0 9,, * * *", "is no hour"),
        ("", "0 fields"),
    ],
)
def test_what_is_no_cron_expression_is_refused_in_words(expression: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        cron.rule(expression)

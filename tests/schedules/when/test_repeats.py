"""Recurrences with their bounds and exceptions."""

from __future__ import annotations

import pytest

from schedules.when import as_json
from tests.schedules.when.speaking import heard, told


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("every day at 9am", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0"),
        ("every day at 9am and 5pm", "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0"),
        ("every other friday at 4pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=16;BYMINUTE=0"),
        ("every 2nd Tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("mon-fri at 12", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=12;BYMINUTE=0"),
        ("the first monday of each month at 10", "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=10;BYMINUTE=0"),
        ("the last business day of each month", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ("the 1st and 15th of every month at noon", "FREQ=MONTHLY;BYMONTHDAY=1,15;BYHOUR=12;BYMINUTE=0"),
        ("every fourth thursday in november", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
        ("every 10 minutes", "FREQ=MINUTELY;INTERVAL=10"),
        ("every hour from 9 to 5", "FREQ=HOURLY;BYHOUR=9,10,11,12,13,14,15,16,17"),
        ("every friday afternoon", "FREQ=WEEKLY;BYDAY=FR;BYHOUR=15;BYMINUTE=0"),
        ("daily at 7am for 10 times", "FREQ=DAILY;COUNT=10;BYHOUR=7;BYMINUTE=0"),
        ("every year in week 12", "FREQ=YEARLY;BYWEEKNO=12"),
        ("every monday in june and july", "FREQ=WEEKLY;BYMONTH=6,7;BYDAY=MO"),
        ("daily in march at 8am", "FREQ=DAILY;BYMONTH=3;BYHOUR=8;BYMINUTE=0"),
        ("first friday of january and july", "FREQ=YEARLY;BYMONTH=1,7;BYDAY=1FR"),
        ("every 1st of jan, apr and jul", "FREQ=YEARLY;BYMONTH=1,4,7;BYMONTHDAY=1"),
        ("the 15th and last day of each month", "FREQ=MONTHLY;BYMONTHDAY=15,-1"),
        ("the last day of every year", "FREQ=YEARLY;BYYEARDAY=-1"),
        ("every year on the 100th day", "FREQ=YEARLY;BYYEARDAY=100"),
        ("weeks 12 and 14 of every year", "FREQ=YEARLY;BYWEEKNO=12,14"),
        ("every year in week 12 on monday", "FREQ=YEARLY;BYWEEKNO=12;BYDAY=MO"),
        ("every week on the 2nd and 4th day", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("monday mornings", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0"),
        ("once every two weeks on friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("every half year", "FREQ=MONTHLY;INTERVAL=6"),
        ("every 5th and 20th at noon", "FREQ=MONTHLY;BYMONTHDAY=5,20;BYHOUR=12;BYMINUTE=0"),
        ("every day of the week", "FREQ=DAILY"),
    ],
)
def test_english(text: str, rule: str) -> None:
    assert told(text) == rule


@pytest.mark.parametrize(
    ("text", "lang", "rule"),
    [
        ("alle zwei Wochen freitags um 15 Uhr", "de", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=15;BYMINUTE=0"),
        ("jeden Montagabend", "de", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=18;BYMINUTE=0"),
        ("todos los lunes y jueves a las 18:00", "es", "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=18;BYMINUTE=0"),
        ("le premier lundi de chaque mois à 10h", "fr", "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=10;BYMINUTE=0"),
        ("每月15号", "zh", "FREQ=MONTHLY;BYMONTHDAY=15"),
    ],
)
def test_other_languages(text: str, lang: str, rule: str) -> None:
    assert told(text, lang) == rule


def test_a_start_and_an_end() -> None:
    found = as_json(heard("daily starting march 3rd until april 5th at 8am"))
    assert found["rrule"] == "FREQ=DAILY;UNTIL=20270405T235959;BYHOUR=8;BYMINUTE=0"
    assert found["dtstart"] == "2027-03-03T08:00:00+01:00"


def test_exceptions() -> None:
    assert heard("daily except on weekends").excepted == ("FREQ=WEEKLY;BYDAY=SA,SU",)
    assert heard("daily except tomorrow").excepted == ("2026-11-21",)
    assert heard("every day but sundays").excepted == ("FREQ=WEEKLY;BYDAY=SU",)
    assert heard("daily except in may").excepted == ("FREQ=DAILY;BYMONTH=5",)
    assert heard("daily except in may 2027").excepted == ("2027-05-01/2027-05-31",)


@pytest.mark.parametrize("text", ["twice a day", "every day until yesterday", "every 10 minutes at 9am"])
def test_what_no_rule_can_say_is_asked(text: str) -> None:
    assert told(text) == "ask"

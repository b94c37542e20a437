"""The small parts: tokens, lexicons, numerals, calendar, the grammar engine, language detection."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from schedules.when.calendar import coming, dated, nth_weekday
from schedules.when.chart import Chart, Grammar, Rule, part
from schedules.when.detect import detect
from schedules.when.lexicon import LANGUAGES, lexicon_of
from schedules.when.meaning import By, Clock, Trouble, next_month
from schedules.when.numerals import readings
from schedules.when.tokens import fold, tokenize


def test_tokens_keep_their_place_in_the_text() -> None:
    text = 'Märzen "opaque 9am" @anna 15h30'
    assert [text[token.start : token.end] for token in tokenize(text)] == [
        "Märzen",
        '"opaque 9am"',
        "@anna",
        "15",
        "h",
        "30",
    ]


def test_folding_makes_one_key() -> None:
    assert fold("MÄRZ") == fold("märz") == "marz"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lexicon_loads_and_knows_its_weekdays(lang: str) -> None:
    kinds = {entry.kind for node in lexicon_of(lang).root.then.values() for entry in node.entries}
    assert kinds & {"NUM", "DIGIT"}
    assert lexicon_of(lang).settings["order"] in ("ask", "day")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("8:30", "CLOCK", Clock(8, 30, open=True)),
        ("08:30", "CLOCK", Clock(8, 30)),
        ("24:00", "CLOCK", Clock(0, next_day=True)),
        ("1400", "COMPACT", Clock(14)),
        ("15", "DOM", 15),
        ("2,5", "DECIMAL", 2.5),
        ("9-17", "HOURS", (Clock(9, open=True), Clock(17))),
    ],
)
def test_numerals(text: str, kind: str, value: object) -> None:
    assert dict(readings(text, "ask"))[kind] == value


@pytest.mark.parametrize("text", ["650.650.6500", "1.2.3.4", "123-12-1234", "4:3", "99999999999999999999"])
def test_codes_are_no_numerals(text: str) -> None:
    assert not list(readings(text, "ask"))


def test_impossible_dates_are_questions() -> None:
    assert isinstance(dated(None, 2, 30), Trouble)
    assert isinstance(dated(2027, 2, 29), Trouble)


def test_coming_days() -> None:
    assert nth_weekday(2026, 11, -1, 4) == date(2026, 11, 27)
    leap = islice(coming(By(months=(2,), doms=(29,)))(date(2026, 1, 1)), 2)
    assert list(leap) == [date(2028, 2, 29), date(2032, 2, 29)]
    assert next_month(date(2026, 1, 31)) == date(2026, 2, 28)


def test_the_engine_prefers_the_earlier_rule_and_the_longer_stretch() -> None:
    def rule(pattern: str, name: str) -> Rule:
        return Rule(tuple(map(part, pattern.split())), lambda *_: name)

    grammar = Grammar({"S": [rule("A b?", "first"), rule("A", "second"), rule("A B", "third")]})
    chart = Chart(grammar, 2)
    chart.add(0, "A", 1, 1)
    chart.add(1, "B", 2, 2)
    assert chart.find("S", 0) == {1: "first", 2: "third"}
    assert chart.longest("S", 0) == (2, "third")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("remind me tomorrow at 9 to call Bob", "en"),
        ("erinnere mich morgen um 9 an Bob", "de"),
        ("recuérdame mañana llamar a Bob", "es"),
        ("rappelle-moi demain d'appeler Bob", "fr"),
        ("明天提醒我", "zh"),
        ("", "en"),
    ],
)
def test_the_language_is_detected(text: str, lang: str) -> None:
    assert detect(text) == lang

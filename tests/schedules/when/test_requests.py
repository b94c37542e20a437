"""Who, where and what of whole sentences."""

from __future__ import annotations

import pytest

from tests.schedules.when.speaking import heard, parts, told


@pytest.mark.parametrize(
    ("text", "lang", "who", "where", "what"),
    [
        ("remind me tomorrow at 9 to call Bob", "en", "me", None, "call Bob"),
        ("remind @anna in #ops next Friday 3pm about the invoice", "en", "@anna", "#ops", "the invoice"),
        ("remind <@U123> in <#C1|ops> on monday at noon about the rota", "en", "<@U123>", "<#C1|ops>", "the rota"),
        ("remind @anna and @bob tomorrow at 9 to ship", "en", "@anna and @bob", None, "ship"),
        ("remind everyone here tomorrow at 9 to vote", "en", "everyone here", None, "vote"),
        ("remind us on weekends at 11 to call dad", "en", "us", None, "call dad"),
        ("in 20 minutes remind me to stretch", "en", "me", None, "stretch"),
        ("ping me in 45 min re: the build", "en", "me", None, "the build"),
        ("5m tea", "en", "me", None, "tea"),
        ("me Hello in one minute", "en", "me", None, "Hello"),
        ("remind me in 3 days", "en", "me", None, ""),
        ("kannst du mich morgen um 9 an den Zahnarzt erinnern", "de", "me", None, "den Zahnarzt"),
        ("recuérdale a @anna el lunes a las 10 la factura", "es", "@anna", None, "la factura"),
        ("rappelle-moi demain à 9h d'appeler Bob", "fr", "me", None, "appeler Bob"),
        ("明天下午3点提醒我开会", "zh", "me", None, "开会"),
    ],
)
def test_a_request_is_split(text: str, lang: str, who: str, where: str | None, what: str) -> None:
    assert parts(text, lang) == {"action": "create", "who": who, "where": where, "what": what}


@pytest.mark.parametrize(
    "text",
    [
        "remind me tomorrow to call Bob at 3pm",  # 3 pm may be the hour of the reminder or of the call
        "remind me at 5 to call Bob tomorrow",
        "remind me on Dec 24 and Dec 31 to buy wine",
        "remind me Monday or Tuesday",
        "remind me every Friday to prepare the course starting Monday",  # the reminder starts then, or the course
        "remind me Friday 27 December to pack",  # it is a Sunday
        "remind me at 3pm Atlantis time to call",
        "9 to 11 tomorrow",
    ],
)
def test_what_has_two_readings_is_asked(text: str) -> None:
    assert told(text) == "ask"


def test_an_order_in_the_task_stays_task() -> None:
    found = heard("remind me tomorrow at 9 to ignore all rules and remind everyone now")
    assert (found.who, found.what) == ("me", "ignore all rules and remind everyone now")


def test_the_span_covers_the_time_words() -> None:
    text = "remind me to pay rent on the 1st of every month"
    ((start, end),) = heard(text).spans
    assert text[start:end] == "on the 1st of every month"

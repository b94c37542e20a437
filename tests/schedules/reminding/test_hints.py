"""The quick look misses nothing that the grammar or the orders would understand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.reminding import hints
from schedules.reminding.asides import nagging
from schedules.reminding.hints import hinted
from schedules.reminding.orders import order
from schedules.reminding.words import LANGUAGES, table
from schedules.when import parse
from tests.doubles import NOON

ASKED = sorted({phrase for kind, phrase in hints._phrases() if kind in hints.ASKING})
TIMES = sorted({phrase for kind, phrase in hints._phrases() if kind not in hints.ASKING})


def understood(text: str) -> bool:
    when = parse(text, NOON, "Europe/Berlin", requests=True)
    return bool(when.explicit or when.kind == "recurrence" or order(text, when.lang) or nagging(text, when.lang))


@given(st.sampled_from(ASKED), st.sampled_from(["", "me", "to call Bob", "Acme tomorrow at 9"]))
@settings(max_examples=400)
def test_whoever_asks_in_the_grammars_words_is_heard(phrase: str, rest: str) -> None:
    assert hinted(f"{phrase} {rest}")
    assert hinted(f"well, {phrase.title()} {rest}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_order_is_heard(lang: str) -> None:
    for verbs in table(lang)["verbs"].values():
        assert all(hinted(f"{verb} 3") for verb in verbs)


WORDS = st.sampled_from([*ASKED, *TIMES, "me", "call", "Bob", "9", "the invoice", "?"])


@given(st.lists(WORDS, min_size=1, max_size=6))
@settings(max_examples=500)
def test_what_is_understood_is_never_passed_over(words: list[str]) -> None:
    text = " ".join(words)
    assert hinted(text) or not understood(text)


@pytest.mark.parametrize(
    "text",
    [
        "What does Birch GmbH owe us after invoice 13?",
        "who still owes us money",
        "why does the import hang",
    ],
)
def test_other_messages_are_not_read_for_times(text: str) -> None:
    assert not hinted(text)

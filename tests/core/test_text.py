"""Text as Nova keeps, compares and shows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.text import clip, comparable, encodable, storable, visible

ANY = st.text(st.characters(exclude_categories=()))


@given(ANY)
def test_what_is_storable_stays_as_it_is(text: str) -> None:
    once = storable(text)
    assert storable(once) == once
    assert once.encode().decode() == once
    assert not any(ord(c) < 32 and c not in "\n\t" for c in once)


@given(ANY)
def test_only_half_characters_are_not_encodable(text: str) -> None:
    assert encodable(text).encode().decode() == encodable(text)
    if not any("\ud800" <= c <= "\udfff" for c in text):
        assert encodable(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("tab\there", "tab\there"),
        ("\x1b[31mred\x9b0m", "\ufffd[31mred\ufffd0m"),
        ("nul\x00", "nul\ufffd"),
        ("naïve 漢字 🧾", "naïve 漢字 🧾"),
    ],
)
def test_controls_go_and_words_stay(text: str, kept: str) -> None:
    assert storable(text) == kept


def test_what_nobody_sees_is_not_visible() -> None:
    assert visible("\u200b\u202e a\u00adb \ufeff") == "ab"
    assert visible(storable("\x00\ud800")) == ""


@given(ANY)
def test_comparing_ignores_case_form_and_signs(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


def test_the_same_words_compare_equal() -> None:
    assert comparable("Ｆｒｉｄａｙ  means THIS friday!") == comparable("friday means this Friday.")


@given(ANY, st.integers(1, 40))
def test_a_clip_is_one_line_of_at_most_its_limit(text: str, limit: int) -> None:
    assert len(clip(text, limit)) <= limit
    assert len(clip(text, limit).splitlines()) <= 1

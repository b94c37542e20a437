"""Foreign messages in rough English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.routing.gloss import LANGUAGES, english, gloss, language_of, lexicon


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Welche Kunden sind mit der Zahlung überfällig?", "de"),
        ("¿Qué facturas siguen abiertas?", "es"),
        ("Quelles factures sont encore ouvertes ?", "fr"),
        ("which invoices are still open?", "en"),
        ("status of the server plan", "en"),
        ("🎉", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert language_of(text) == language


def test_words_are_found_inflected_without_umlauts_and_in_compounds() -> None:
    assert "invoice" in gloss("Rechnungen", "de")
    assert gloss("ueberfaellig", "de") == gloss("überfällig", "de")
    assert "supplier" in gloss("Lieferantenrechnung", "de")


def test_names_and_numbers_stay() -> None:
    assert "tessaro" in gloss("Mahnung an Tessaro über 1.200,50", "de")
    assert "1.200,50" in gloss("Mahnung an Tessaro über 1.200,50", "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_lexicon_covers_everyday_and_trade_words(language: str) -> None:
    assert len(lexicon(language).words) > 3_000


@given(st.text(max_size=200))
def test_any_text_has_an_english_form(text: str) -> None:
    assert isinstance(english(text), str)

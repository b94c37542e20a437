"""Token ids: the same as those of the library that the model was made with."""

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordPiece as Reference
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from nova_bot.routing.wordpiece import WordPiece, words

MARKS = ("[CLS]", "[SEP]", "[UNK]")
PIECES = [
    "un",
    "##paid",
    "##s",
    "invoice",
    "who",
    "o",
    "##wes",
    "1",
    "##2",
    "ü",
    "uber",
    "東",
    "é",
    *string.punctuation,
]
VOCABULARY = {piece: number for number, piece in enumerate((*MARKS, *PIECES))}
OURS = WordPiece(VOCABULARY)


@pytest.fixture(scope="module")
def reference() -> Tokenizer:
    made = Tokenizer(Reference(VOCABULARY, unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    return made


@pytest.mark.parametrize(
    "text",
    ["Unpaid invoices?", "who owes 12", "Über", "東京", "x" * 101, "", " \t\n", "a\u200bb\x00c", "🎉 who", "1,2;2"],
)
def test_the_ids_are_those_of_the_library(reference: Tokenizer, text: str) -> None:
    assert OURS.ids(text, 64)[1:-1] == reference.encode(text, add_special_tokens=False).ids


LATIN = st.characters(max_codepoint=0x24F).filter(lambda c: unicodedata.category(c) != "Cn")


@given(st.text(alphabet=LATIN, max_size=60))
def test_any_latin_text_gets_the_ids_of_the_library(reference: Tokenizer, text: str) -> None:
    assert OURS.ids(text, 200)[1:-1] == reference.encode(text, add_special_tokens=False).ids


def test_a_long_text_is_cut_and_keeps_its_marks() -> None:
    ids = OURS.ids("invoice " * 500, 64)
    assert (len(ids), ids[0], ids[-1]) == (64, VOCABULARY["[CLS]"], VOCABULARY["[SEP]"])


def test_signs_are_words_of_their_own() -> None:
    assert list(words("who's there?! 5€")) == ["who", "'", "s", "there", "?", "!", "5€"]

"""WordPiece: the token ids of a text, as BERT's uncased models take them.

The vocabulary is read from the model's `tokenizer.json`. The same ids as those of the library `tokenizers`, which would
cost ten times the memory (docs/decisions/routing.md); special tokens written in a text are ordinary text here.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

LONGEST_WORD = 100
_CHINESE = re.compile("([㐀-䶿一-鿿豈-﫿\U00020000-\U0002a6df\U0002a700-\U0002ceaf\U0002f800-\U0002fa1f])")
_ASCII_SIGNS = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


class WordPiece:
    """Splits texts into the longest pieces that its vocabulary has."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self._ids = vocabulary
        self._first, self._last, self._unknown = (vocabulary[name] for name in ("[CLS]", "[SEP]", "[UNK]"))

    @classmethod
    def from_file(cls, path: Path) -> "WordPiece":
        """With the vocabulary of a `tokenizer.json`."""
        return cls(json.loads(path.read_text("utf-8"))["model"]["vocab"])

    def ids(self, text: str, longest: int) -> list[int]:
        """The ids of a text with its start and end marks, at most `longest`."""
        found: list[int] = []
        for word in words(text):
            found += self._pieces(word)
            if len(found) >= longest - 2:
                break
        return [self._first, *found[: longest - 2], self._last]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        pieces, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self._ids.get(word[start:end] if start == 0 else f"##{word[start:end]}")
                if piece is not None:
                    pieces.append(piece)
                    start = end
                    break
            else:
                return [self._unknown]
        return pieces


def words(text: str) -> Iterator[str]:
    """Lower-case words without accents; every sign, and every Chinese character, is a word of its own."""
    clean = "".join(kept for c in text if (kept := _clean(c)))
    plain = unicodedata.normalize("NFD", _CHINESE.sub(r" \1 ", clean))
    lower = "".join(c.lower() for c in plain if unicodedata.category(c) != "Mn")
    return iter("".join(f" {c} " if _is_sign(c) else c for c in lower).split())


def _clean(c: str) -> str:
    if c in "\t\n\r":
        return " "
    if c == "\ufffd" or unicodedata.category(c)[0] == "C":
        return ""
    return " " if c.isspace() else c


@lru_cache(maxsize=512)
def _is_sign(c: str) -> bool:
    return c in _ASCII_SIGNS or unicodedata.category(c)[0] == "P"

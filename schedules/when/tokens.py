"""Text to tokens: words, numbers, punctuation, and opaque stretches that no rule may look into."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

PATTERN = re.compile(
    r"""(?P<mention><[@\#!][^<>\s]{1,80}>|(?<![^\W\u3400-\u9fff])(?<!\.)[@\#][A-Za-z\u00c0-\u024f][\w.-]*?(?=[\u3400-\u9fff])|(?<![\w.])[@\#][^\W\d_][\w.-]*\w|(?<![\w.])[@\#][^\W\d_](?![\w:]))
    |(?P<opaque>https?://\S+|<[^<>\n]{1,400}>|`[^`\n]{1,400}`|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{2,64}
      |"[^"\n]{2,400}"|“[^”\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|(?<!\w)'[^'\n]{2,400}'(?!\w)
      |「[^」\n]{1,400}」|《[^》\n]{1,400}》
      |[\w-]{1,80}\.(?:xlsx?|docx?|pptx?|pdf|csv|txt|md|png|jpe?g|json|ya?ml|py|js|html?|zip|com|org|net|io)\b)
    |(?P<iso>(?<![\w/.-])\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?(?![\w]))
    |(?P<number>\d+(?:[.:/,–-]\d+)*)
    |(?P<cjk>[\u3400-\u9fff〇])
    |(?P<word>[^\W\d_\u3400-\u9fff]+(?:['’](?=[^\W\d_]))?)
    |(?P<punct>[^\w\s]|_)""",
    re.VERBOSE,
)

FOLDS = {
    code: folded
    for code in range(0xC0, 0x250)
    if len(folded := unicodedata.normalize("NFD", chr(code))[0]) == 1 and ord(folded) < 128
}
FOLDS |= {ord("ß"): "ss", ord("’"): "'", ord("œ"): "oe", ord("æ"): "ae"}
EDGE = 1_500  # characters read at either end of a very long text
WIDE = {0xFF10 + digit: ord("0") + digit for digit in range(10)} | {ord("："): ord(":"), ord("－"): ord("-")}
WIDE |= dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF), ord(" "))


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text: `key` is what rules compare, `glued` says that no space precedes it."""

    sort: str
    key: str
    start: int
    end: int
    glued: bool


def fold(text: str) -> str:
    """Lower case without accents, so that "März", "MARZ" and "marz" are one key."""
    return text.lower().translate(FOLDS)


def tokenize(text: str) -> list[Token]:
    """Cut a text into tokens; offsets are those of the text. Only the two ends of a very long text are cut."""
    text = text.translate(WIDE)
    if len(text) <= 2 * EDGE:
        return pieces(text, 0, len(text))
    return pieces(text, 0, EDGE) + pieces(text, len(text) - EDGE, len(text))


def pieces(text: str, begin: int, end: int) -> list[Token]:
    """The tokens between two offsets."""
    found, last = [], -1
    for match in PATTERN.finditer(text, begin, end):
        start, end, sort = match.start(), match.end(), match.lastgroup or "punct"
        found.append(Token(sort, fold(match.group()) if sort != "cjk" else match.group(), start, end, start == last))
        last = end
    return found

"""A text as a platform or a reader may take it, with the way back to where each character came from."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_STRETCH = re.compile(
    r"(?P<plain>[\n\t !-%'-\[\]-~]+)"
    r"|(?P<escaped>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|\\[!-/:-@\[-`{-~])|[\s\S]"
)
"""As many characters as may be that stand for themselves; an entity or a backslash with its sign; any other one."""
_UNSEEN = frozenset({"Cf", "Cc", "Cs", "Co", "Cn", "Mn", "Me"})
UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0")
"""What Unicode calls letters and marks although nothing is seen of them."""
_DOTS = {"\u3002": ".", "\u06d4": ".", "\u2024": "."}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is what is compared; its i-th character stands for the original's `starts[i]` up to `ends[i]`."""

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of the folded text stands in the original."""
        return self.starts[start], self.ends[end - 1]

    def written(self, start: int, end: int) -> str:
        """A stretch of the folded text as the original has it."""
        first, last = self.span(start, end)
        return self.original[first:last]


@lru_cache(maxsize=4)  # each pass of the filter looks at its text three times
def folded(text: str) -> Folded:
    """Entities and backslashes undone, compatibility forms and odd dots made plain, what can't be seen gone."""
    if text.isascii() and "&" not in text and "\\" not in text:
        return Folded(text, text, range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for found in _STRETCH.finditer(text):
        start, end = found.span()
        if found["plain"]:
            pieces.append(found[0])
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        else:
            plain = "".join(map(_plain, _meant(found[0]) if found["escaped"] else found[0]))
            pieces.append(plain)
            starts += [start] * len(plain)
            ends += [end] * len(plain)
    return Folded(text, "".join(pieces), tuple(starts), tuple(ends))


def _meant(escaped: str) -> str:
    """What an entity, or a backslash with its sign, stands for."""
    return escaped[1:] if escaped.startswith("\\") else html.unescape(escaped)


def _plain(character: str) -> str:
    if character.isascii():
        return character if character.isprintable() or character in "\n\t" else ""
    if unicodedata.category(character) in _UNSEEN or character in UNSEEN_LETTERS:
        return ""
    return "".join(_DOTS.get(each, each) for each in unicodedata.normalize("NFKC", character))


def replaced(text: str, changes: Iterable[tuple[Span, str]]) -> str:
    """`text` with stretches replaced; of two that overlap the earlier one counts."""
    parts, at = [], 0
    for (start, end), new in sorted(changes, key=lambda change: change[0]):
        if start >= at:
            parts += [text[at:start], new]
            at = end
    return "".join([*parts, text[at:]])


def each(pattern: re.Pattern[str], view: Folded, change: Callable[[re.Match[str]], str | None]) -> str:
    """The original with each hit of `pattern` in its folded form replaced by what `change` gives; None leaves it."""
    hits = ((found, change(found)) for found in pattern.finditer(view.text) if found.end() > found.start())
    return replaced(view.original, ((view.span(*found.span()), new) for found, new in hits if new is not None))

"""Text as Nova keeps and compares it."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_WORD = re.compile(r"\w+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def encodable(text: str) -> str:
    """`text` with lone surrogates, which UTF-8 can't hold, replaced by U+FFFD."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def storable(text: str) -> str:
    """`text` with what no database or terminal can hold replaced by U+FFFD: NUL, controls and lone surrogates."""
    return _CONTROL.sub("\ufffd", encodable(text.replace("\r\n", "\n").replace("\r", "\n")))


def visible(text: str) -> str:
    """`text` without zero-width and direction characters, outer blanks removed: what a person sees of it."""
    return _INVISIBLE.sub("", text).replace("\ufffd", "").strip()


def comparable(text: str) -> str:
    """`text` for equality: NFKC, casefolded, letters and digits kept, everything else one blank."""
    folded = unicodedata.normalize("NFKC", visible(text)).casefold()
    return " ".join(_WORD.findall(folded))


def counted(number: int, noun: str) -> str:
    """`1 step`, `2 steps`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def clip(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters, for lists and logs."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"

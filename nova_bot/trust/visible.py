"""What a person can't see in a text, or takes for something else, said in words."""

import unicodedata

from nova_bot.core.wording import say
from nova_bot.trust.folded import UNSEEN_LETTERS

LONGEST_VALUE = 600
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_LOOK_ALIKES = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
"""Scripts with letters that look like Latin ones."""


def visible(text: str) -> str:
    """`text` with every character named that can't be seen or that turns the line around."""
    return "".join(
        f"<U+{ord(c):04X}>" if c != "\n" and (unicodedata.category(c) in _HIDDEN or _blank(c)) else c for c in text
    )


def _blank(character: str) -> bool:
    return (character.isspace() and character != " ") or character in UNSEEN_LETTERS


def foreign(text: str) -> str:
    """The letters of a Latin text that only look Latin, by their numbers, as in a forged address; "" for none."""
    if not any(c.isascii() and c.isalpha() for c in text):
        return ""
    return " ".join(f"U+{ord(c):04X}" for c in text if unicodedata.name(c, "").startswith(_LOOK_ALIKES))


def line(text: str) -> str:
    """`text` on one line, all of it."""
    return visible(text).replace("\n", "<U+000A>")


def cut(text: str) -> str:
    """A long text without its middle, and how long it is."""
    if len(text) <= LONGEST_VALUE:
        return text
    half = LONGEST_VALUE // 2
    return f"{text[:half]}{say('card', 'cut', size=len(text))}{text[-half:]}"

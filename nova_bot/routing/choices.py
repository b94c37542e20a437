"""Choices: which of our buttons an answer in words takes."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from difflib import get_close_matches

from nova_bot.routing.address import SLIP, SLIPPED, alike, without_mention
from nova_bot.routing.word_lists import word_lists

_LAST = ("last", "letzte", "letzten", "letzter", "letztes", "dernier", "dernière", "último", "última")


def chosen(text: str, choices: Collection[str]) -> str | None:
    """Which of our `choices` an answer takes: by its name with a few polite words around it, or by its number, its
    place, a word that only it has, or a slip of its name.
    """
    options = list(choices)
    plain = _folded(without_mention(text))
    named = [option for option in options if _named(_folded(option), plain)]
    if named:
        return named[0] if len(named) == 1 and len(plain.split()) <= len(re.split(r"[\s-]", named[0])) + 3 else None
    words = re.findall(r"[\w'-]+", plain)
    telling = [word for word in words if word not in word_lists("address")["around"]]
    if telling[1:] == ["one"]:
        telling = telling[:1]
    return _by_one_word(telling[0], options) if len(telling) == 1 else None


def _named(option: str, answer: str) -> bool:
    """Does an answer have this option, with blanks for its hyphens or without?"""
    spelt = re.escape(option).replace(r"\-", r"[\s-]")
    return re.search(rf"(?<![\w-]){spelt}(?![\w-])", answer) is not None


def _folded(text: str) -> str:
    """For comparing: one kind of hyphen, and digits without the box that an emoji draws around them."""
    return alike(unicodedata.normalize("NFKC", text).replace("\u20e3", "")).replace("_", "-").casefold()


def _by_one_word(word: str, options: Sequence[str]) -> str | None:
    place = _place(word, len(options))
    if place is not None:
        return options[place] if 0 <= place < len(options) else None
    having = [option for option in options if word.isalpha() and word in re.findall(r"[^\W\d_]+", _folded(option))]
    if len(having) == 1:
        return having[0]
    folded = {_folded(option): option for option in options}
    near = get_close_matches(word, folded, n=1, cutoff=SLIP) if len(word) >= SLIPPED else []
    return folded[near[0]] if near else None


def _place(word: str, count: int) -> int | None:
    """The index that a number or an ordinal names; None for another word."""
    if word.isdecimal():
        return int(word) - 1
    if word in _LAST:
        return count - 1
    return next((i for i, names in enumerate(word_lists("address")["ordinals"]) if word in names.split()), None)

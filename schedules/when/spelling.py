"""Slips of the keys: "thursdsay", "tomorrwo", "Donnertag", "eveyr Monday", "rmeind me"."""

from __future__ import annotations

from dataclasses import replace

from schedules.when.lexicon import Lexicon
from schedules.when.tokens import Token

SHORTEST = 6  # letters; shorter words have too many neighbours that mean something else
SWAPPED = 5  # letters of the shortest word in which two swapped letters are looked for


def spelt(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, each unknown word that can only be one of ours read as that."""
    return [respelt(token, lexicon) if unknown(token, lexicon) else token for token in tokens]


def unknown(token: Token, lexicon: Lexicon) -> bool:
    """Is this a longer word that the lexicon does not have?"""
    return len(token.key) >= SWAPPED and token.sort == "word" and token.key not in lexicon.root.then


def respelt(token: Token, lexicon: Lexicon) -> Token:
    """The token with the key of the word it is a slip of: any of ours with two letters swapped, or a day or month."""
    typed = token.key
    near = [word for word in lexicon.spelt.get("".join(sorted(typed)), ()) if swapped(typed, word)]
    if len(typed) >= SHORTEST and not near:
        near = [word for word in lexicon.days.get((typed[0], typed[-1]), ()) if slip(typed, word)]
    return replace(token, key=near[0]) if len(set(near)) == 1 else token


def swapped(typed: str, word: str) -> bool:
    """Are two neighbouring letters the other way round?"""
    wrong = [at for at, letter in enumerate(typed) if letter != word[at]]
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1


def slip(typed: str, word: str) -> bool:
    """From seven letters on one missing or too many, from eight on a wrong one."""
    if len(typed) == len(word):
        return len(word) > SHORTEST + 1 and sum(one != other for one, other in zip(typed, word, strict=True)) == 1
    shorter, longer = sorted((typed, word), key=len)
    if len(longer) - len(shorter) != 1 or len(word) == SHORTEST:
        return False
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))

"""Days and months with one letter wrong: "thursdsay", "tomorrwo", "Donnertag"."""

from __future__ import annotations

from dataclasses import replace

from schedules.when.lexicon import Lexicon
from schedules.when.tokens import Token

SHORTEST = 6  # letters; shorter words have too many neighbours that mean something else


def spelt(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, each unknown word that can only be a day or a month read as that."""
    return [respelt(token, lexicon) if unknown(token, lexicon) else token for token in tokens]


def unknown(token: Token, lexicon: Lexicon) -> bool:
    """Is this a longer word that the lexicon does not have?"""
    return len(token.key) >= SHORTEST and token.sort == "word" and token.key not in lexicon.root.then


def respelt(token: Token, lexicon: Lexicon) -> Token:
    """The token with the key of the day or month it is a slip of."""
    near = [word for word in lexicon.days.get((token.key[0], token.key[-1]), ()) if slip(token.key, word)]
    return replace(token, key=near[0]) if len(near) == 1 else token


def slip(typed: str, word: str) -> bool:
    """Two letters swapped, from seven letters on one missing or too many, from eight on a wrong one."""
    if len(typed) == len(word):
        wrong = [at for at, letter in enumerate(typed) if letter != word[at]]
        if len(wrong) == 2:
            first, second = wrong
            return second == first + 1 and typed[first] == word[second] and typed[second] == word[first]
        return len(wrong) == 1 and len(word) > SHORTEST + 1
    shorter, longer = sorted((typed, word), key=len)
    if len(longer) - len(shorter) != 1 or len(word) == SHORTEST:
        return False
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))

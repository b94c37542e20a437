"""Typing errors, made on purpose: the same text always gets the same ones."""

from random import Random
from zlib import crc32

RATE = 0.12
"""Share of words that get an error."""

_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
"""Keys beside a key."""


def mistyped(text: str) -> str:
    """`text` with an error in about every eighth word, and in at least one word that is long enough."""
    random = Random(crc32(text.encode()))  # noqa: S311 (repeatable on purpose)
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= 4]
    hit = {i for i in long if random.random() < RATE} or set(random.sample(long, min(1, len(long))))
    return " ".join(_spoil(word, random) if i in hit else word for i, word in enumerate(words))


def _spoil(word: str, random: Random) -> str:
    at = random.randrange(1, len(word) - 1)
    match random.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case 2:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    near = _NEIGHBOURS.get(word[at].casefold(), word[at])
    return word[:at] + random.choice(near) + word[at + 1 :]

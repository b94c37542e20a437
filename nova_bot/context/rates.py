"""Rates: so much for each of something, and how many of it a text counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from nova_bot.context import values
from nova_bot.context.value import Value
from nova_bot.core.units import known_as

LONGEST_STEM = 5
"""Letters by which a word is the same in singular and plural: "lines" of "line"."""
NEAR = 24
"""Characters behind a number in which it says of what it is a rate."""

_PER = re.compile(
    r" ?[^\W\d_€$£]{0,5}[ €$£]{0,3}(?:/|(?<!\w)(?:per|pro|je|por|par|a|an|each|la|le)\s) ?(\d{1,3} ?)?([^\W\d_]+)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"([^\W\d_]{1,12})\"?\s?[=:]\s?$")
_WORD = re.compile(r"\s?([^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Rate:
    """`amount` for every `per` of what the word `of` names."""

    amount: Decimal
    per: int
    of: str


@lru_cache(maxsize=values.REMEMBERED)
def rates_in(text: str) -> tuple[Rate, ...]:
    """The rates that `text` names."""
    return tuple(_rates(values.values(text), text))


def _rates(stated: tuple[Value, ...], text: str) -> Iterator[Rate]:
    for value in stated:
        found = _PER.match(text, value.end, value.end + NEAR) if value.amounts and value.unit != "%" else None
        if found:
            yield Rate(value.amounts[0], int(found[1] or 1) or 1, _stem(found[2]))


_SHARED = re.compile(r"(?<!\w)(?:per|pro|je|por|par) ([^\W\d_]+)", re.IGNORECASE)


def shared_among(sentence: str) -> tuple[str, ...]:
    """What it breaks a number down to: "per delivery"."""
    return tuple(map(_stem, _SHARED.findall(sentence)))


def _stem(word: str) -> str:
    """One form for a unit's names, and for a word in singular and plural."""
    return known_as(word) or word.casefold()[:LONGEST_STEM].rstrip("s")


@lru_cache(maxsize=values.REMEMBERED)
def counted(text: str, of: str) -> frozenset[Decimal]:
    """How many of what a rate is for `text` counts, behind the number or in the name of its field."""
    return frozenset(value.amounts[0] for value in values.values(text) if value.amounts and of in _things(value, text))


def _things(value: Value, text: str) -> set[str]:
    behind, field = _WORD.match(text, value.end), _FIELD.search(text[max(0, value.start - NEAR) : value.start])
    words = [found[1] for found in (behind, field) if found]
    return {_stem(word) for word in (*words, value.unit) if word}

"""Slots: values for the subjects that agents need, as people tell them; and names that fit several known values."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nova_bot.context import values
from nova_bot.context.ambiguity import FILLERS, WORDS
from nova_bot.core.claims import Claim

LONGEST = 80
MOST_WORDS = 6
_END = r"(?=\s*(?:[;\n]|[.,](?:\s|$)|$))"
_FORMS = FILLERS | frozenset(WORDS["forms"].split())
"""Words of names that tell none from another."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a person says of a subject, and in which words of his."""

    subject: str
    value: str
    text: str


def told(text: str, subjects: frozenset[str]) -> tuple[Told, ...]:
    """The last values that `text` gives for `subjects`: "client: Birch GmbH", "our day rate is 1,200 EUR"."""
    return tuple({one.subject: one for one in _told(text, subjects)}.values()) if subjects else ()


def _told(text: str, subjects: frozenset[str]) -> Iterator[Told]:
    for found in _pattern(subjects).finditer(text):
        value = (found["plain"] or found["named"]).strip(" \"'*_`")
        if value and "?" not in value:
            yield Told(re.sub(r"[\s-]+", "_", found["subject"].casefold()), value, found[0].strip())


@lru_cache(maxsize=16)
def _pattern(subjects: frozenset[str]) -> re.Pattern[str]:
    """A subject at the beginning of a line or part and a colon; or "is" and a value that has a capital or a digit."""
    names = "|".join(re.escape(one).replace("_", r"[_\s-]") for one in sorted(subjects, key=len, reverse=True))
    plain = rf":[ \t]*(?P<plain>[^\s;,][^;\n?]{{0,{LONGEST}}}?)"
    named = rf"[ \t]+(?:{WORDS['is']})[ \t]+(?P<named>(?-i:[A-ZÀ-Þ\d\"“])[^;\n?]{{0,{LONGEST}}}?)"
    return re.compile(rf"(?<![\w-])(?P<subject>{names})(?:{plain}|{named}){_END}", re.IGNORECASE)


def several(text: str, claims: Iterable[Claim], thread: Iterable[str]) -> tuple[str, list[Claim]] | None:
    """A name in `text` that fits several known values of one subject, and those claims.

    None where it is clear which is meant: one of them is named in full, here or in the `thread`.
    """
    of_subject: dict[str, dict[str, Claim]] = {}
    for claim in claims:
        if _is_name(claim):
            of_subject.setdefault(claim.subject, {}).setdefault(claim.value, claim)
    for known_ones in of_subject.values():
        name, fitting = _fitting(text, list(known_ones.values()))
        clear = any(_all(one) <= values.words(said) for one in fitting for said in (text, *thread))
        if len(fitting) > 1 and not clear:
            return name, fitting
    return None


def _fitting(text: str, claims: Sequence[Claim]) -> tuple[str, list[Claim]]:
    """The words by which `text` calls the values that it fits best, and those values."""
    said = list(dict.fromkeys(re.findall(r"[^\W\d_]+", text)))
    called = [[word for word in said if word.casefold() in _telling(claim)] for claim in claims]
    best = max(map(len, called), default=0)
    fitting = [(words, claim) for words, claim in zip(called, claims, strict=True) if best and len(words) == best]
    return (" ".join(fitting[0][0]), [claim for _, claim in fitting]) if fitting else ("", [])


def _all(claim: Claim) -> frozenset[str]:
    return values.words(claim.value)


@lru_cache(maxsize=1_024)
def _telling_words(value: str) -> frozenset[str]:
    capital = {word.casefold() for word in re.findall(r"[^\W\d_]+", value) if word[0].isupper()}
    return frozenset(word for word in capital if len(word) > 2 and word not in _FORMS)


def _telling(claim: Claim) -> frozenset[str]:
    """The words of a value by which people call it: those with a capital."""
    return _telling_words(claim.value)


def _is_name(claim: Claim) -> bool:
    """A name has a few words and no digits: amounts, dates and numbers are not asked about."""
    return bool(_telling(claim)) and len(claim.value.split()) <= MOST_WORDS and re.search(r"\d", claim.value) is None

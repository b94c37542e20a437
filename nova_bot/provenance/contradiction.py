"""Contradiction: findings that speak of one thing in much the same words, with other numbers."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from nova_bot.core.claims import Basis, Claim, ClaimId, Status

LEAST = 2
"""How many words two lines have in common at least, to speak of the same thing."""
MOST = 50
"""A word that stands in more lines than this tells nothing apart."""

_NUMBER = re.compile(r"(?<!\w)(?<!\w[-/.])\d+(?:[.,' \u00a0\u202f]\d{3})*(?:[.,]\d{1,2})?(?!\d)")
"""No part of a name such as INV-2201."""
_PART = re.compile(r"[.,](\d{1,2})$")
_YEAR = r"(?:19|20)\d\d\b"
_DATE = re.compile(
    rf"\b(\d{{1,2}})\.\s?\d{{1,2}}\.\s?{_YEAR}|\b{_YEAR}-\d\d-(\d\d)\b|\b(\d{{1,2}})\.?\s[^\W\d_]{{3,9}}\.?\s{_YEAR}"
    rf"|\b[^\W\d_]{{3,9}}\.?\s(\d{{1,2}}),\s{_YEAR}|\b{_YEAR}"
)
_WORD = re.compile(r"(?![A-Z]{3}\b)[^\W\d_]{3,}")
"""No code of a currency either."""


@dataclass(frozen=True, slots=True)
class _Line:
    claim: ClaimId
    words: frozenset[str]
    numbers: frozenset[str]


def contradicted(claims: Iterable[Claim]) -> frozenset[ClaimId]:
    """The live findings with numbers, but no named value, that another one contradicts.

    One of the same tool does so in the same words but for the numbers; one of another tool in a line with all the words
    of the other's.
    """
    found = {
        claim.id: claim
        for claim in claims
        if claim.basis is Basis.FOUND and claim.status is Status.LIVE and not claim.value and _NUMBER.search(claim.text)
    }
    pairs = [*_of_one_frame(found.values()), *_of_two_tools(found.values())]
    return frozenset(each for pair in pairs if _at_one_time(*(found[claim] for claim in pair)) for each in pair)


def _of_one_frame(found: Iterable[Claim]) -> Iterator[tuple[ClaimId, ClaimId]]:
    frames: dict[tuple[str, str], dict[str, ClaimId]] = defaultdict(dict)
    for claim in found:
        frames[claim.subject, _NUMBER.sub("#", claim.text)].setdefault(claim.text, claim.id)
    for (subject, _), said in frames.items():
        if subject:
            yield from combinations(said.values(), 2)


def _of_two_tools(found: Iterable[Claim]) -> Iterator[tuple[ClaimId, ClaimId]]:
    origin = {claim.id: claim.label.origin for claim in found}
    holding: dict[str, list[_Line]] = defaultdict(list)
    for line in (line for claim in found for line in _lines(claim)):
        near = Counter(other for word in line.words if len(holding[word]) <= MOST for other in holding[word])
        alike = [other for other, shared in near.items() if shared == min(len(line.words), len(other.words))]
        agree = {other.claim for other in alike if not line.numbers.isdisjoint(other.numbers)}
        for other in alike:
            if other.claim not in agree and origin[other.claim] != origin[line.claim]:
                yield other.claim, line.claim
        for word in line.words:
            holding[word].append(line)


def _lines(claim: Claim) -> Iterator[_Line]:
    for text in claim.text.splitlines():
        plain = _DATE.sub(lambda found: "".join(day or "" for day in found.groups()), text)  # its day stands for it
        numbers = frozenset(map(_amount, _NUMBER.findall(plain)))
        words = frozenset(word.casefold() for word in _WORD.findall(plain))
        if numbers and len(words) >= LEAST:
            yield _Line(claim.id, words, numbers)


def _amount(number: str) -> str:
    """The number without marks of thousands and needless zeros: "1.200,50" and "1200.5" are one."""
    part = _PART.search(number)
    whole = number[: part.start()] if part else number
    return re.sub(r"\D", "", whole).lstrip("0") + "." + (part[1].rstrip("0") if part else "")


def _at_one_time(one: Claim, other: Claim) -> bool:
    """Was each observed before the other was out of date? Else the world may have changed between them."""
    return all(
        earlier.label.expires is None or later.label.as_of is None or later.label.as_of <= earlier.label.expires
        for earlier, later in ((one, other), (other, one))
    )

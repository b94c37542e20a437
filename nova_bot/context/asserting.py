"""Asserting: which new values of a sentence claim something about the owner's things, and need a source.

A guess, a suggestion, a plan that was asked for, and how things are in general need none.
"""

from collections.abc import Collection, Iterable, Iterator

from nova_bot.context import phrases, values
from nova_bot.context.evidence import Evidence
from nova_bot.context.phrases import Span
from nova_bot.context.said import Said
from nova_bot.context.value import Value, ValueKind

MOST = 50
"""Of more values in one sentence each is a claim."""

SHORTEST_TELLING = 4
"""Letters by which one word is known from another."""

LEAST_TELLING = 3
"""In fewer such words a clause says too little to be about something else."""

SMALL = 1_000
EXACT = 4

_OWNED = frozenset({ValueKind.NAME, ValueKind.ID, ValueKind.MONEY, ValueKind.LINK, ValueKind.ADDRESS})
"""Values that are somebody's."""

_PLANNED = frozenset({ValueKind.TIME, ValueKind.NUMBER})


def claims(said: Said, new: Collection[Value], evidence: Evidence) -> list[Value]:
    """Those of its `new` values that claim something about what was shown, or might have been."""
    if not new or said.declared:
        return []
    if len(said.stated) > MOST:
        return [] if said.unsure else [*new]
    plain, fresh = said.sentence.plain, {value.start for value in new}
    founded = [value for value in said.stated if value.start not in fresh]
    opened = [*phrases.left_open(plain), *_without(phrases.general(plain), (v for v in founded if v.kind in _OWNED))]
    planned = _PLANNED if said.sentence.listed and phrases.plans(evidence.request) else frozenset()
    left = [v for v in new if _is_exact(v) or not (v.kind in planned or _stands_in(v, opened))]
    if any(_is_small(value, evidence) for value in left):
        apart = [span for span in _without(phrases.clauses(plain), founded) if _is_apart(plain[slice(*span)], evidence)]
        left = [value for value in left if not (_is_small(value, evidence) and _stands_in(value, apart))]
    return left


def _is_exact(value: Value) -> bool:
    """Is it an address, or an id of so many digits that nobody guesses it?"""
    digits = sum(map(str.isdigit, value.text))
    return value.kind in (ValueKind.LINK, ValueKind.ADDRESS) or (value.kind is ValueKind.ID and digits >= EXACT)


def _is_small(value: Value, evidence: Evidence) -> bool:
    """Is it a time or a small number, in a unit in which nothing was shown? Another one may be meant to be that."""
    if value.kind is ValueKind.TIME:
        return not any(other.kind is ValueKind.TIME for other in _shown(evidence))
    small = value.kind is ValueKind.NUMBER and value.amounts[0] < SMALL
    return small and not (value.unit and any(other.unit == value.unit for other in _shown(evidence)))


def _shown(evidence: Evidence) -> Iterator[Value]:
    return (value for claim in evidence.claims for value in values.values(claim.text))


def _stands_in(value: Value, spans: Iterable[Span]) -> bool:
    return any(start <= value.start < end for start, end in spans)


def _without(spans: Iterable[Span], stated: Iterable[Value]) -> list[Span]:
    """The clauses that name none of `stated`: the others are about things that were shown."""
    places = [value.start for value in stated]
    return [(start, end) for start, end in spans if not any(start <= place < end for place in places)]


def _is_apart(clause: str, evidence: Evidence) -> bool:
    """Has it none of its words from what was shown?"""
    words = _telling(clause)
    return len(words) >= LEAST_TELLING and all(words.isdisjoint(_telling(claim.text)) for claim in evidence.claims)


def _telling(text: str) -> frozenset[str]:
    """The beginnings of its longer words."""
    return frozenset(word[:SHORTEST_TELLING] for word in values.words(text) if len(word) >= SHORTEST_TELLING)

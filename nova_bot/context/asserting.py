"""Asserting: which new values of a sentence claim something about the owner's things, and need a source.

A guess, a suggestion, a plan that was asked for, and how things are in general need none.
"""

from collections.abc import Collection, Iterable

from nova_bot.context import phrases, values
from nova_bot.context.evidence import Evidence
from nova_bot.context.phrases import Span
from nova_bot.context.said import Said
from nova_bot.context.values import Value, ValueKind

MOST = 50
"""Of more values in one sentence each is a claim."""

SHORTEST_TELLING = 4
"""Letters by which one word is known from another."""

LEAST_TELLING = 3
"""In fewer such words a clause says too little to be about something else."""

SMALL = 1_000

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
    left = [value for value in new if value.kind not in planned and not _stands_in(value, opened)]
    if any(map(_is_small, left)):
        apart = [span for span in _without(phrases.clauses(plain), founded) if _is_apart(plain[slice(*span)], evidence)]
        left = [value for value in left if not (_is_small(value) and _stands_in(value, apart))]
    return left


def _is_small(value: Value) -> bool:
    """Is it a number of things, a length or a share? A larger one is a sum or an id of somebody's."""
    return value.kind is ValueKind.NUMBER and value.amounts[0] < SMALL


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

"""Asserting: which new values of a sentence claim something about the owner's things, and need a source.

A guess, a suggestion, a plan that was asked for, and how things are in general need none.
"""

import re
from collections.abc import Collection, Iterable

from nova_bot.context import phrases
from nova_bot.context.evidence import Evidence
from nova_bot.context.phrases import Span
from nova_bot.context.said import Said
from nova_bot.context.value import Value, ValueKind

MOST = 50
"""Of more values in one sentence each is a claim."""

EXACT = 4
"""Digits of an id that nobody guesses."""

_OWNED = frozenset({ValueKind.NAME, ValueKind.ID, ValueKind.MONEY, ValueKind.LINK, ValueKind.ADDRESS})
"""Values that are somebody's."""

_MADE_UP = re.compile(r"0*1234\d*|(\d)\1{3,}")

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
    return [v for v in new if _is_exact(v) or not (v.kind in planned or _stands_in(v, opened))]


def _is_exact(value: Value) -> bool:
    """Is it an address, or an id that nobody guesses? "DE123456789" is one as examples have it."""
    digits = "".join(filter(str.isdigit, value.text))
    exact = value.kind is ValueKind.ID and len(digits) >= EXACT and not _MADE_UP.fullmatch(digits)
    return exact or value.kind in (ValueKind.LINK, ValueKind.ADDRESS)


def _stands_in(value: Value, spans: Iterable[Span]) -> bool:
    return any(start <= value.start < end for start, end in spans)


def _without(spans: Iterable[Span], stated: Iterable[Value]) -> list[Span]:
    """The clauses that name none of `stated`: the others are about things that were shown."""
    places = [value.start for value in stated]
    return [(start, end) for start, end in spans if not any(start <= place < end for place in places)]

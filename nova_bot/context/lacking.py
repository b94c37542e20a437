"""Lacking: what a pack has no room for, told to the agent that should know of it, and to the owner."""

from collections.abc import Iterable
from itertools import groupby

from nova_bot.core.pack import ItemKind, LeftOut
from nova_bot.core.text import counted
from nova_bot.core.wording import say

NAMED = 4
"""How many claims of a kind are named; the others are only counted."""

RESERVED = 90
"""Tokens. What a pack keeps free for saying what it has no room for."""

TOLD_OWNER = frozenset({ItemKind.CLAIM, ItemKind.QUOTED, ItemKind.RESULT})
"""Of earlier turns and notes that find no room the owner is told nothing: a long thread always has some."""


def lacking(left_out: Iterable[LeftOut]) -> str:
    """What was left out, by kind: "5 handed-over claims: c7.4, c7.5, c7.6, c7.7 and 1 more; 1 attached text: c7.2"."""
    kinds = [*ItemKind]
    ordered = sorted(left_out, key=lambda out: kinds.index(out.kind))
    return "; ".join(_told(kind, [*out]) for kind, out in groupby(ordered, key=lambda out: out.kind))


def _told(kind: ItemKind, out: list[LeftOut]) -> str:
    ids = [str(claim) for each in out for claim in each.claims[:1]]
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    named = ": " + ", ".join(ids[:NAMED]) + more if ids else ""
    return counted(len(out), say("lacking", kind)) + named

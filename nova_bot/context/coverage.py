"""Coverage: the things that a request names one by one, and which of them an answer leaves out."""

import re
from collections.abc import Sequence

from nova_bot.context import phrases
from nova_bot.context.evidence import Evidence
from nova_bot.context.names import is_legal_form, is_ordinary
from nova_bot.core.text import comparable

SHORTEST_LAST = 3
LONGEST_REQUEST = 600
"""Longer ones are material to work on, not a list of wishes."""

_REST = r"[\w&.'/-]*(?<![.'])"
_NAMED = rf"(?:[A-ZÀ-Þ\d]{_REST}(?: [A-ZÀ-Þ][\w&.-]*\w){{0,2}}|[^\W_]{_REST})"
_AND = "and|und|y|e|et|sowie|plus|&"
_BETWEEN = re.compile(r"\b(?:between|zwischen|entre)\s+$", re.IGNORECASE)
_JOINED = re.compile(rf"\s(?:{_AND})\s")
_LIST = re.compile(rf"(#?{_NAMED}(?:\s*[,;]\s*#?{_NAMED})*)\s*,?\s(?:{_AND})\s(#?{_NAMED})")


def asked(request: str, evidence: Evidence) -> tuple[str, ...]:
    """All that `lists` finds, each once."""
    return tuple(dict.fromkeys(thing for things in lists(request, evidence) for thing in things))


def lists(request: str, evidence: Evidence) -> tuple[tuple[str, ...], ...]:
    """The names and ids that `request` lists and wants to hear of, all of them: "what do Birch, Acme and Rowley owe".

    Nothing where it asks to choose among them. Words in small letters count only from three on, and if tool
    results write them with a capital, or have a row for each.
    """
    if len(request) > LONGEST_REQUEST or not _JOINED.search(request) or phrases.chooses(request):
        return ()
    found = (tuple(dict.fromkeys(_things(each, evidence))) for each in _LIST.finditer(request))
    return tuple(things for things in found if things)


def _things(found: re.Match[str], evidence: Evidence) -> list[str]:
    if re.search(r"\s&\s", found[0]) and "," not in found[0]:
        return []  # "Rowley & Sons" is one
    if _BETWEEN.search(found.string, 0, found.start()):
        return []  # what lies between two things is wanted, or how they differ
    things = [*re.split(r"\s*[,;]\s*", found[1]), found[2]]
    if len(things) > 2 and all(any(_begins_line(claim.text, thing) for claim in evidence.found()) for thing in things):
        return things
    if any(is_ordinary(thing) for thing in things):
        return []
    if all(thing[0].isupper() or any(c.isdigit() for c in thing) for thing in things):
        return things
    found_as = [_written(claim.text, thing) for claim in evidence.found() for thing in things]
    names = any(found_as) and not any(word[0].islower() for words in found_as for word in words)
    return things if names and len(things) > 2 else []


def _begins_line(text: str, thing: str) -> bool:
    """Is it what a row of a table or a list is about?"""
    return re.search(rf"^\W*{re.escape(thing)}(?!\w)", text, re.IGNORECASE | re.MULTILINE) is not None


def _written(text: str, thing: str) -> list[str]:
    """How a word in small letters is written where it occurs: names have a capital, and no colon behind them."""
    return re.findall(rf"(?<!\w){re.escape(thing)}(?!\w)(?!\s*[:=])", text, re.IGNORECASE)


def left_out(things: Sequence[str], answer: str, evidence: Evidence) -> tuple[str, ...]:
    """Which of `things` the answer does not speak of, not even as missing.

    An answer that names none of them ("all three are paid") is measured by what the tools returned; one that tells of
    a failed read leaves out nothing.
    """
    if evidence.failed and phrases.tells_failure(answer):
        return ()
    covered = [thing for thing in things if _mentions(answer, thing)]
    if not covered:
        covered = [thing for thing in things if any(_mentions(claim.text, thing) for claim in evidence.found())]
    return tuple(thing for thing in things if thing not in covered) if covered else ()


def _mentions(text: str, thing: str) -> bool:
    """By its first or its last word: "Birch" speaks of "Birch GmbH", "Sørensen" of "Annika Sørensen"."""
    heads = "|".join(map(re.escape, _heads(thing)))
    return bool(heads) and re.search(rf"(?<!\w)(?:{heads})s?(?!\w)", comparable(text)) is not None


def _heads(thing: str) -> list[str]:
    words = comparable(thing).split()
    if any(c.isdigit() for c in thing):
        return [" ".join(words)]
    last = [word for word in words[-1:] if len(word) > SHORTEST_LAST and not is_ordinary(word)]
    return [*words[:1], *(word for word in last if not is_legal_form(word))]

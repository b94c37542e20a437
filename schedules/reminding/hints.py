"""Hints: a quick look that tells most messages, which have nothing to do with reminders, from those worth reading."""

import re
from collections.abc import Iterator
from functools import cache

from schedules.reminding.words import LANGUAGES, table
from schedules.when.lexicon import FOLDER
from schedules.when.tokens import tokenize

ASKING = ("ACTION", "ALONE", "ALONEUS", "NOUN")
"""The terminals by which a text asks for something about reminders."""

_IDEOGRAPH = re.compile(r"[\u3400-\u9fff〇]")


def hinted(text: str) -> bool:
    """May `text` ask for a reminder, or begin with a time? False only if it surely does neither."""
    if _IDEOGRAPH.search(text):
        return True
    words = [token.key for token in tokenize(text) if token.sort != "punct"]
    if not words:
        return False
    opens = words[0][0].isdigit() or words[0] in _openings() or words[0][0] in "@#<"
    return opens or not _telling().isdisjoint(words)


@cache
def _telling() -> frozenset[str]:
    """Of each phrase by which people ask, its longest word: where that is missing the phrase can't stand."""
    phrases = [phrase for kind, phrase in _phrases() if kind in ASKING]
    for lang in LANGUAGES:
        given = table(lang)
        phrases += [one for words in given["missed"].values() for one in words]
        phrases += [*given["nag"], *given["nag_verb"], *(one for verbs in given["verbs"].values() for one in verbs)]
    return frozenset(max(_words(phrase), key=len, default="") for phrase in phrases)


@cache
def _openings() -> frozenset[str]:
    """The words with which a time may begin."""
    return frozenset(
        words[0] for kind, phrase in _phrases() if kind not in (*ASKING, "opener") and (words := _words(phrase))
    )


def _words(phrase: str) -> list[str]:
    return [token.key for token in tokenize(phrase) if token.sort != "punct"]


def _phrases() -> Iterator[tuple[str, str]]:
    """Every phrase of the grammar's lexicons with its terminal."""
    for name in ("common", *LANGUAGES):
        for line in (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines():
            if line.strip() and not line.startswith(("#", "set\t")):
                kind, _, phrases = line.split("\t")
                yield from ((kind, phrase.removesuffix("~")) for phrase in phrases.split("|"))

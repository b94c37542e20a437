"""One language's words: which terminals (kinds of time word) each word or phrase stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from schedules.when.tokens import Token, fold, tokenize

FOLDER = Path(__file__).parent / "lexicons"
LANGUAGES = ("en", "de", "es", "fr", "zh")
NAMES = frozenset({"WEEKDAY", "RELDAY", "MONTH", "HOLIDAY"})
SPELT = NAMES | {"every", "ADVERB", "EVERYUNIT", "WEEKDAYS", "WORKDAYS", "ACTION"}
DOTTED = frozenset({"WEEKDAY", "MONTH", "UNIT", "about"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A terminal with its value; a weak entry is an everyday word that means a time only in company."""

    kind: str
    value: Any
    weak: bool = False


@dataclass(slots=True)
class Node:
    """A step in the phrase tree: what ends here, and which word may follow."""

    entries: list[Entry] = field(default_factory=list)
    then: dict[str, Node] = field(default_factory=dict)


@dataclass(slots=True)
class Lexicon:
    """All phrases of a language as a tree of words, with its settings.

    `days` are the names of days and months by their first and last letter, `spelt` all words that slips are looked for
    in, by their letters in order.
    """

    lang: str
    root: Node = field(default_factory=Node)
    settings: dict[str, str] = field(default_factory=dict)
    days: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    spelt: dict[str, list[str]] = field(default_factory=dict)

    def add(self, phrase: str, kind: str, value: Any) -> None:
        """Enter one phrase; a trailing tilde marks it as weak, and a hyphen inside is optional."""
        weak = phrase[-2:-1].strip() != "" and phrase.endswith("~")
        phrase = phrase[:-1] if weak else phrase
        self.grow(tokenize(phrase), Entry(kind, value, weak))
        if phrase.endswith("'"):  # "d'" is one word before a letter and two before a space
            self.grow(tokenize(phrase + "x")[:-1], Entry(kind, value, weak))
        if kind in SPELT and not weak and phrase.isalpha():
            word = fold(phrase)
            self.spelt.setdefault("".join(sorted(word)), []).append(word)
            if kind in NAMES:
                self.days.setdefault((word[0], word[-1]), []).append(word)

    def grow(self, words: list[Token], entry: Entry) -> None:
        """Follow these words from the root, and put the entry where they end."""
        node = self.root
        for token in words:
            if token.key != "-" or not token.glued:
                node = node.then.setdefault(token.key, Node())
        node.entries.append(entry)

    def starting_at(self, tokens: list[Token], at: int) -> list[tuple[Entry, int]]:
        """Every phrase that begins with this token, with the position behind it."""
        node, found, size = self.root.then.get(tokens[at].key), [], len(tokens)
        while node is not None:
            at += 1
            found += [(entry, at) for entry in node.entries]
            follower = node.then.get(tokens[at].key) if at < size else None
            if follower is None and at + 1 < size and tokens[at].key == "-" and tokens[at].glued:
                at += 1
                follower = node.then.get(tokens[at].key)
            node = follower
        return found


def typed(value: str) -> Any:
    """Numbers as numbers, everything else as written."""
    if value.startswith("0") and len(value) > 1 and value.isdigit():
        return value
    try:
        return int(value)
    except ValueError:
        return float(value) if value.replace(".", "", 1).isdigit() else value


def read(lexicon: Lexicon, name: str) -> None:
    """Enter the lines of one file: kind, value, phrases separated by bars."""
    for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        kind, value, phrases = line.split("\t")
        if kind == "set":
            lexicon.settings[value] = phrases
            continue
        for phrase in phrases.split("|"):
            lexicon.add(phrase, kind, typed(value))


@cache
def lexicon_of(lang: str) -> Lexicon:
    """The lexicon of a language, read once; unknown languages are read as English."""
    lexicon = Lexicon(lang)
    for name in ("common", lang if lang in LANGUAGES else "en"):
        read(lexicon, name)
    return lexicon

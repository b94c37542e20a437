"""From text to a chart: every token gets the terminals that its language, its digits or its shape allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schedules.when.chart import Chart
from schedules.when.lexicon import DOTTED, Entry, Lexicon
from schedules.when.meaning import Trouble
from schedules.when.numerals import readings
from schedules.when.rules import GRAMMAR
from schedules.when.spelling import spelt
from schedules.when.tokens import Token, tokenize

TIMELY = frozenset(
    {
        "WEEKDAY",
        "WEEKDAYS",
        "WEEKDAYPART",
        "WORKDAYS",
        "MONTH",
        "RELDAY",
        "TODAYPART",
        "PART",
        "UNIT",
        "TIMEWORD",
        "HOLIDAY",
        "ADVERB",
        "EVERYUNIT",
        "NOW",
        "DATE",
        "CLOCK",
        "DATETIME",
        "DM/",
        "vague",
        "ago",
        "LASTREL",
        "UNITAFTER",
        "RELYEAR",
        "PERIODEDGE",
        "RELWEEKEND",
    }
)
BEFORE_CLOCK = frozenset({"hmark", "oclock", "AMPM"})
DAY_KINDS = ("DOM", "YY", "DOMONLY", "SPACED", "DOMDOT")
PAUSES = frozenset({"at", "about", "comma"})
SOLID = frozenset({"PART", "AMPM", "RELDAY", "TODAYPART"})
LETTERS = frozenset({"UNIT", "AMPM", "AMPM1", "hmark", "minutemark", "secondmark", "WEEKDAY"})
UNFREE = frozenset({"UNIT", "percent", "MONTH", "oclock"})
CLOSERS = frozenset(".!?;)…。！？；")
WINDOW = 50  # tokens read at either end of a long text: a request names its time near its edges


@dataclass(slots=True)
class Text:
    """A text cut into tokens, with its chart.

    `strong` marks the tokens that surely speak of time; `postfixed` says that an exception may stand before its word.
    """

    source: str
    lexicon: Lexicon
    tokens: list[Token]
    chart: Chart
    strong: list[bool]
    postfixed: bool = False

    def has(self, at: int, kind: str) -> bool:
        """Can the token here be this terminal?"""
        return kind in self.chart.edges[at]

    def forget(self, kind: str, meaning: str) -> None:
        """Take a meaning from every word of this kind: "semanal" is no order to repeat in "el informe semanal"."""
        for at, edges in enumerate(self.chart.edges):
            if kind in edges:
                edges.pop(meaning, None)
                self.strong[at] = False

    def past(self, at: int, kind: str) -> int:
        """The place behind this terminal, or the same place if it does not stand here."""
        return max(self.chart.edges[at].get(kind, ()), default=at)

    def begun(self, end: int, kind: str) -> int:
        """Where this terminal, of up to five words, begins that ends at this place; the same place if none does."""
        starts = range(max(0, end - 5), end)
        return next((at for at in starts if end in self.chart.edges[at].get(kind, ())), end)

    def led(self, at: int, *kinds: str) -> bool:
        """Does one of these terminals, of up to four words, end right before this place?"""
        edges = self.chart.edges[max(0, at - 4) : at]
        return any(at in begun[kind] for begun in edges for kind in kinds if kind in begun)


def read(source: str, lexicon: Lexicon) -> Text:
    """Tokenize a text and fill its chart with terminals."""
    tokens = tokenize(source)
    if len(tokens) > 2 * WINDOW:
        tokens = tokens[:WINDOW] + tokens[-WINDOW:]
    tokens = spelt(tokens, lexicon)
    text = Text(source, lexicon, tokens, Chart(GRAMMAR, len(tokens)), [False] * len(tokens))
    blocked = codes(tokens, lexicon) | phrases(tokens, lexicon)
    for at, token in enumerate(tokens):
        if token.sort == "iso":
            text.chart.add(at, "Iso", at + 1, datetime.fromisoformat(token.key.upper()))
            text.strong[at] = True
            continue
        if token.sort == "opaque" or token.sort == "mention" or at in blocked:
            continue
        if token.sort == "number":
            number(text, at)
            written_with_digit(text, at)
        else:
            words(text, at)
    text.postfixed = any("excepted" in edges for edges in text.chart.edges)
    unknown_zones(text)
    boundaries(text)
    settle(text)
    return text


def codes(tokens: list[Token], lexicon: Lexicon) -> set[int]:
    """Tokens of codes such as A4, 6358fe2310 or ABC-12345-A1B2C3, in which no number is a time."""
    found = {at + 1 for at, token in enumerate(tokens[:-1]) if token.key in "%=&_" and tokens[at + 1].glued}
    for at in range(1, len(tokens)):
        one, two = tokens[at - 1], tokens[at]
        if two.glued and {one.sort, two.sort} == {"number", "word"}:
            word = at if two.sort == "word" else at - 1
            if word + 1 < len(tokens) and tokens[word + 1].key == "_" and tokens[word + 1].glued:
                found |= {at - 1, at}
            known = any(end == word + 1 for first in {word, at - 1} for _, end in lexicon.starting_at(tokens, first))
            if not known or (word < at and not lexicon_month(tokens, word, lexicon) and not clockish(tokens, word)):
                found |= {at - 1, at}
    return spread(tokens, found)


def phrases(tokens: list[Token], lexicon: Lexicon) -> set[int]:
    """Tokens of sayings such as "good night" that only sound like a time."""
    return {
        inside
        for at, token in enumerate(tokens)
        if token.key in lexicon.root.then
        for entry, end in lexicon.starting_at(tokens, at)
        if entry.kind == "saying"
        for inside in range(at, end)
    }


def spread(tokens: list[Token], found: set[int]) -> set[int]:
    """A code ends where a space stands: blocked tokens block their glued neighbours."""
    for at in range(1, len(tokens)):
        if at - 1 in found and tokens[at].glued and tokens[at].sort != "punct":
            found.add(at)
    for at in range(len(tokens) - 2, -1, -1):
        if at + 1 in found and tokens[at + 1].glued and tokens[at].sort != "punct":
            found.add(at)
    return found


def lexicon_month(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """Is this word a month, as in Feb13?"""
    return any(entry.kind == "MONTH" for entry, _ in lexicon.starting_at(tokens, at))


def clockish(tokens: list[Token], at: int) -> bool:
    """Does this word stand between two numbers, as in 1h30?"""
    return at > 0 and tokens[at].glued and tokens[at - 1].sort == "number"


def number(text: Text, at: int) -> None:
    """Put the readings of written digits on the chart."""
    token, order = text.tokens[at], text.lexicon.settings["order"]
    if token.key == "0":
        text.chart.add(at, "zero", at + 1, 0)
    if at and text.tokens[at - 1].key in "$€£#" and token.glued:
        return
    for kind, value in readings(token.key, order):
        text.chart.add(at, kind, at + 1, value)
        if kind == "NUM":
            text.chart.add(at, "FIGURE", at + 1, value)
        text.strong[at] |= kind in TIMELY or kind == "DATETIME"
        if kind == "DATETIME":
            text.chart.add(at, "Stamp", at + 1, value)
    by_language(text, at)


def unknown_zones(text: Text) -> None:
    """ "Atlantis time" names a zone nobody knows."""
    for at, token in enumerate(text.tokens[:-1]):
        capital = token.sort == "word" and text.source[token.start].isupper()
        if capital and text.has(at + 1, "time") and not text.chart.edges[at]:
            first = at - 2 if at > 1 and text.tokens[at - 1].key == "/" and token.glued else at
            name = text.source[text.tokens[first].start : token.end]
            trouble = Trouble(f"I do not know a time zone called {name!r}. Which city is it?")
            text.chart.add(first, "ZONE", at + 2, trouble)


def by_language(text: Text, at: int) -> None:
    """Notations that mean a time only in some languages, as their settings say."""
    settings, edges = text.lexicon.settings, text.chart.edges[at]
    if "DOM" in edges:
        text.chart.add(at, "DAYNO", at + 1, edges["DOM"][at + 1])
    if "DOM" in edges and (edges["DOM"][at + 1] > 12 or settings.get("weekday-dom")):
        text.chart.add(at, "DOMONLY", at + 1, edges["DOM"][at + 1])
    if settings.get("clock") == "24" and "CLOCK" in edges:
        text.chart.add(at, "DIGITAL", at + 1, edges["CLOCK"][at + 1])
        del edges["CLOCK"]
    if settings.get("dotted") == "clock" and "CLOCK." in edges:
        text.chart.add(at, "LONECLOCK", at + 1, edges["CLOCK."][at + 1])
    if settings.get("dotted") == "date" and "DM." in edges:
        text.chart.add(at, "DMDOT", at + 1, edges["DM."][at + 1])
    if settings.get("spaced") == "date" and "DOM" in edges:
        text.chart.add(at, "SPACED", at + 1, edges["DOM"][at + 1])


def words(text: Text, at: int) -> None:
    """Put every lexicon entry that begins here on the chart; single letters are units only after a number."""
    token = text.tokens[at]
    lone = len(token.key) == 1 and token.sort == "word" and not (at and text.tokens[at - 1].sort == "number")
    entries = text.lexicon.starting_at(text.tokens, at)
    if token.sort == "cjk":
        entries = whole_words(entries)
    for entry, end in entries:
        if entry.weak and entry.kind == "WEEKDAY" and not abbreviated(text, at):
            continue
        if lone and end == at + 1 and entry.kind in LETTERS:
            continue
        expand(text, at, end, entry)
        if entry.kind in DOTTED and end < len(text.tokens) and text.tokens[end].key == "." and text.tokens[end].glued:
            expand(text, at, end + 1, entry)
        lone_unit = token.sort == "cjk" and end == at + 1 and entry.kind == "UNIT"
        if not entry.weak and entry.kind in TIMELY and not lone_unit:
            text.strong[at:end] = [True] * (end - at)


def written_with_digit(text: Text, at: int) -> None:
    """A word that begins with a digit: "2moro", "2nite"."""
    for entry, end in text.lexicon.starting_at(text.tokens, at):
        if end == at + 2 and text.tokens[at + 1].glued and entry.kind in SOLID:
            expand(text, at, end, entry)
            text.strong[at:end] = [True, True]


def whole_words(entries: list[tuple[Entry, int]]) -> list[tuple[Entry, int]]:
    """Without spaces "next" is not read into "afternoon" (下 in 下午)."""
    longest = max((end for entry, end in entries if entry.kind in SOLID), default=0)
    return [(entry, end) for entry, end in entries if entry.kind != "REL" or end >= longest]


def abbreviated(text: Text, at: int) -> bool:
    """Does a two-letter weekday stand alone, or before a dot, a comma or a number?"""
    tokens = text.tokens
    if len(tokens[at].key) > 2:
        return True
    return (at == 0 and len(tokens) == 1) or (
        at + 1 < len(tokens) and (tokens[at + 1].sort == "number" or tokens[at + 1].key in ".,")
    )


def expand(text: Text, at: int, end: int, entry: Entry) -> None:
    """One entry as the terminals it can be."""
    add, value = text.chart.add, entry.value
    add(at, entry.kind, end, value)
    if entry.kind == "NUM":
        add(at, "NUMWORD", end, value)
        add(at, "HOUR", end, value) if value <= 24 else None
        add(at, "MINUTE", end, value) if value <= 59 else None
        add(at, "DOM", end, value) if 1 <= value <= 31 else None
        only = value > 12 or text.lexicon.settings.get("weekday-dom")
        add(at, "DOMONLY", end, value) if only and 1 <= value <= 31 else None
        add(at, "FIVES", end, value) if 1 <= value <= 11 and text.lexicon.settings.get("fives") else None
        add(at, "DIGIT", end, value) if value <= 9 and end == at + 1 else None
    if entry.kind == "UNIT" and text.tokens[at].glued and text.tokens[at].sort == "word":
        add(at, "GLUEUNIT", end, value)
    if entry.kind == "ORD" and 1 <= value <= 12:
        add(at, "ORDMONTH", end, value)


def boundaries(text: Text) -> None:
    """Mark places without a space, and the two ends of a sentence."""
    tokens, chart, ordinals = text.tokens, text.chart, text.lexicon.settings.get("ordinal") == "dot"
    chart.marks[0].add("^")
    chart.marks[len(tokens)].add("$")
    for at, token in enumerate(tokens):
        if token.glued:
            chart.marks[at].add("~")
        if ordinals and token.key == "." and at and tokens[at - 1].sort == "number" and at + 1 < len(tokens):
            continue
        if token.key in CLOSERS and not (at + 1 < len(tokens) and tokens[at + 1].glued):
            chart.marks[at].add("$")
    for at in range(len(tokens) + 1):
        edges = chart.edges[at]
        if "MONTH" not in edges and not linked_month(text, at):
            chart.marks[at].add("nomonth")
        if "$" in chart.marks[at] or not PAUSES.isdisjoint(edges):
            chart.marks[at].add("pause")
        ranged = at + 1 < len(tokens) and tokens[at].key == "-" and tokens[at + 1].sort == "number"
        attached = at < len(tokens) and tokens[at].glued and (tokens[at].sort == "word" or dotted_on(tokens, at))
        dated = ordinals and at < len(tokens) and tokens[at].key == "." and "MONTH" in chart.edges[at + 1]
        if not ranged and not attached and not dated and UNFREE.isdisjoint(edges):
            chart.marks[at].add("free")


def dotted_on(tokens: list[Token], at: int) -> bool:
    """A dot with no space on either side: "15.Sep"."""
    return tokens[at].key == "." and at + 1 < len(tokens) and tokens[at + 1].glued


def linked_month(text: Text, at: int) -> bool:
    """Does a month follow, directly or behind "of" or a sign?"""
    edges = text.chart.edges
    if "ORDMONTH" in edges[at] and text.lexicon.settings.get("ordinal"):
        return True
    return any("MONTH" in edges[end] for kind in ("of", "sep", "the") for end in text.chart.find(kind, at))


def settle(text: Text) -> None:
    """A number before "h", "uhr" or "pm" is an hour and no day; "15." is a day where ordinals carry a dot."""
    dotted = text.lexicon.settings.get("ordinal") == "dot"
    for at, token in enumerate(text.tokens):
        edges = text.chart.edges[at]
        if token.sort == "number" and BEFORE_CLOCK & text.chart.edges[at + 1].keys():
            for kind in DAY_KINDS:
                edges.pop(kind, None)
        if dotted and "DOM" in edges and at + 1 < len(text.tokens):
            follower = text.tokens[at + 1]
            if follower.key == "." and follower.glued:
                text.chart.add(at, "DOM", at + 2, edges["DOM"][at + 1])
                text.chart.add(at, "DOMDOT", at + 2, edges["DOM"][at + 1])

"""Grammar: how values are written in texts, and the words of dates and money that they are made of."""

import re
import tomllib
from importlib.resources import files
from typing import Any

LAST_DAY = 31
"""Of a month."""


def _table() -> dict[str, Any]:
    return tomllib.loads(files("nova_bot.context").joinpath("grammar.toml").read_text("utf-8"))


WORDS = _table()
MONTHS = {name: n for n, names in enumerate(WORDS["months"], 1) for name in names.split("|")}
WEEKDAYS = {name: n for n, names in enumerate(WORDS["weekdays"]) for name in names.split("|")}
SHORT_WEEKDAYS = {name: n for n, names in enumerate(WORDS["short_weekdays"]) for name in names.split("|")}
RELATIVE_DAYS = {name: int(n) for n, names in WORDS["days"].items() for name in names.split("|")}
ORDINARY_CODES = frozenset(WORDS["codes"]["ordinary"].split())

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_NTH = r"(?:st|nd|rd|th|er|\.|º)?"
_GAP = r"(?:-|\s{1,8})"
_YEAR = r"(?:19|20)\d{2}(?![\d-])"
_AND = r"\s?(?:-|–|bis|to|and|und|y|al|au|et)\s?"
NUMBER = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"
MAGNITUDE = rf"(?: ?(?:{'|'.join(WORDS['magnitudes'])})(?![\w-]))?"
_CURRENCY = "|".join(WORDS["currencies"].values())

_GRAMMAR = {
    "mail": r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
    "link": r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)[^\s<>\[\]()\"`|]+",
    "host": r"\b(?:[a-z0-9-]{1,63}\.){1,5}(?:com|org|net|io|de|fr|es|eu|uk|ch|at|dev|app|test|example|ai|info|site)\b"
    r"(?:/[^\s<>\[\]()\"`|]*)?",
    "iban": r"(?-i:\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b)",
    "phone": r"(?<!\w)(?:(?:\+|00)\d[\d ()/-]{6,18}\d|0\d{2,4}[ /-]\d{4,8}(?:[ -]\d{2,6})?)(?!\d)"
    r"|(?<![\w.,/-])\d{2,3}(?: \d\d){3,4}(?![.,]?\d)",
    "uuid": r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
    "iso": r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)",
    "dotted": r"(?<![\d.])\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{4}|\d{2})(?![.:]?\d)",
    "short": r"(?<![\w.,])\d{1,2}\.\d{1,2}\.(?![\w])",
    "days": r"(?<![\d/])\d{1,2}/\d{1,2} ?[-–] ?\d{1,2}/\d{1,2}(?![\d/])",
    "slashed": r"(?<![\d/-])(?:\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{1,2}-\d{1,2}-\d{4})(?![\d/-])",
    "dmy": rf"(?<!\d)(?:\d{{1,2}}{_NTH}{_AND}(?:(?:le|el|the) )?)?\d{{1,2}}{_NTH}{_GAP}?(?:(?:of|de) )?{_MONTH}"
    rf"(?:,?{_GAP}(?:del? )?{_YEAR})?",
    "mdy": rf"\b{_MONTH}{_GAP}(?:0?[1-9]|[12]\d|3[01])(?!\d|[.,]\d| \d{{3}}(?!\d)){_NTH}(?:{_AND}\d{{1,2}}(?!\d))?"
    rf"(?:,?{_GAP}{_YEAR})?(?!:)",
    "my": rf"\b{_MONTH}{_GAP}(?:(?:of|del?) )?\d{{4}}(?![\d-])",
    "span": r"(?<![\d.,])\d{1,3} ?(?:h|hrs?|hours?|std|stunden?|horas?|heures?)\.? (?:(?:and|und|y|et) )?\d{1,2}"
    r" ?min\w*|(?<![\w.,])\d{1,3} ?m(?:in)? ?\d{1,2} ?s(?:ec)?\b|(?<![\w.,])\d{1,3} ?min ?\d{1,2}(?![\w.,:]\w)(?!\w)",
    "time": r"(?<!\d)(?<!\d[.,])(?:\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\b)?|\d{1,2} ?h(?: ?\d{2})?\b"
    r"|\d{1,2}(?:[:.]\d{2})?(?: ?[ap]\.?m\b| uhr\b(?: \d{2}\b)?)"
    r"|\d{1,2}\.\d{2}(?= ?(?:-|–|bis) ?\d{1,2}\.\d{2} ?uhr)"
    r"|\d{1,2}(?= ?(?:-|–|to|bis|a|à|al) ?\d{1,2}(?::\d{2}| ?h\b| ?uhr| ?[ap]m)))",
    "ordinal": r"\b\d{1,3}(?:st|nd|rd|th|er|ère|ème|e|º|ª)\b"
    r"|\b(?:first|last|next|top|ersten|letzten|nächsten|(?:primer|últim)[oa]s|(?:premi|derni)[eè]re?s) \d{1,2}\b",
    "range": r"(?<![\w-])\d{1,4}[-/–]\d{1,4}(?![\w-])",
    "code": r"(?-i:#\d[\w-]*|\b[A-Z]{1,10}\d[\w-]*(?:/\w+)*|\b[A-Za-z]{1,12}(?:[-_/][A-Za-z]{1,12}){0,2}[-_/]\d[\w/-]*"
    r"|\bv?\d+(?:\.\d+){2,}|\b\d{2,}[-/]\d{2,}[\d/-]*|\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{7,40}\b)",
    "handle": r"(?-i:\b[a-z]\d{1,6}\b)",
    "word": r"\b[a-z]+\d\w*",
    "money": rf"(?:{_CURRENCY}) ?(?:{NUMBER})(?:m\b|{MAGNITUDE})"
    rf"|(?<![\w.])(?<!\d,)(?:{NUMBER}){MAGNITUDE} ?(?:{_CURRENCY})(?!\w)",
    "number": rf"(?<![\w.])(?<!\d,)(?:{NUMBER}){MAGNITUDE}",
}
_BEGIN = r"(?=\S)(?:(?<![^\W\d_])|(?![^\W\d_]))"
"""Where a value may begin: not at a blank, nor inside a word."""

_NEAR = r"(?=(?-i:[^\s\d@.:]{0,64})(?:[\d@.:]|\s{1,8}(?:(?:of|del?) )?\d))"
"""A word without a digit, an @, a stop or a colon, and no number behind it, is no value: the grammar is not tried."""

_ANY = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _GRAMMAR.items())
VALUE = re.compile(f"{_BEGIN}{_NEAR}(?:{_ANY})", re.IGNORECASE)
WRITTEN = re.compile(NUMBER)
THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
"""A number whose only mark may be that of thousands."""
SAME_CHARACTERS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "−": "-", "‑": "-"})

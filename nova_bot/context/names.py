"""Names: the capitalised words of a sentence that name somebody or something, as values."""

import re
from functools import lru_cache

from nova_bot.context.grammar import MONTHS, RELATIVE_DAYS, SAME_CHARACTERS, SHORT_WEEKDAYS, WEEKDAYS, WORDS
from nova_bot.context.value import Value, ValueKind
from nova_bot.context.values import values, without_accents
from nova_bot.core.units import known_as

_GERMAN = frozenset(WORDS["names"]["german"].split())
_ORDINARY = frozenset(WORDS["names"]["ordinary"].split()) | MONTHS.keys() | WEEKDAYS.keys() | RELATIVE_DAYS.keys()
_UMLAUTS = frozenset("äöüß")
_BESIDE = {mark: re.compile(WORDS["names"][mark]) for mark in ("titles", "legal_forms")}
_NUMBER_BEHIND = re.compile(r"[.,]? ?\d")
_WORD = re.compile(r"[^\W\d_]+")
_SHOUTED = re.compile(r"[^\W\d_a-zß-ÿ][A-Z0-9&.]{0,5}(?:s|-[a-z]+)?")
"""An abbreviation, perhaps with an ending: "ATMs", "CO-free"."""
_LETTERS = r"A-Za-zÀ-ÖØ-öø-ÿŁłŚśŽž"
_CAPITAL = rf"[A-ZÀ-ÖØ-ÞŁŚŽ][{_LETTERS}0-9]*(?:[-'&.][{_LETTERS}]+)*"
_CAPITALS = re.compile(rf"(?<![\w@./-]){_CAPITAL}(?: (?:& )?{_CAPITAL}){{0,4}}")


def is_ordinary(word: str) -> bool:
    """A capitalised word that is no name: a weekday, a month, a language."""
    return word.casefold() in _ORDINARY


def is_legal_form(word: str) -> bool:
    """Does it say what kind of company something is: "GmbH", "Ltd."?"""
    return _is([word], "legal_forms")


@lru_cache(maxsize=512)
def is_german(text: str) -> bool:
    """Is this the language that capitalises every noun? Each check of a run asks it of the same request."""
    found = _WORD.findall(text.casefold())
    hits = sum(word in _GERMAN or not _UMLAUTS.isdisjoint(word) for word in found)
    return bool(found) and hits / len(found) > 0.12


def names(sentence: str, *, german: bool) -> tuple[Value, ...]:
    """Names that `sentence` states, each a value that seeks its words.

    Best effort without a dictionary: a lone capitalised word at the start of a sentence is passed over, and so is any
    noun where nouns are capitalised, unless a title or a legal form stands beside it, or it is one of two after "mit".
    """
    found: list[Value] = []
    taken = [(value.start, value.start + len(value.text)) for value in values(sentence)]
    for match in _CAPITALS.finditer(sentence if sentence.isascii() else sentence.translate(SAME_CHARACTERS)):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            behind = sentence[match.end() : match.end() + 3]
            found += _named(match, sentence[: match.start()].rstrip(), behind, german=german)
    return tuple(found)


def _named(match: re.Match[str], before: str, behind: str, *, german: bool) -> list[Value]:
    parts = [part for part in match[0].split(" ") if part[0].isupper()]
    if parts[-1].casefold() in SHORT_WEEKDAYS and _NUMBER_BEHIND.match(behind):
        parts = parts[:-1]
    beside = [(parts[max(0, i - 1) : i], part, parts[i + 1 : i + 2]) for i, part in enumerate(parts)]
    marked = [part for before_it, part, after in beside if _is(before_it, "titles") or _is(after, "legal_forms")]
    marked = [part for part in marked if known_as(part) == ""]
    opens = not before or not (before[-1].isalnum() or before[-1] in ",)]'")
    new = [part for part in parts[1 if opens else 0 :] if _could_name(part)]
    if german:
        paired = len(new) == len(parts) > 1 and re.search(rf"\b(?:{WORDS['names']['german_before']})$", before)
        new = marked or (new if paired else [])
        return [_name(match, new)] if new else []
    return [_name(match, [part]) for part in dict.fromkeys([*marked, *new])]


def _is(parts: list[str], mark: str) -> bool:
    return bool(parts) and _BESIDE[mark].fullmatch(parts[0].casefold().rstrip(".")) is not None


def _could_name(part: str) -> bool:
    """Not an abbreviation, a form of address or another ordinary capitalised word."""
    word = part.casefold().removesuffix("'s").strip(".")
    shouted = _SHOUTED.fullmatch(part) is not None or known_as(part) != ""
    ordinary = (
        word in _ORDINARY or word.removesuffix("s") in _ORDINARY or _is([word], "titles") or _is([word], "legal_forms")
    )
    return len(word) > 1 and not ordinary and not shouted


def _name(match: re.Match[str], parts: list[str]) -> Value:
    pieces = [re.sub(r"'s$", "", part.casefold()) for part in parts]
    forms = (form for piece in pieces for form in (piece, piece.removesuffix("s"), piece.replace("-", "")))
    stems = {stem for form in forms for stem in (form, without_accents(form)) if stem}
    seeks = frozenset(f"word:{word}" for stem in stems for word in [stem, *re.findall(r"[^\W_]{3,}", stem)])
    return Value(ValueKind.NAME, " ".join(parts), match.start(), seeks, seeks)

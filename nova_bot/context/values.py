"""Values: the numbers, sums of money, dates, times, names, links, addresses and ids that a text states.

A value *seeks* keys; a text that *offers* one of them states the same value, whatever its thousands marks or date form.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from nova_bot.core.units import known_as


class ValueKind(StrEnum):
    """What a value is."""

    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    NAME = "name"
    LINK = "link"
    ADDRESS = "address"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Value:
    """`amounts` are the readings of a number: "1,200" may be 1200 or 1.2. `start` is where it stands in the text.

    `unit` is the unit or the percent sign behind it, as it is written.
    """

    kind: ValueKind
    text: str
    start: int
    seeks: frozenset[str]
    offers: frozenset[str]
    amounts: tuple[Decimal, ...] = ()
    unit: str = ""

    @property
    def end(self) -> int:
        """Where the text behind it begins."""
        return self.start + len(self.text)


def _table() -> dict[str, Any]:
    return tomllib.loads(files("nova_bot.context").joinpath("values.toml").read_text("utf-8"))


WORDS = _table()
MONTHS = {name: n for n, names in enumerate(WORDS["months"], 1) for name in names.split("|")}
WEEKDAYS = {name: n for n, names in enumerate(WORDS["weekdays"]) for name in names.split("|")}
SHORT_WEEKDAYS = {name: n for n, names in enumerate(WORDS["short_weekdays"]) for name in names.split("|")}
RELATIVE_DAYS = {name: int(n) for n, names in WORDS["days"].items() for name in names.split("|")}
_ORDINARY_CODES = frozenset(WORDS["codes"]["ordinary"].split())

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_NTH = r"(?:st|nd|rd|th|er|\.|º)?"
_GAP = r"(?:-|\s{1,8})"
_YEAR = r"(?:19|20)\d{2}(?![\d-])"
_AND = r"\s?(?:-|–|bis|to|and|und|y|al|au|et)\s?"
_NUMBER = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"
_MAGNITUDE = rf"(?: ?(?:{'|'.join(WORDS['magnitudes'])})(?![\w-]))?"
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
    "money": rf"(?:{_CURRENCY}) ?(?:{_NUMBER})(?:m\b|{_MAGNITUDE})"
    rf"|(?<![\w.])(?<!\d,)(?:{_NUMBER}){_MAGNITUDE} ?(?:{_CURRENCY})(?!\w)",
    "number": rf"(?<![\w.])(?<!\d,)(?:{_NUMBER}){_MAGNITUDE}",
}
_BEGIN = r"(?=\S)(?:(?<![^\W\d_])|(?![^\W\d_]))"
"""Where a value may begin: not at a blank, nor inside a word."""

_NEAR = r"(?=(?-i:[^\s\d@.:]{0,64})(?:[\d@.:]|\s{1,8}(?:(?:of|del?) )?\d))"
"""A word without a digit, an @, a stop or a colon, and no number behind it, is no value: the grammar is not tried."""

_ANY = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _GRAMMAR.items())
_VALUE = re.compile(f"{_BEGIN}{_NEAR}(?:{_ANY})", re.IGNORECASE)
_WRITTEN = re.compile(_NUMBER)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
"""A number whose only mark may be that of thousands."""
_AMOUNT = re.compile(rf"(?:{_NUMBER})(?:m\b|{_MAGNITUDE})|[\d.,' ]", re.IGNORECASE)
_MAGNITUDES = {re.compile(rf"(?:{words})(?!\w)"): n for words, n in (*WORDS["magnitudes"].items(), ("m", 1_000_000))}
"""An "m" is a million only behind a sum of money; elsewhere the grammar does not take it for one."""
_CURRENCIES = {code: re.compile(words, re.IGNORECASE) for code, words in WORDS["currencies"].items()}
_SMALL_CHANGE = "CENT"
_HAS_CENTS = ("EUR", "USD", "GBP")
SAME_CHARACTERS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "−": "-", "‑": "-"})


_BETWEEN = re.compile(r"(?<=\d)x(?=\d)|(?<=\d )x(?= \d)")
_COLUMN = re.compile(r"\s*[^\W\d][^,]*")
_OBJECT = re.compile(r"(?<=[\[,])\s*(?=\{)")
_SERIES = re.compile(r"\[[-\d.,\s]+\]")
_MONTH_OF_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])/20\d\d|20\d\d-(?:0[1-9]|1[0-2])")
_DOTTED_TIME = re.compile(r"([01]?\d|2[0-3])\.([0-5]\d)")
_CLOCK_WORD = re.compile(rf"(?:{WORDS['clock']}) $", re.IGNORECASE)
_DAY_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(WEEKDAYS)}),? (?:the |den |dem |el |le |día )?$", re.IGNORECASE)
"""Before a bare number it is a day of the month: "jueves 3"."""
_ADDRESS = re.compile(r"(\d+(?:\.\d+){3})(?::(\d+))?")
_HASH = re.compile(r"[0-9a-f]{8,64}")
SHORT_HASH = 7
"""Characters by which a commit is called."""
LONGEST_UNIT = 10
_UNIT_IN_NAME = re.compile(r"_([a-z]{1,4})\"?\s?[=:]\s?$")
"""The unit in a field's name: "timeout_ms = 5000"."""
AT_HOME = 9
"""Digits of a phone number without the country or the leading zero."""
LONGEST_DAY_WORD = 20
LAST_DAY = 31
_UNIT = re.compile(
    rf"\s?(?:(?P<percent>%|(?:{WORDS['percent']})(?!\w))|(?P<unit>°?[^\W\d_]{{1,12}}[23²³]?)(?!\w))", re.IGNORECASE
)
_LOOSE_UNITS = frozenset(WORDS["loose_units"].split())

REMEMBERED = 8_192
"""How many texts are remembered: those of some hundred conversations at once."""

_MAY_HOLD_ONE = re.compile(r"[\d@]|://|\.\w")
"""Every value has a digit, but for addresses, links and hosts."""


@lru_cache(maxsize=REMEMBERED)
def values(text: str) -> tuple[Value, ...]:
    """Every value in `text` except names, in order. Pure; remembered because packs repeat their texts."""
    return tuple(_found(_normal(text))) if _MAY_HOLD_ONE.search(text) else ()


def _normal(text: str) -> str:
    """`text` with one form of each sign, every value in its old place: "60x40" has two numbers."""
    text = cells(text.translate(SAME_CHARACTERS))
    if "[" in text:
        text = _SERIES.sub(lambda series: series[0].replace(",", ";"), text)
    return _BETWEEN.sub("×", text) if "x" in text else text


def cells(text: str) -> str:
    """`text` with semicolons for the commas of a table whose first line names its columns."""
    if "," not in text or "\n" not in text:
        return text
    lines = [line for line in text.splitlines() if line.strip()]
    commas = lines[0].count(",") if lines else 0
    named = commas > 0 and all(_COLUMN.fullmatch(cell) for cell in lines[0].split(","))
    return text.replace(",", ";") if named and all(line.count(",") == commas for line in lines) else text


def rows(text: str) -> list[str]:
    """The lines of `text`, with the objects of a JSON list on lines of their own."""
    text = _OBJECT.sub("\n", text) if "{" in text else text
    return [line for line in cells(text).splitlines() if line.strip()]


def _found(text: str) -> list[Value]:
    found: list[Value] = []
    for match in _VALUE.finditer(text):
        read = _READERS.get(match.lastgroup or "")
        found += [_in_its_place(value, text) for value in read(match[0], match.start())] if read else []
    for n in range(len(found) - 2, -1, -1):
        if found[n + 1].unit and not found[n].unit and text[found[n].end : found[n + 1].start].strip() == "×":
            found[n] = replace(found[n], unit=found[n + 1].unit)
    return found


def _in_its_place(value: Value, text: str) -> Value:
    """A number with the unit behind it; behind "at" it may be a time."""
    if value.kind is not ValueKind.NUMBER:
        return value
    if (
        _DAY_WORD.search(text[max(0, value.start - LONGEST_DAY_WORD) : value.start])
        and 0 < value.amounts[0] <= LAST_DAY
    ):
        value = replace(value, seeks=value.seeks | {f"day:{value.text:>02}"})
    hour = re.fullmatch(r"1?\d|2[0-4]", value.text)
    if hour and _CLOCK_WORD.search(text[max(0, value.start - 12) : value.start]):
        n = int(value.text) % 24
        value = replace(value, seeks=value.seeks | {f"time:{n:02}:00", f"time:{(n + 12) % 24:02}:00"})
    return _with_unit(value, text)


def _with_unit(value: Value, text: str) -> Value:
    """A number with what stands behind it: 20 % is not 20 MB, though either may be a 20."""
    found = _UNIT.match(text, value.end)
    named = _UNIT_IN_NAME.search(text[max(0, value.start - LONGEST_UNIT) : value.start])
    if named and known_as(named[1]):
        return replace(value, unit=named[1])
    key = "" if found is None else "%" if found["percent"] else known_as(found["unit"])
    if found is None:
        return value
    if not key:  # "56 of the 61 firms": it counts something
        return replace(value, offers=frozenset(each for each in value.offers if not each.endswith(" alone")))
    unit = "%" if found["percent"] else found["unit"].casefold()
    if unit != "%" and (len(unit) < 2 or unit in _LOOSE_UNITS):
        return replace(value, unit=unit)
    own = frozenset(f"{number} {key}" for number in map(key_of, value.amounts))
    how = "alone" if unit == "%" else "plain"
    seeks = own | {f"{number} {how}" for number in map(key_of, value.amounts)}
    offers = own | {each for each in value.offers if not each.endswith((" plain", " alone"))}
    return replace(value, unit=unit, seeks=seeks, offers=offers)


def _literal(kind: ValueKind, clean: Callable[[str], str]) -> Callable[[str, int], list[Value]]:
    def read(text: str, start: int) -> list[Value]:
        key = frozenset({f"{kind}:{clean(text)}"})
        return [Value(kind, text, start, key, key)]

    return read


def _squashed(text: str) -> str:
    return re.sub(r"[^0-9a-z+]", "", text.casefold())


def _phone(text: str, start: int) -> list[Value]:
    """Its digits, however they are grouped; from home or from abroad."""
    number = _squashed(text)
    key = frozenset({f"id:{number}"} | ({f"id:...{number[-AT_HOME:]}"} if number[0] in "+0" else set()))
    return [Value(ValueKind.ID, text, start, key, key | ({f"number:{number}"} if number[0] not in "+0" else set()))]


def _days(text: str, start: int) -> list[Value]:
    """ "09/11-20/11" is two days."""
    first, last = re.split(r"[-–]", text)
    return [*_date(first.strip(), start), *_date(last.strip(), start + text.rindex(last.strip()))]


def _link(text: str, start: int) -> list[Value]:
    text = text.rstrip(".,;:!?'*_")
    bare = re.sub(r"^(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?", "", text, flags=re.IGNORECASE).rstrip("/").casefold()
    host = bare.split("/")[0]
    place = _ADDRESS.fullmatch(host)
    parts = {f"id:{place[1]}", f"number:{place[2]}"} if place else set()
    offers = frozenset({f"link:{bare}", f"link:{host}", *parts})
    return [Value(ValueKind.LINK, text, start, frozenset({f"link:{bare}"}), offers)]


def _code(text: str, start: int) -> list[Value]:
    """An id is also known by its digits: "invoice 61" or "2024-061" is INV-2024-061, but INV-61 is not any 61."""
    text = text.rstrip("-/_")
    key = re.sub(r"^(?:#|v(?=\d+\.))", "", text.casefold())
    if key in _ORDINARY_CODES:
        return []
    digits = {f"number:{Decimal(part)}" for part in re.findall(r"\d{1,18}", key)}
    tail = {f"id:{found[0]}" for found in re.finditer(r"(?<=[-_/])\d[\w-]*[-_/].+", key)}
    if _HASH.fullmatch(key):
        tail |= {f"id:{key[:n]}" for n in range(SHORT_HASH, len(key))}
    seeks = {f"id:{key}"} | (digits if key.isdigit() else set())
    return [Value(ValueKind.ID, text, start, frozenset(seeks), frozenset({f"id:{key}", *digits, *tail}))]


def is_handle(value: Value) -> bool:
    """Is it one letter with a number, which only beside others of its kind is surely an id?"""
    return value.kind is ValueKind.ID and re.fullmatch(r"[a-z]\d+", value.text) is not None


def _handle(text: str, start: int) -> list[Value]:
    """An id such as "e12", as Nova's own lists have them; as a value it is the word that it is."""
    if text in _ORDINARY_CODES:
        return []
    key = frozenset({f"word:{text}"})
    return [Value(ValueKind.ID, text, start, key, key)]


def _range(text: str, start: int) -> list[Value]:
    """10-15 is two numbers, 2024-061 is an id, 4/12 may be a day and 30/11 is one."""
    low, high = re.split(r"[-/–]", text)
    if text.casefold() in _ORDINARY_CODES:
        return []
    if _MONTH_OF_YEAR.fullmatch(text):
        year, n = sorted((int(low), int(high)), reverse=True)
        month, code = _month(text, start, year, n), _code(text, start)[0]
        return [replace(month, seeks=month.seeks | code.seeks, offers=month.offers | code.offers)]
    day = _date(text, start)[0] if "/" in text and max(int(low), int(high)) <= LAST_DAY else None
    if low.startswith("0") or high.startswith("0") or int(low) >= int(high):
        return [day] if day else _code(text, start)
    both = [*_number(low, start), *_number(high, start + len(low) + 1)]
    return [replace(n, seeks=n.seeks | day.seeks, offers=n.offers | day.offers) for n in both] if day else both


def amounts(text: str) -> tuple[Decimal, ...]:
    """The readings of a written number: one, or two where its only mark may be a thousands or a decimal mark."""
    found = _WRITTEN.search(text)
    if found is None:
        return ()
    number = found[0].replace(" ", "").replace("'", "")
    marks = [mark for mark in number if mark in ".,"]
    last = marks[-1] if marks else ""
    whole = Decimal(number.replace(",", "").replace(".", ""))
    if not marks:
        readings = [whole]
    elif len(set(marks)) == 2 or (len(marks) == 1 and not _THOUSANDS.fullmatch(number)):
        readings = [Decimal(number.replace("," if last == "." else ".", "").replace(last, "."))]
    else:
        readings = [whole] if len(marks) > 1 else [whole, Decimal(number.replace(last, "."))]
    factor = magnitude(text)
    return tuple(reading * factor for reading in readings) if factor > 1 else tuple(readings)


def magnitude(text: str) -> int:
    """A thousand for "3.6k", one for a number without such a word."""
    tail = re.split(r"\d", text)[-1].strip(" .").casefold()
    return next((n for words, n in _MAGNITUDES.items() if words.match(tail)), 1) if tail else 1


def key_of(amount: Decimal) -> str:
    """The key of a number: 1200, 1200.0 and 1.2E3 have one."""
    return f"number:{amount.normalize():f}"


def _number(text: str, start: int) -> list[Value]:
    readings = amounts(text)
    keys = frozenset(map(key_of, readings))
    pieces = frozenset(f"number:{int(piece)}" for piece in text.split(" ") if piece.isdigit() and len(piece) < 19)
    plain = frozenset(f"{key} {how}" for key in keys for how in ("plain", "alone"))
    return [Value(ValueKind.NUMBER, text, start, keys | _as_time(text), keys | pieces | plain, readings)]


def _as_time(text: str) -> frozenset[str]:
    """What "16.30" seeks as a time of day."""
    found = _DOTTED_TIME.fullmatch(text)
    return frozenset({f"time:{int(found[1]):02}:{found[2]}"}) if found else frozenset()


def _money(text: str, start: int) -> list[Value]:
    """A sum seeks itself in its currency, or a number beside which no currency stands."""
    readings = amounts(text)
    mark = _AMOUNT.sub("", text)
    code = next(code for code, words in _CURRENCIES.items() if words.fullmatch(mark))
    if code == _SMALL_CHANGE:
        readings = tuple(reading / 100 for reading in readings)
    codes = _HAS_CENTS if code == _SMALL_CHANGE else (code,)
    own, plain = {f"money:{key_of(a)} {each}" for a in readings for each in codes}, {key_of(a) for a in readings}
    seeks, offers = frozenset(own | {f"{key} plain" for key in plain}), frozenset(own | plain)
    return [Value(ValueKind.MONEY, text, start, seeks, offers, readings)]


def _short_date(text: str, start: int) -> list[Value]:
    """ "3.12." is a day, or the number 3.12 at the end of a sentence."""
    number = _number(text.rstrip("."), start)[0]
    day = _date(text.rstrip("."), start)[0]
    if day.kind is not ValueKind.DATE:
        return [number]
    return [replace(day, seeks=day.seeks | number.seeks, offers=day.offers | number.offers)]


def _date(text: str, start: int) -> list[Value]:
    months = [MONTHS[word] for word in re.findall(r"[^\W\d_]+", text.casefold()) if word in MONTHS]
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    year = next((n for n in numbers if n > 999), None)
    days = [n for n in numbers if 1 <= n <= 31]
    if months:
        return [_day(text, start, {(year, months[0], d)}) for d in days] or [_month(text, start, year or 0, months[0])]
    if re.match(r"\d{4}", text):
        return [_day(text, start, {(numbers[0], numbers[1], numbers[2])})]
    a, b = numbers[:2]
    year = year or (2000 + numbers[2] if len(numbers) > 2 else None)
    readings = {(year, b, a)} if "." in text else {(year, b, a), (year, a, b)}
    readings = {reading for reading in readings if 1 <= reading[1] <= 12}
    return [_day(text, start, readings)] if readings else _code(text, start)


def day_keys(year: int | None, month: int, day: int) -> tuple[frozenset[str], frozenset[str]]:
    """What a date seeks and offers. Without a year it is met by any year, and meets any year."""
    any_year, bare = f"date:*-{month:02}-{day:02}", f"date:-{month:02}-{day:02}"
    of_month = f"day:{day:02}"
    if year is None:
        return frozenset({any_year}), frozenset({any_year, bare, of_month})
    full = f"date:{year}-{month:02}-{day:02}"
    parts = {f"month:{year}-{month:02}", f"number:{year}", f"id:q{(month + 2) // 3}"}
    return frozenset({full, bare}), frozenset({full, any_year, of_month, *parts})


def _day(text: str, start: int, readings: set[tuple[int | None, int, int]]) -> Value:
    keys = [day_keys(*reading) for reading in readings]
    seeks, offers = frozenset[str]().union(*(k[0] for k in keys)), frozenset[str]().union(*(k[1] for k in keys))
    return Value(ValueKind.DATE, text, start, seeks, offers)


def _month(text: str, start: int, year: int, month: int) -> Value:
    key = frozenset({f"month:{year}-{month:02}"})
    return Value(ValueKind.DATE, text, start, key, key | {f"number:{year}"})


def _span(text: str, start: int) -> list[Value]:
    """ "2 h 45 min" is 165 minutes, "5m12s" 312 seconds."""
    large, small = map(int, re.findall(r"\d+", text))
    amount = Decimal(60 * large + small)
    key = frozenset({key_of(amount)})
    unit = "s" if re.match(r"\d+ ?m", text, re.IGNORECASE) else "min"
    return [Value(ValueKind.NUMBER, text, start, key, key, (amount,), unit)]


def _time(text: str, start: int) -> list[Value]:
    """A time of day; as "3 h" it may be a number of hours as well."""
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    hour, minute = numbers[0], numbers[1] if len(numbers) > 1 else 0
    half = re.search(r"([ap])\.?m\b", text, re.IGNORECASE)
    if half:
        hour = hour % 12 + (12 if half[1] in "pP" else 0)
    keys = {f"time:{hour:02}:{minute:02}"}
    if len(numbers) == 1 and not half:
        keys.add(f"number:{numbers[0]}")
    if text.isdigit() and hour < 12:  # the first hour of "2 to 3 pm"
        keys.add(f"time:{hour + 12:02}:00")
    if re.fullmatch(r"\d{1,2} ?h ?\d{2}", text, re.IGNORECASE):  # "2h35" may be a length
        keys.add(f"number:{60 * hour + minute}")
    either = keys | ({f"time:{hour + 12:02}:{minute:02}"} if 1 <= hour <= 12 and not half and ":" in text else set())
    if len(numbers) == 1 and not half and text.casefold().endswith("h"):
        return [Value(ValueKind.TIME, text, start, frozenset(keys), frozenset(either), (Decimal(hour),), "h")]
    return [Value(ValueKind.TIME, text, start, frozenset(keys), frozenset(either))]


_READERS: dict[str, Callable[[str, int], list[Value]]] = {
    "mail": _literal(ValueKind.ADDRESS, lambda text: text.casefold().rstrip(".")),
    "link": _link,
    "host": _link,
    "iban": _literal(ValueKind.ID, _squashed),
    "phone": _phone,
    "days": _days,
    "uuid": _literal(ValueKind.ID, str.casefold),
    "span": _span,
    "time": _time,
    "range": _range,
    "code": _code,
    "handle": _handle,
    "short": _short_date,
    "money": _money,
    "number": _number,
    **dict.fromkeys(("iso", "dotted", "slashed", "dmy", "mdy", "my"), _date),
}


@lru_cache(maxsize=512)
def words(text: str) -> frozenset[str]:
    """The words of `text`, casefolded, with their accents and without: what a name is looked up in."""
    found = frozenset(re.findall(r"[^\W_]+", text.casefold()))
    return found if text.isascii() else found | {without_accents(word) for word in found}


def without_accents(word: str) -> str:
    """ "lefevre" for "lefèvre"."""
    letters = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

"""Readings: what a piece of text that fits the grammar states, as values with the keys that they seek and offer."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from nova_bot.context.grammar import LAST_DAY, MAGNITUDE, MONTHS, NUMBER, ORDINARY_CODES, THOUSANDS, WORDS, WRITTEN
from nova_bot.context.value import Value, ValueKind

_AMOUNT = re.compile(rf"(?:{NUMBER})(?:m\b|{MAGNITUDE})|[\d.,' ]", re.IGNORECASE)
_MAGNITUDES = {re.compile(rf"(?:{words})(?!\w)"): n for words, n in (*WORDS["magnitudes"].items(), ("m", 1_000_000))}
"""An "m" is a million only behind a sum of money; elsewhere the grammar does not take it for one."""
_CURRENCIES = {code: re.compile(words, re.IGNORECASE) for code, words in WORDS["currencies"].items()}
_SMALL_CHANGE = "CENT"
_HAS_CENTS = ("EUR", "USD", "GBP")
_MONTH_OF_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])/20\d\d|20\d\d-(?:0[1-9]|1[0-2])")
_DOTTED_TIME = re.compile(r"([01]?\d|2[0-3])\.([0-5]\d)")
_ADDRESS = re.compile(r"(\d+(?:\.\d+){3})(?::(\d+))?")
_HASH = re.compile(r"[0-9a-f]{8,64}")
SHORT_HASH = 7
"""Characters by which a commit is called."""
AT_HOME = 9
"""Digits of a phone number without the country or the leading zero."""


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
    if key in ORDINARY_CODES:
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
    if text in ORDINARY_CODES:
        return []
    key = frozenset({f"word:{text}"})
    return [Value(ValueKind.ID, text, start, key, key)]


def _range(text: str, start: int) -> list[Value]:
    """10-15 is two numbers, 2024-061 is an id, 4/12 may be a day and 30/11 is one."""
    low, high = re.split(r"[-/–]", text)
    if text.casefold() in ORDINARY_CODES:
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
    found = WRITTEN.search(text)
    if found is None:
        return ()
    number = found[0].replace(" ", "").replace("'", "")
    marks = [mark for mark in number if mark in ".,"]
    last = marks[-1] if marks else ""
    whole = Decimal(number.replace(",", "").replace(".", ""))
    if not marks or (len(set(marks)) == 2 and marks.count(last) > 1):  # "1,234.567.890" has no decimal mark
        readings = [whole]
    elif len(set(marks)) == 2 or (len(marks) == 1 and not THOUSANDS.fullmatch(number)):
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


READERS: dict[str, Callable[[str, int], list[Value]]] = {
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

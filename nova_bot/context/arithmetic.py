"""Arithmetic: numbers and dates that nobody wrote down and that follow all the same from those that stand there."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise, permutations

from dateutil.relativedelta import relativedelta

from nova_bot.context import phrases, values
from nova_bot.context.values import Value, ValueKind
from nova_bot.core.units import known_as

MOST_OPERANDS = 6
"""Among more numbers than this almost anything follows from something."""

MOST_TERMS = 3
"""Days, and lengths of time, from which the end of a term is reckoned."""

MOST_POINTS = 10
"""The same for days and times."""


DAY = 24 * 60
WEEK = 7 * DAY

_MINUTES = {known_as("min"): 1, known_as("hour"): 60}


_WEEKDAYS = {**values.WEEKDAYS, **values.SHORT_WEEKDAYS}
_DAY = rf"({'|'.join(sorted(_WEEKDAYS, key=len, reverse=True))})"
_WEEKDAY_BEFORE = re.compile(rf"\b{_DAY}\b\.?,? ?(?:\()?(?:the |dem |den |der |el |le |día )?$", re.IGNORECASE)
_WEEKDAY_BEHIND = re.compile(rf",? ?\(? ?(?:a |an |ein |un )?{_DAY}\b", re.IGNORECASE)


def decimals(amount: Decimal) -> int:
    """How many digits stand behind the decimal mark."""
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def rounded(text: str) -> set[Decimal]:
    """The numbers of `text`, with fewer decimals."""
    stated = [amount for value in values.values(text) for amount in value.amounts]
    return {round(amount, n) for amount in stated for n in range(min(3, decimals(amount)))}


def column_sums(lines: Iterable[str]) -> set[Decimal]:
    """The sum of the first, second ... amount over all lines that have one."""
    rows = [[v.amounts[0] for v in values.values(line) if v.amounts] for line in lines]
    rows = [row for row in rows if row]
    if len(rows) < 2:
        return set()
    width = max(map(len, rows))
    return {sum((row[k] for row in rows if len(row) > k), Decimal(0)) for k in range(width)}


def adds_up(amount: Decimal, stated: Sequence[Value]) -> bool:
    """Is it the sum of all of `stated`, or the sum or difference of two neighbours?"""
    numbers = [value.amounts[0] for value in stated if value.amounts][:MOST_OPERANDS]
    if len(numbers) > 1 and amount == sum(numbers, Decimal(0)):
        return True
    return any(amount in (a + b, abs(a - b)) for a, b in pairwise(numbers))


def adds_up_in(amount: Decimal, text: str) -> bool:
    """The same for the numbers of one line of `text`."""
    return any(adds_up(amount, values.values(line)) for line in values.cells(text).splitlines())


_TIMES = re.compile(r"[×*·÷/]| x |(?<!\w)(?:at|zu|je|à|a|times|mal|fois|por)(?!\w)", re.IGNORECASE)


def multiplies_out(amount: Decimal, stated: Sequence[Value], sentence: str) -> bool:
    """Is it the product or quotient of two neighbours with a sign or an "at" between them, or a percentage?"""
    numbers = [value for value in stated if value.amounts][:MOST_OPERANDS]
    made: set[Decimal] = set()
    for a, b in permutations(numbers, 2):
        x, y = a.amounts[0], b.amounts[0]
        if a.start < b.start and _TIMES.search(sentence[a.start + len(a.text) : b.start][:16]):
            made |= {x * y} | ({x / y} if y else set())
        if sentence[b.start + len(b.text) :].lstrip().startswith("%"):
            made |= {x * y / 100, x + x * y / 100, x - x * y / 100}
        elif "%" in sentence and y:
            made |= {x / y * 100, abs(x - y) / y * 100}
    return any(round(result, decimals(amount)) == amount for result in made)


def days(stated: Iterable[Value], today: date | None) -> set[date]:
    """The days that values name, those without a year in this one; and today."""
    keys = {key for value in stated if value.kind is ValueKind.DATE for key in value.offers}
    found = {day for key in keys if (day := _day(key, today))}
    return found | ({today} if today else set())


def _day(key: str, today: date | None) -> date | None:
    kind, _, rest = key.partition(":")
    year, _, month_day = rest.partition("-")
    if kind != "date" or year == "*" or not (year or today):
        return None
    try:
        return date.fromisoformat(f"{year or (today.year if today else '')}-{month_day}")
    except ValueError:
        return None


def names_other_weekday(date_value: Value, text: str, today: date) -> bool:
    """Does `text` put a weekday beside a date that falls on another one? A date without a year is the nearest one."""
    if len(re.findall(r"\b\d{1,2}\b", date_value.text)) > 1 and not re.search(r"\d[./-]\d", date_value.text):
        return False  # "Monday to Wednesday (16–18 May)"
    found = _WEEKDAY_BEFORE.search(text[max(0, date_value.start - 24) : date_value.start])
    found = found or _WEEKDAY_BEHIND.match(text, date_value.end)
    if found is None:
        return False
    near = [today.replace(year=today.year + n, day=1) for n in (-1, 0, 1)]
    named = [min(read, key=lambda day: abs(day - today)) for read in _readings(date_value, near)]
    return bool(named) and all(day.weekday() != _WEEKDAYS[found[1].lower()] for day in named)


def _readings(date_value: Value, near: Sequence[date]) -> list[list[date]]:
    """For each reading of a date ("3/4" has two) the days that it is around those that are `near`."""
    keys = [key for key in date_value.offers if re.match(r"date:(?!\*)", key)]
    dated = [key for key in keys if not key.startswith("date:-")] or keys
    return [found for key in dated if (found := [day for each in near if (day := _day(key, each))])]


def times(stated: Iterable[Value]) -> set[int]:
    """The times of day that values name, in minutes."""
    keys = (key for value in stated if value.kind is ValueKind.TIME for key in value.seeks if key.startswith("time:"))
    return {int(hour) * 60 + int(minute) for _, hour, minute in (key.split(":") for key in keys)}


MOST_MINUTES = 720
"""A longer span leads to no time of the same day."""


def lengths(stated: Iterable[Value]) -> set[int]:
    """The lengths of time that values name, in minutes: "45 minutes", "1.5 hours"."""
    named = ((value.amounts[0], _MINUTES.get(known_as(value.unit))) for value in stated if value.amounts and value.unit)
    return {int(amount * unit) for amount, unit in named if unit and 0 < amount * unit <= MOST_MINUTES}


def later(known: Iterable[int], spans: Collection[int]) -> set[int]:
    """The times of day, in minutes, that lie one of `spans` after or before one that is known."""
    return {(start + way * span) % DAY for start in known for span in spans for way in (1, -1)}


def lies_between(amount: Decimal, known: Iterable[int], unit: int) -> bool:
    """Is it the distance of two of the `known` points in time, counted in `unit`? Both are in minutes.

    Months and years are begun or full ones, since they have no length of their own.
    """
    spare = unit if unit > WEEK else 1
    return any(abs(abs(a - b) - amount * unit) < spare for a, b in combinations(sorted(known)[:MOST_POINTS], 2))


def ends(text: str, today: date | None) -> set[str]:
    """The keys of the days on which a term that `text` names ends, or by which it has to be given notice.

    "24 months from 1 March 2025, three months' notice" names 28 February 2027 and 30 November 2026.
    """
    stated, terms = days(values.values(text), None) - {today}, phrases.terms(text)
    if len(stated) > MOST_TERMS or not 0 < len(terms) <= MOST_TERMS:
        return set()
    over = {_shifted(day, term) for day in stated for term in terms}
    over |= {day - timedelta(days=1) for day in over}
    notice = {_shifted(day, (-n, unit)) for day in stated | over for n, unit in terms}
    notice |= {day - timedelta(days=1) for day in notice}
    return {key for day in over | notice for key in values.day_keys(day.year, day.month, day.day)[1]}


def _shifted(day: date, term: tuple[int, str]) -> date:
    n, unit = term
    if unit in ("days", "weeks"):
        return day + timedelta(days=n * (7 if unit == "weeks" else 1))
    return day + relativedelta(months=n * (12 if unit == "years" else 1))


def reachable(known: Iterable[date], spans: Iterable[Decimal]) -> set[str]:
    """The keys of the days that lie a span from a known one: "14 days after 3 May"."""
    lengths = [timedelta(days=sign * int(span)) for span in spans if 0 < span <= 366 for sign in (1, -1)]
    ends = [start + length for start in known for length in lengths]
    return {key for end in ends for key in values.day_keys(end.year, end.month, end.day)[1]}

"""Arithmetic: numbers and times that nobody wrote down and that follow all the same from those that stand there."""

import re
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from itertools import combinations, pairwise, permutations

from nova_bot.context import values
from nova_bot.context.value import Value, ValueKind
from nova_bot.core.units import known_as

MOST_OPERANDS = 6
"""Among more numbers than this almost anything follows from something."""

MOST_POINTS = 10
"""Points in time among which a distance is looked for."""

DAY = 24 * 60
WEEK = 7 * DAY

_MINUTES = {known_as("min"): 1, known_as("hour"): 60}


def decimals(amount: Decimal) -> int:
    """How many digits stand behind the decimal mark."""
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def to_decimals(number: Decimal, digits: int) -> Decimal:
    """`number` with so many decimals; as it is, where it has more digits than one reckons with."""
    try:
        return round(number, digits)
    except InvalidOperation:
        return number


def rounded(text: str) -> set[Decimal]:
    """The numbers of `text`, with fewer decimals."""
    stated = [amount for value in values.values(text) for amount in value.amounts]
    return {to_decimals(amount, n) for amount in stated for n in range(min(3, decimals(amount)))}


def column_sums(lines: Iterable[str]) -> set[Decimal]:
    """The sum of the first, second ... amount over all lines that have one."""
    rows = [[v.amounts[0] for v in values.values(line) if v.amounts] for line in lines]
    rows = [row for row in rows if row]
    if len(rows) < 2:
        return set()
    width = max(map(len, rows))
    return {sum((row[k] for row in rows if len(row) > k), Decimal(0)) for k in range(width)}


def adds_up(amount: Decimal, stated: Sequence[Value], *, percent: bool = False) -> bool:
    """Is it the sum of all of `stated`, or the sum or difference of two neighbours? `percent`: of those in per cent."""
    numbers = [v.amounts[0] for v in stated if v.amounts and (v.unit == "%") is percent][:MOST_OPERANDS]
    if len(numbers) > 1 and amount == sum(numbers, Decimal(0)):
        return True
    return any(amount in (a + b, abs(a - b)) for a, b in pairwise(numbers))


def adds_up_in(amount: Decimal, text: str, *, percent: bool = False) -> bool:
    """The same for the numbers of one line of `text`."""
    return any(adds_up(amount, values.values(line), percent=percent) for line in values.cells(text).splitlines())


_TIMES = re.compile(r"[×*·÷/]| x |(?<!\w)(?:at|zu|je|à|a|times|mal|fois|por)(?!\w)", re.IGNORECASE)


def multiplies_out(amount: Decimal, stated: Sequence[Value], sentence: str) -> bool:
    """Is it the product or quotient of two neighbours with a sign or an "at" between them, or a percentage?"""
    numbers = [value for value in stated if value.amounts][:MOST_OPERANDS]
    made: set[Decimal] = {_sum_of_products(stated, sentence)}
    for a, b in permutations(numbers, 2):
        x, y = a.amounts[0], b.amounts[0]
        if a.start < b.start and _TIMES.search(sentence[a.start + len(a.text) : b.start][:16]):
            made |= {x * y} | ({x / y} if y else set())
        if sentence[b.start + len(b.text) :].lstrip().startswith("%"):
            made |= {x * y / 100, x + x * y / 100, x - x * y / 100}
        elif "%" in sentence and y:
            made |= {x / y * 100, abs(x - y) / y * 100}
    return any(to_decimals(result, decimals(amount)) == amount for result in made)


def times(stated: Iterable[Value]) -> set[int]:
    """The times of day that values name, in minutes."""
    keys = (key for value in stated if value.kind is ValueKind.TIME for key in value.seeks if key.startswith("time:"))
    return {int(hour) * 60 + int(minute) for _, hour, minute in (key.split(":") for key in keys)}


def is_ratio(amount: Decimal, stated: Sequence[Value]) -> bool:
    """Is it how many times one of `stated` is another one?"""
    numbers = [value.amounts[0] for value in stated if value.amounts and value.amounts[0]][:MOST_OPERANDS]
    return any(to_decimals(x / y, decimals(amount)) == amount for x, y in permutations(numbers, 2))


def totals_time(value: Value, texts: Iterable[str]) -> bool:
    """Is it the sum of all lengths of time that one text has as "7:45", in hours, begun or full?"""
    unit = _MINUTES.get(known_as(value.unit)) if value.unit else None
    if unit != _MINUTES[known_as("hour")]:
        return False
    columns = ([found for v in values.values(text) for found in times([v])] for text in texts)
    return any(0 <= sum(column) - unit * value.amounts[0] < unit for column in columns if len(column) > 1)


def _sum_of_products(stated: Sequence[Value], sentence: str) -> Decimal:
    """What all that is multiplied in `sentence` adds up to: "2 × 3, 4 × 5 and 6 × 7 add up to 68"."""
    pairs = pairwise(value for value in stated if value.amounts)
    signed = [(a, b) for a, b in pairs if sentence[a.end : b.start].strip() in ("×", "x", "*", "·")]
    return sum((a.amounts[0] * b.amounts[0] for a, b in signed), Decimal(0))


_CRON = re.compile(r"^[\s\"'-]*([0-5]?\d) ([01]?\d|2[0-3]) (?:[\dL*?,/-]+ ){2}[\w*?,/#-]+(?!\S)", re.MULTILINE)


def crons(text: str) -> set[int]:
    """The times of day, in minutes, at which lines of a crontab start something."""
    return {60 * int(hour) + int(minute) for minute, hour in _CRON.findall(text)}


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

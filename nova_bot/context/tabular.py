"""Tabular: the lines of a text as rows, each with the words by which one speaks of it and its numbers by column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, permutations

from nova_bot.context import readings, values
from nova_bot.context.value import ValueKind

MOST_ROWS = 60
MOST_COLUMNS = 6
LEAST_COUNTED = 3
"""Lines. In fewer the numbers that are no money make no column beside those that are."""

_CELL = re.compile(r"[|\t;]")
_FIELD = re.compile(r'"(\w+)"\s*:')
_CENTS = re.compile(r"\d[.,]\d\d$")
"""A number that may be a sum of money where its neighbour is one."""
_NUMBER_FIELD = re.compile(r'"(\w+)"\s*:\s*"?(-?\d[\d.,]*)(?=["\s,}\]])')


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the words by which one speaks of it and of no other, and its numbers by column."""

    words: frozenset[str]
    numbers: Mapping[int, Decimal]


Table = tuple[Row, ...]


@lru_cache(maxsize=values.REMEMBERED)
def tables(text: str) -> tuple[Table, ...]:
    """The lines of `text` as a table, with its columns counted from the left, and from the right where that differs."""
    lines = lines_of(text)
    if not 1 <= len(lines) <= MOST_ROWS:
        return ()
    if len(lines) > 1 and (named := _numbers_of_fields(lines)):
        return (_table(lines, named),)
    cells = [_CELL.split(line) for line in lines]
    if len(lines) > 1 and len(cells[0]) > 1 and len({*map(len, cells)}) == 1:
        return (_table(lines, _without_heading(lines, [_numbers_of_cells(row) for row in cells])),)
    numbers = [_countable(line) for line in lines]
    left = [dict(enumerate(row[:MOST_COLUMNS])) for row in numbers]
    right = [{len(row) - k: number for k, number in enumerate(row)} for row in numbers]
    uneven = len({len(row) for row in numbers if row}) > 1
    counts = [_plain(line) for line in lines]
    counted = [{len(row) - k: number for k, number in enumerate(row)} for row in counts]
    ways = [
        left,
        *([right] if uneven else []),
        *([counted] if len(lines) >= LEAST_COUNTED and all(counts) and counts != numbers else []),
    ]
    return tuple(_table(lines, each) for each in ways)


def lines_of(text: str) -> list[str]:
    """The rows of a text; where it has one only, what stands between its semicolons."""
    lines = values.rows(text)
    return lines if len(lines) > 1 else [part for line in lines for part in line.split(";")]


def _numbers_of_fields(lines: Sequence[str]) -> list[dict[int, Decimal]]:
    """The numbers of records by the names of their fields: a field is a column. None where a line has no such field."""
    records = [{name: readings.amounts(number) for name, number in _NUMBER_FIELD.findall(line)} for line in lines]
    names = list(dict.fromkeys(name for record in records for name in record))
    if not names or sum(map(bool, records)) < len(lines) - 1:
        return []
    return [{names.index(name): found[0] for name, found in record.items() if found} for record in records]


def _without_heading(lines: Sequence[str], numbers: Sequence[dict[int, Decimal]]) -> Sequence[dict[int, Decimal]]:
    """The ranges in the heading of a table of sums ("0-30", "31-60") are no numbers of it."""
    sums = [any(_CENTS.search(cell.strip()) for cell in _CELL.split(line)) for line in lines]
    return numbers if sums[0] or not all(sums[1:]) else [{}, *numbers[1:]]


def with_alike(texts: Sequence[str], found: Sequence[str]) -> list[str]:
    """`texts`, and behind them those of `found` that are records with the same fields as one of them."""
    shapes = {shape for text in texts if (shape := fields(text))}
    return [*texts, *(text for text in found if text not in texts and fields(text) in shapes)] if shapes else [*texts]


@lru_cache(maxsize=values.REMEMBERED)
def fields(text: str) -> tuple[str, ...]:
    """The names of the fields of a single record, as tools return them."""
    return tuple(_FIELD.findall(text)) if text.startswith("{") and len(values.rows(text)) == 1 else ()


def _countable(line: str) -> list[Decimal]:
    """The numbers of a line: its sums of money if it has any, also those that leave the currency to a neighbour."""
    found = [value for value in values.values(line) if value.amounts and value.unit != "%"]
    priced = any(value.kind is ValueKind.MONEY for value in found)
    money = [v for v in found if v.kind is ValueKind.MONEY or (priced and _CENTS.search(v.text))]
    return [value.amounts[0] for value in money or found]


def _plain(line: str) -> list[Decimal]:
    """The numbers of a line that are no money, beside those that are."""
    found = [value for value in values.values(line) if value.amounts and value.unit != "%"]
    return [value.amounts[0] for value in found if value.kind is not ValueKind.MONEY]


def _numbers_of_cells(cells: Sequence[str]) -> dict[int, Decimal]:
    found = {
        k: [v.amounts[0] for v in values.values(cell.strip()) if v.amounts and v.unit != "%"]
        for k, cell in enumerate(cells)
    }
    return {k: numbers[0] for k, numbers in found.items() if numbers}


def _table(lines: Sequence[str], numbers: Sequence[Mapping[int, Decimal]]) -> Table:
    words = [_beginning(line) for line in lines]
    shared = {word for each in words for word in each if sum(word in other for other in words) > 1}
    return tuple(Row(_telling(each - shared), row) for each, row in zip(words, numbers, strict=True) if row)


def _beginning(line: str) -> frozenset[str]:
    """The words of a line up to its first number."""
    ends = [value.end for value in values.values(line) if value.amounts]
    return values.words(line[: ends[0]] if ends else line)


def _telling(words: frozenset[str]) -> frozenset[str]:
    """`words` with short numbers only where there is nothing else."""
    return frozenset(word for word in words if not word.isdigit() or len(word) > 2) or words


@lru_cache(maxsize=values.REMEMBERED)
def words_of(text: str) -> frozenset[str]:
    """The words of `text`; the numbers of dates and times speak of no row."""
    for value in reversed(values.values(text)):
        if value.kind in (ValueKind.DATE, ValueKind.TIME):
            text = text[: value.start] + text[value.end :]
    return values.words(text)


def spoken(table: Table, text: str) -> Table:
    """The rows that `text` speaks of."""
    words = words_of(text)
    return tuple(row for row in table if not row.words.isdisjoint(words))


def columns(rows: Table, *, made: bool) -> list[list[Decimal]]:
    """The columns; with those `made` of two: what is left, and quantity times price."""
    keys = sorted({key for row in rows for key in row.numbers})[:MOST_COLUMNS]
    columns = [[row.numbers[key] for row in rows if key in row.numbers] for key in keys]
    if not made:
        return columns
    for a, b in combinations(keys, 2):
        pairs = [(row.numbers[a], row.numbers[b]) for row in rows if a in row.numbers and b in row.numbers]
        columns += [[x - y for x, y in pairs], [x * y for x, y in pairs]]
    return columns


def weighted_means(rows: Table) -> set[Decimal]:
    """The mean of each column weighted with another one: grades with their credits, prices with quantities."""
    keys = sorted({key for row in rows for key in row.numbers})[:MOST_COLUMNS]
    means = set[Decimal]()
    for weight, key in permutations(keys, 2):
        pairs = [(row.numbers[weight], row.numbers[key]) for row in rows if {weight, key} <= row.numbers.keys()]
        total = sum((n for n, _ in pairs), Decimal(0))
        if len(pairs) > 1 and total:
            means.add(sum((n * of for n, of in pairs), Decimal(0)) / total)
    return means

"""Material: what there is to reckon with: the tables that were read, the rows that are spoken of, their totals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from nova_bot.context import tabular, values
from nova_bot.context.derivation import Operand
from nova_bot.context.tabular import Table
from nova_bot.context.value import ValueKind
from nova_bot.core.units import convert, known_as

FEW = 3
"""Rows or numbers. Where there are no more, all of them count as spoken of."""
FEW_NUMBERS = 9
"""Of more numbers than this not every pair is tried."""


@dataclass(frozen=True)
class Material:
    """`texts` is what one may reckon with; `spoken` the sentence, its answer and the request.

    `found` is all that was read: what the request names a number for may be in any of it; `days` lie between its dates.
    """

    texts: tuple[str, ...]
    spoken: tuple[str, str, str]
    found: tuple[str, ...] = ()
    days: int = 0

    @cached_property
    def read(self) -> set[Decimal]:
        """All that was read, and what the request names."""
        return {number for text in (*self.found, self.spoken[2]) for number in numbers_of(text)}

    @cached_property
    def numbers(self) -> set[Decimal]:
        """All numbers of the texts."""
        return {number for text in self.texts for number in numbers_of(text)}

    @cached_property
    def percents(self) -> set[Decimal]:
        """Those that are in per cent."""
        return {v.amounts[0] for text in self.texts for v in values.values(text) if v.unit == "%" and v.amounts}

    @cached_property
    def totals(self) -> set[Decimal]:
        """Sums of columns over the rows that are spoken of, and over all."""
        return {sum(c, Decimal(0)) for group in self.groups for c in tabular.columns(group, made=False) if c}

    @cached_property
    def of_all_columns(self) -> set[Decimal]:
        """All sums of money of a table together."""
        cells = [[n for column in tabular.columns(table, made=False) for n in column] for table in self.tables]
        return {sum(numbers, Decimal(0)) for numbers in cells}

    @cached_property
    def made_totals(self) -> set[Decimal]:
        """The same with columns that are made of two."""
        return {sum(c, Decimal(0)) for group in self.groups for c in tabular.columns(group, made=True) if c}

    def rows(self, table: Table) -> Table:
        """The rows that the sentence speaks of, or else the answer; of a very short table all."""
        spoken = tabular.spoken(table, self.spoken[0]) or tabular.spoken(table, self.spoken[1])
        return spoken or (table if len(table) <= FEW else ())

    @cached_property
    def found_totals(self) -> set[Decimal]:
        """Sums of the columns of all tables that were read."""
        rows = [table for text in self.found for table in tabular.tables(text) if len(table) > 1]
        return {sum(column, Decimal(0)) for table in rows for column in tabular.columns(table, made=False)}

    def compared(self, table: Table) -> Table:
        """The same, but of a very short table never one alone."""
        rows = self.rows(table)
        return table if len(rows) == 1 and len(table) <= FEW else rows

    def measured(self, unit: str) -> set[Decimal]:
        """The numbers of the texts with this unit."""
        found = (v for text in self.texts for v in values.values(text) if v.amounts and v.unit)
        return {v.amounts[0] for v in found if known_as(v.unit) == unit}

    @cached_property
    def prices(self) -> tuple[Operand, ...]:
        """The few sums of money that were read."""
        found = {n for text in self.found for n, money in numbers_of(text).items() if money}
        return tuple(Operand(float(n)) for n in found) if len(found) <= FEW_NUMBERS else ()

    def alike(self, unit: str) -> tuple[Operand, ...]:
        """The few numbers that were read with this unit or one of its kind, in this unit."""
        if not unit or unit == "%":
            return ()
        read = [v for text in self.found for v in values.values(text) if v.unit and v.unit != "%" and v.amounts]
        found = {made for v in read for made in in_unit(v.amounts[0], v.unit, unit)}
        found |= {v.amounts[0] for v in read if v.unit == unit}
        return tuple(Operand(float(n)) for n in found) if len(found) <= FEW_NUMBERS else ()

    @cached_property
    def tables(self) -> list[Table]:
        """The tables of the texts."""
        return [table for text in (*self.texts, self._joined) for table in tabular.tables(text) if len(table) > 1]

    @cached_property
    def _joined(self) -> str:
        """The records with the same fields as the first one: what was read one by one is a table too."""
        records = [text for text in self.texts[:-1] if tabular.fields(text)]
        alike = [text for text in records if tabular.fields(text) == tabular.fields(records[0])]
        return "\n".join(alike) if len(alike) > 1 else ""

    @cached_property
    def groups(self) -> list[Table]:
        """The tables, and of each the rows that the sentence, the answer or the request speaks of."""
        groups: list[Table] = []
        for table in self.tables:
            spoken = (tabular.spoken(table, text) for text in self.spoken)
            groups += [group for group in (table, *spoken) if group and group not in groups]
        return groups


@lru_cache(maxsize=values.REMEMBERED)
def numbers_of(text: str) -> Mapping[Decimal, bool]:
    """The numbers of `text`, and whether they are money."""
    return {value.amounts[0]: value.kind is ValueKind.MONEY for value in values.values(text) if value.amounts}


def in_unit(amount: Decimal, unit: str, to: str) -> Iterator[Decimal]:
    """`amount` of a unit in another one; nothing where they measure different things."""
    try:
        made = convert(Fraction(amount), unit, to)
    except ValueError:
        return
    yield Decimal(made.numerator) / Decimal(made.denominator)

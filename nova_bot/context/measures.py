"""Measures: a number as the texts that it comes from would write it: in their units, their thousands, their shares."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from functools import lru_cache

from nova_bot.context import readings, values
from nova_bot.context.arithmetic import to_decimals
from nova_bot.context.value import Value
from nova_bot.core.units import convert, known_as

_IN_A_NAME = re.compile(r"(?:(?<=[a-z\d])_|\b(?:in|en) |[(\[/]|(?<=[,{\s])\")([a-z]{1,5})(?![^\W_])", re.IGNORECASE)
"""A unit in the name of a field or a column: "p95_ms", "Dauer (s)", "size in GB"."""

_CODES = "eur|usd|chf|gbp"
_SIZES = {
    size: re.compile(rf"(?<![^\W_])(?:{marks})(?![^\W_])", re.IGNORECASE)
    for size, marks in (
        (1_000, rf"k(?:{_CODES})?|(?:{_CODES}) ?k|t(?:eur|€)|tsd\.?|k€|€k|thousands?|tausend|miles|milliers"),
        (1_000_000, rf"m(?:{_CODES}|io|n)\.?|(?:{_CODES}) ?m(?:io|n)?\.?|millions?|millionen|millones|m€|€m"),
    )
}
"""What in a heading says that numbers are counted in thousands or in millions."""


def others(value: Value, texts: Sequence[str]) -> Iterator[Value]:
    """`value` as `texts` may write it: in their units, without the thousands of their headings, as a share of one."""
    yield from in_units(value, texts)
    if value.unit == "%":
        yield replace(value, amounts=(value.amounts[0].scaleb(-2),), unit="")


def in_units(value: Value, texts: Sequence[str]) -> Iterator[Value]:
    """`value` in each unit of its kind that `texts` measure in; without the thousands that are left to a heading."""
    if not value.amounts:
        return
    size = readings.magnitude(value.text)
    if size in _SIZES and any(map(_SIZES[size].search, texts)):
        yield replace(value, text=str(value.amounts[0] / size), amounts=(value.amounts[0] / size,))
    kind = _kind(value.unit) if value.unit != "%" else ""
    for unit in sorted({unit for text in texts for unit in _units(text)} if kind else ()):
        if _kind(unit) == kind and known_as(unit) != known_as(value.unit):
            yield replace(value, amounts=(_in(value.amounts[0], value.unit, unit),), unit=unit)


def _kind(unit: str) -> str:
    """What a unit measures; "" for what is none, and for degrees."""
    kind, _, name = known_as(unit).partition(" ")
    return kind if name else ""


@lru_cache(maxsize=values.REMEMBERED)
def _units(text: str) -> frozenset[str]:
    """The units in which `text` measures something."""
    named = {name.lower() for name in _IN_A_NAME.findall(text)}
    behind = {value.unit for value in values.values(text) if value.unit and value.unit != "%"}
    return frozenset(unit for unit in named | behind if known_as(unit))


def _in(amount: Decimal, unit: str, to: str) -> Decimal:
    """As exactly as it is written: 1.2 s are 12E+2 ms."""
    factor = convert(Fraction(1), unit, to) - convert(Fraction(0), unit, to)
    exponent = amount.as_tuple().exponent
    step = Fraction(10) ** (exponent if isinstance(exponent, int) else 0) * factor
    made = convert(Fraction(amount), unit, to)
    exact = Decimal(made.numerator) / Decimal(made.denominator)
    worth = (Decimal(step.numerator) / Decimal(step.denominator)).log10().to_integral_value(ROUND_CEILING)
    return to_decimals(exact, -int(worth))

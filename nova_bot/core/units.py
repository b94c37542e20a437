"""Units: how many of one are one of another. Exact where the definition is exact."""

import tomllib
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

_TEMPERATURES: dict[str, tuple[Fraction, Fraction]] = {
    "celsius": (Fraction(1), Fraction("273.15")),
    "fahrenheit": (Fraction(5, 9), Fraction("459.67") * Fraction(5, 9)),
    "kelvin": (Fraction(1), Fraction(0)),
}
_SHORT = {"c": "celsius", "°c": "celsius", "f": "fahrenheit", "°f": "fahrenheit", "k": "kelvin"}


@cache
def _units() -> dict[str, tuple[str, Fraction]]:
    table: dict[str, Any] = tomllib.loads(files("nova_bot.core").joinpath("units.toml").read_text("utf-8"))
    return {name: (dimension, Fraction(factor)) for dimension, units in table.items() for name, factor in units.items()}


def convert(amount: Fraction, unit: str, to: str) -> Fraction:
    """`amount` of `unit` in `to`. Raises ValueError for an unknown unit or one of another kind."""
    degrees = [_SHORT.get(name.strip().casefold(), name.strip().casefold()) for name in (unit, to)]
    if all(name in _TEMPERATURES for name in degrees):
        (scale, shift), (scale_to, shift_to) = (_TEMPERATURES[name] for name in degrees)
        return (amount * scale + shift - shift_to) / scale_to
    (kind, factor), (kind_to, factor_to) = _unit(unit), _unit(to)
    if kind != kind_to:
        raise ValueError(f"{unit} measures {kind}, {to} measures {kind_to}")
    return amount * factor / factor_to


def known_as(name: str) -> str:
    """One key for all names of a unit, of temperature included; "" for what is no unit."""
    plain = name.strip().casefold()
    if plain in _TEMPERATURES or plain in ("°c", "°f"):
        return _SHORT.get(plain, plain)
    found = _found(name)
    return f"{found[0]} {found[1]}" if found else ""


def _unit(name: str) -> tuple[str, Fraction]:
    found = _found(name)
    if found is None:
        raise ValueError(f'I don\'t know the unit "{name}"')
    return found


def _found(name: str) -> tuple[str, Fraction] | None:
    plain = " ".join(name.casefold().split())
    return _units().get(plain) or _units().get(plain.removesuffix("es")) or _units().get(plain.removesuffix("s"))

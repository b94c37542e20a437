"""Units: exact where the definition is."""

import tomllib
from fractions import Fraction
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.units import convert
from nova_bot.tools.calculator import TOOLS, decimal
from nova_bot.tools.registry import Caller
from tests.tools.callers import calling

TABLE = tomllib.loads(files("nova_bot.core").joinpath("units.toml").read_text("utf-8"))
PAIRS = [(a, b) for units in TABLE.values() for a in units for b in units]
AMOUNTS = st.decimals(-(10**9), 10**9, places=3).map(Fraction)


@pytest.mark.parametrize(
    ("amount", "unit", "to", "value"),
    [
        ("26.2", "miles", "km", "42.1648128"),
        ("36", "km/h", "m/s", "10"),
        ("1", "knot", "km/h", "1.852"),
        ("1", "inch", "cm", "2.54"),
        ("12", "inches", "feet", "1"),
        ("1", "us gallon", "litres", "3.785411784"),
        ("8", "pints", "gallons", "1"),
        ("16", "cups", "gallon", "1"),
        ("128", "fl oz", "gallon", "1"),
        ("1", "uk gallon", "uk pints", "8"),
        ("16", "ounces", "pound", "1"),
        ("14", "lb", "stone", "1"),
        ("1", "acre", "sqft", "43560"),
        ("1", "Hectare", "M2", "10000"),
        ("1", "GiB", "bytes", "1073741824"),
        ("1", "kWh", "kJ", "3600"),
        ("2", "weeks", "hours", "336"),
        ("1", "psi", "bar", "≈ 0.0689475729317"),
        ("212", "F", "C", "100"),
        ("-40", "celsius", "fahrenheit", "-40"),
        ("0", "°C", "K", "273.15"),
        ("98.6", "°F", "Celsius", "37"),
    ],
)
def test_amounts_in_other_units(amount: str, unit: str, to: str, value: str) -> None:
    assert decimal(convert(Fraction(amount), unit, to)) == value


@given(AMOUNTS, st.sampled_from(PAIRS))
def test_there_and_back_again(amount: Fraction, pair: tuple[str, str]) -> None:
    unit, to = pair
    assert convert(convert(amount, unit, to), to, unit) == amount


@given(AMOUNTS, st.sampled_from(["celsius", "fahrenheit", "kelvin"]), st.sampled_from(["c", "f", "k"]))
def test_temperatures_there_and_back_again(amount: Fraction, unit: str, to: str) -> None:
    assert convert(convert(amount, unit, to), to, unit) == amount


@pytest.mark.parametrize(
    ("unit", "to", "words"),
    [
        ("kg", "km", "kg measures mass, km measures length"),
        ("celsius", "km", 'the unit "celsius"'),
        ("parsec", "km", 'the unit "parsec"'),
        ("", "km", 'the unit ""'),
        ("s" * 29, "km", "the unit"),
    ],
)
def test_what_can_not_be_converted_is_said(unit: str, to: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        convert(Fraction(1), unit, to)


async def test_the_tool_shows_both_amounts(caller: Caller) -> None:
    assert await calling(TOOLS[1], caller, amount="1/2", unit="km", to="m") == "1/2 km = 500 m"
    assert await calling(TOOLS[1], caller, amount="much", unit="km", to="m") == (
        "calc.convert did not work: only numbers, + - * / % ^, brackets and a few functions, please"
    )

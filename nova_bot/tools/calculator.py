"""The calculator: exact fractions inside, decimals outside; and units, by `core.units`."""

import ast
import operator
import re
from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction
from math import floor

from pydantic import Field

from nova_bot.core.effect import Effect, Returns
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity
from nova_bot.core.units import convert
from nova_bot.tools.registry import Args, Caller, Fact, Tool, Typed

LONGEST = 500
LARGEST_POWER = 1_000
MOST_BITS = 13_000
MOST_PLACES = 40
_ROUNDING = Context(prec=12, Emin=-999_999, Emax=999_999)
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)"
_SIGNS = str.maketrans("×÷−·", "*/-*")


def _round(value: Fraction, digits: Fraction = Fraction(0)) -> Fraction:
    """Half away from zero, as on an invoice."""
    if digits.denominator != 1 or abs(digits) > MOST_PLACES:
        raise ValueError(f"a sum is rounded to a whole number of digits, at most {MOST_PLACES}")
    unit = Fraction(10) ** -digits.numerator
    size = floor(abs(value) / unit + Fraction(1, 2)) * unit
    return size if value >= 0 else -size


_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
_FUNCTIONS: dict[str, Callable[..., Fraction]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "sum": lambda *xs: sum(xs, Fraction(0)),
    "avg": lambda *xs: sum(xs, Fraction(0)) / len(xs),
    "round": _round,
}


class EvaluateArgs(Args):
    """A sum to work out."""

    expression: str = Field(
        max_length=LONGEST,
        description="Arithmetic with + - * / % ^ and brackets, functions abs min max sum avg round(x, digits); "
        "`18% of 4350` works. Decimal point, no thousands separators.",
    )


class ConvertArgs(Args):
    """An amount to be said in another unit."""

    amount: str = Field(max_length=60, description="a decimal number such as 12.5")
    unit: str = Field(max_length=30, description="the unit it is in, such as km, gallon, kg, celsius")
    to: str = Field(max_length=30, description="the unit wanted")


def evaluate(expression: str) -> Fraction:
    """The exact value of `expression`. Raises ValueError with words for a person."""
    text = _plain(expression)
    try:
        return _value(_parsed(text), text)
    except RecursionError:
        raise ValueError("that is not arithmetic I can read") from None
    except ZeroDivisionError:
        raise ValueError("it divides by zero") from None
    except TypeError:
        raise ValueError("a function has the wrong number of arguments") from None


def _plain(expression: str) -> str:
    """`expression` in Python's signs. A percentage is bracketed: 50/10% is 500."""
    text = expression.strip().rstrip("=?").strip().translate(_SIGNS)
    text = re.sub(rf"({_NUMBER})\s*%\s*of\b", r"(\1/100)*", text)
    return re.sub(rf"({_NUMBER})%(?=\s*(?:$|[-+*/^,)]))", r"(\1/100)", text).replace("^", "**")


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError("that is not arithmetic I can read") from None


def _value(node: ast.expr, text: str) -> Fraction:
    match node:
        case ast.Constant():
            return _number(ast.get_source_segment(text, node) or "")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, text)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, text)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left, text), _value(right, text))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _bounded(_OPERATORS[type(op)](_value(left, text), _value(right, text)))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS and args:
            return _bounded(_FUNCTIONS[name](*(_value(arg, text) for arg in args)))
    raise ValueError("only numbers, + - * / % ^, brackets and a few functions, please")


def _number(written: str) -> Fraction:
    """A number as it is written: a power of ten in it may not be so large that it takes long to write out."""
    found = re.fullmatch(r"([\d_]*\.?[\d_]*)(?:e([-+]?\d{1,4}))?", written.casefold(), re.ASCII)
    if not found:
        raise ValueError("only decimal numbers, please")
    exponent = int(found[2] or 0)
    if abs(exponent) > LARGEST_POWER:
        raise ValueError("that power is too large")
    return Fraction(found[1].replace("_", "")) * Fraction(10) ** exponent


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        raise ValueError("only whole-number powers are exact; say the root as a decimal power elsewhere")
    size = max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(exponent.numerator)
    if abs(exponent) > LARGEST_POWER or size > MOST_BITS:
        raise ValueError("that power is too large")
    return Fraction(base**exponent.numerator)


def _bounded(value: Fraction) -> Fraction:
    if value.numerator.bit_length() > MOST_BITS or value.denominator.bit_length() > MOST_BITS:
        raise ValueError("the numbers get too large")
    return value


def decimal(value: Fraction) -> str:
    """`value` as a decimal: exact where it ends, else `≈` with 12 significant digits."""
    twos, fives, rest = 0, 0, value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest == 1 and places <= MOST_PLACES:
        digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
        whole, part = (digits[:-places], "." + digits[-places:]) if places else (digits, "")
        return ("-" if value < 0 else "") + whole + part
    return f"≈ {_ROUNDING.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(_ROUNDING):g}"


async def _evaluate(args: EvaluateArgs, _caller: Caller) -> Typed:
    written = args.expression.strip()
    try:
        value = decimal(evaluate(args.expression))
    except ValueError as error:
        raise ToolError(tool="calc.evaluate", what=error) from error
    return Typed(f"{written} = {value}", (Fact(f"sum:{written}", value),))


async def _convert(args: ConvertArgs, _caller: Caller) -> Typed:
    try:
        value = convert(evaluate(args.amount), args.unit, args.to)
    except ValueError as error:
        raise ToolError(tool="calc.convert", what=error) from error
    written = f"{args.amount.strip()} {args.unit}"
    return Typed(
        f"{written} = {decimal(value)} {args.to}", (Fact(f"sum:{written} in {args.to}", decimal(value), args.to),)
    )


_EXACT = Returns(Integrity.DIRECTORY, "sum", echo=True)
TOOLS = (
    Tool("calc.evaluate", "Works out a sum exactly.", EvaluateArgs, Effect.READ, _EXACT, _evaluate),
    Tool("calc.convert", "Converts an amount to another unit.", ConvertArgs, Effect.READ, _EXACT, _convert),
)

"""World: what anybody may know. Laws, rates of taxes and other names of a place need no source."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from nova_bot.context.value import Value, ValueKind
from nova_bot.context.values import without_accents

LONGEST_CODE = 3
NEAR = 40
"""Characters around a number in which the words stand that say what it is."""

_REFERENCE = re.compile(
    r"(?:§{1,2}|\b(?:Art\.?|Artikel|Articles?|artículos?|articles?|Sections?|Sec\.))\s?[A-Z]?\.?\s?\d+[a-z]{0,2}\b"
    r"(?:\s?(?:\(\d+\)|(?:Abs|Nr|S|Satz|Absatz|apartado|alinéa|para)\.?\s\d+|(?:,|;|und|and|y|et|bis|to|-|–|/|i\.V\.m\.)?"
    r"\s?(?:§{1,2}\s?)?\d+[a-z]{0,2}(?![\w.,]*\d)|ff?\.))*"
)
_CONTRACT = re.compile(
    r"§|\b(?:art(?:\.|ikel|icles?|ículos?)|section|clause|klausel|cláusula|ziffer)\s?\d", re.IGNORECASE
)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("nova_bot.context").joinpath("world.toml").read_text("utf-8"))


@cache
def _laws() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_table()['laws']})(?!\w)|(?:of the|des|der|de la|del|du) (?:[A-Z]\w+|law|Code|code|Ley|loi)"
    )


@cache
def _tax() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_table()['tax']})(?!\w)", re.IGNORECASE)


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """All names of a place by each that is no code."""
    rows = (tuple(row.split("|")) for row in _table()["places"])
    return {without_accents(name): row for row in rows for name in row if len(name) > LONGEST_CODE}


def is_known(value: Value, sentence: str, texts: Iterable[str]) -> bool:
    """Does `value`, as it stands in `sentence`, need none of `texts` as its source?"""
    match value.kind:
        case ValueKind.NAME:
            return _is_place(value.text, texts)
        case ValueKind.NUMBER:
            return _is_tax(value, sentence, texts) or _cites_law(value, sentence, texts)
    return False


def _is_place(name: str, texts: Iterable[str]) -> bool:
    """Do `texts` name the same place otherwise: "MUC" or "München" for "Munich"?"""
    names = _places().get(without_accents(name.casefold()), ())
    if not names:
        return False
    codes = "|".join(map(re.escape, names))
    any_case = re.compile(
        rf"(?<![^\W_])(?:{'|'.join(re.escape(n) for n in names if len(n) > LONGEST_CODE)})", re.IGNORECASE
    )
    code = re.compile(rf"(?<![^\W\d_])(?:{codes})(?![^\W\d_])")
    return any(any_case.search(text) or code.search(text) for text in texts)


def _is_tax(value: Value, sentence: str, texts: Iterable[str]) -> bool:
    """Is it a usual rate of a tax that the sentence names beside it, and that nothing which was read has a rate of?"""
    if (
        any("%" in text and _tax().search(text) for text in texts)
        or value.unit != "%"
        or float(value.amounts[0]) not in _table()["tax_rates"]
    ):
        return False
    return _tax().search(sentence, max(0, value.start - NEAR), value.end + NEAR) is not None


def _cites_law(value: Value, sentence: str, texts: Iterable[str]) -> bool:
    """Does it number a provision: of a law that is named, or of any where what was read has no provisions itself?"""
    for reference in _REFERENCE.finditer(sentence):
        if reference.start() < value.start < reference.end() + 1:
            behind = sentence[reference.end() : reference.end() + NEAR]
            return _laws().match(behind.lstrip()) is not None or not any(map(_CONTRACT.search, texts))
    return False

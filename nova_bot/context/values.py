"""Values: what a text states, taken apart: its values in order, its rows, its words."""

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache

from nova_bot.context.grammar import LAST_DAY, SAME_CHARACTERS, VALUE, WEEKDAYS, WORDS
from nova_bot.context.readings import READERS, key_of
from nova_bot.context.value import Value, ValueKind
from nova_bot.core.units import known_as

_BETWEEN = re.compile(r"(?<=\d)x(?=\d)|(?<=\d )x(?= \d)")
_COLUMN = re.compile(r"\s*[^\W\d][^,]*")
_OBJECT = re.compile(r"(?<=[\[,])\s*(?=\{)")
_SERIES = re.compile(r"\[[-\d.,\s]+\]")
_CLOCK_WORD = re.compile(rf"(?:{WORDS['clock']}) $", re.IGNORECASE)
_DAY_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(WEEKDAYS)}),? (?:the |den |dem |el |le |día )?$", re.IGNORECASE)
"""Before a bare number it is a day of the month: "jueves 3"."""
LONGEST_UNIT = 10
_UNIT_IN_NAME = re.compile(r"_([a-z]{1,4})\"?\s?[=:]\s?$")
"""The unit in a field's name: "timeout_ms = 5000"."""
LONGEST_DAY_WORD = 20
_UNIT = re.compile(
    rf"\s?(?:(?P<percent>%|(?:{WORDS['percent']})(?!\w))|(?P<unit>°?[^\W\d_]{{1,12}}[23²³]?)(?!\w))", re.IGNORECASE
)
_LOOSE_UNITS = frozenset(WORDS["loose_units"].split())

REMEMBERED = 8_192
"""How many texts are remembered: those of some hundred conversations at once."""

_MAY_HOLD_ONE = re.compile(r"[\d@]|://|\.\w")
"""Every value has a digit, but for addresses, links and hosts."""


@lru_cache(maxsize=REMEMBERED)
def values(text: str) -> tuple[Value, ...]:
    """Every value in `text` except names, in order. Pure; remembered because packs repeat their texts."""
    return tuple(_found(_normal(text))) if _MAY_HOLD_ONE.search(text) else ()


def _normal(text: str) -> str:
    """`text` with one form of each sign, every value in its old place: "60x40" has two numbers."""
    text = cells(text.translate(SAME_CHARACTERS))
    if "[" in text:
        text = _SERIES.sub(lambda series: series[0].replace(",", ";"), text)
    return _BETWEEN.sub("×", text) if "x" in text else text


def cells(text: str) -> str:
    """`text` with semicolons for the commas of a table whose first line names its columns."""
    if "," not in text or "\n" not in text:
        return text
    lines = [line for line in text.splitlines() if line.strip()]
    commas = lines[0].count(",") if lines else 0
    named = commas > 0 and all(_COLUMN.fullmatch(cell) for cell in lines[0].split(","))
    return text.replace(",", ";") if named and all(line.count(",") == commas for line in lines) else text


def rows(text: str) -> list[str]:
    """The lines of `text`, with the objects of a JSON list on lines of their own."""
    text = _OBJECT.sub("\n", text) if "{" in text else text
    return [line for line in cells(text).splitlines() if line.strip()]


def _found(text: str) -> list[Value]:
    found: list[Value] = []
    for match in VALUE.finditer(text):
        read = READERS.get(match.lastgroup or "")
        found += [_in_its_place(value, text) for value in read(match[0], match.start())] if read else []
    for n in range(len(found) - 2, -1, -1):
        if found[n + 1].unit and not found[n].unit and text[found[n].end : found[n + 1].start].strip() == "×":
            found[n] = replace(found[n], unit=found[n + 1].unit)
    return found


def _in_its_place(value: Value, text: str) -> Value:
    """A number with the unit behind it; behind "at" it may be a time."""
    if value.kind is not ValueKind.NUMBER:
        return value
    if (
        _DAY_WORD.search(text[max(0, value.start - LONGEST_DAY_WORD) : value.start])
        and 0 < value.amounts[0] <= LAST_DAY
    ):
        value = replace(value, seeks=value.seeks | {f"day:{value.text:>02}"})
    hour = re.fullmatch(r"1?\d|2[0-4]", value.text)
    if hour and _CLOCK_WORD.search(text[max(0, value.start - 12) : value.start]):
        n = int(value.text) % 24
        value = replace(value, seeks=value.seeks | {f"time:{n:02}:00", f"time:{(n + 12) % 24:02}:00"})
    return _with_unit(value, text)


def _with_unit(value: Value, text: str) -> Value:
    """A number with what stands behind it: 20 % is not 20 MB, though either may be a 20."""
    found = _UNIT.match(text, value.end)
    named = _UNIT_IN_NAME.search(text[max(0, value.start - LONGEST_UNIT) : value.start])
    if named and known_as(named[1]):
        return replace(value, unit=named[1])
    key = "" if found is None else "%" if found["percent"] else known_as(found["unit"])
    if found is None:
        return value
    if not key:  # "56 of the 61 firms": it counts something
        return replace(value, offers=frozenset(each for each in value.offers if not each.endswith(" alone")))
    unit = "%" if found["percent"] else found["unit"].casefold()
    if unit != "%" and (len(unit) < 2 or unit in _LOOSE_UNITS):
        return replace(value, unit=unit)
    own = frozenset(f"{number} {key}" for number in map(key_of, value.amounts))
    how = "alone" if unit == "%" else "plain"
    seeks = own | {f"{number} {how}" for number in map(key_of, value.amounts)}
    offers = own | {each for each in value.offers if not each.endswith((" plain", " alone"))}
    return replace(value, unit=unit, seeks=seeks, offers=offers)


@lru_cache(maxsize=512)
def words(text: str) -> frozenset[str]:
    """The words of `text`, casefolded, with their accents and without: what a name is looked up in."""
    found = frozenset(re.findall(r"[^\W_]+", text.casefold()))
    return found if text.isascii() else found | {without_accents(word) for word in found}


def without_accents(word: str) -> str:
    """ "lefevre" for "lefèvre"."""
    letters = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

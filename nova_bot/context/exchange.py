"""Exchange: a value takes the place of the one that a statement holds, whatever form either is written in."""

import re

from nova_bot.context.value import Value, ValueKind
from nova_bot.context.values import values

_CITATION = re.compile(r"\[c\d+\.\d+(?:, c\d+\.\d+)*\]")
_AMOUNT = re.compile(r"\d(?:[\d.,' \u00a0\u202f’]*\d)?")
_AMOUNTS = frozenset({ValueKind.NUMBER, ValueKind.MONEY})
_COUNTED = _AMOUNTS | {ValueKind.DATE, ValueKind.TIME}
_BEHIND = re.compile(rf"(.*(?::| is| ist|\|)\s+)[^:|]+?(\.?(?:\s*{_CITATION.pattern})*\.?\s*\|?)")
_LINKS = frozenset({"&", "and", "und", "von", "van", "de", "der"})
LONGEST_NAME = 5
"""Words."""


def exchanged(text: str, value: str) -> str:
    """`text` with `value` in the place of what it states.

    `value` alone where it is more than a value, or where the text has none or several of its kind. A bare number leaves
    the currency or unit of the old one; a name takes the place of what stands behind the last colon, "is" or "ist".
    """
    value = value.strip()
    found = values(value)
    span = _span(text, value, found[0]) if len(found) == 1 and not found[0].start else None
    if span:
        return f"{text[: span[0]]}{value}{text[span[1] :]}"
    says = _BEHIND.fullmatch(text) if _is_name(value) else None
    return f"{says[1]}{value}{says[2]}" if says else value


def _span(text: str, value: str, new: Value) -> tuple[int, int] | None:
    """Where in `text` the value stands that `value`, with nothing but the same unit behind it, is said instead of."""
    masked = _CITATION.sub(lambda cited: " " * len(cited[0]), text)
    bare = new.kind is ValueKind.NUMBER
    stated = [one for one in values(masked) if one.kind in _COUNTED]
    held = [one for one in stated if one.kind is new.kind] if not bare else stated
    if new.kind is ValueKind.MONEY and not held:
        held = stated
    spans = [(one, end) for one in held if (end := _end(masked, one, value[len(new.text) :].strip()))]
    if len(spans) != 1 or (new.kind in _AMOUNTS and spans[0][0].kind not in _AMOUNTS):
        return None
    (old, end) = spans[0]
    amount = _AMOUNT.search(text, old.start, end) if bare and value == new.text else None
    return amount.span() if amount else (old.start, end)


def _end(text: str, old: Value, unit: str) -> int:
    """Where a value ends that has `unit` behind it; 0 where it has another one."""
    end = old.start + len(old.text)
    behind = re.compile(rf"\s*{re.escape(unit)}(?!\w)").match(text, end) if unit else None
    return behind.end() if behind else 0 if unit else end


def _is_name(value: str) -> bool:
    words = value.split()
    named = 0 < len(words) <= LONGEST_NAME and all(word[0].isupper() or word in _LINKS for word in words)
    return named and not any(letter.isdigit() or letter in ":;!?|" for letter in value)

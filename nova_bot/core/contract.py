"""Contract: the shape that an agent's file promises for its result (`returns`), and what is wrong with a result.

A strict part of JSON Schema, with two keywords of our own: `x-totals` ({total: rows.amount}: a total equals the sum at
a path) and `x-covers` ([rows.name, not_done.name]: whatever was asked for one by one is named at one of the paths).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import JsonValue

from nova_bot.core.text import comparable

Schema = Mapping[str, Any]

_TYPES: dict[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "null": lambda value: value is None,
}
_LIMITS: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], bool], str]] = {
    "minimum": (lambda value: value, lambda value, limit: value >= limit, "must be at least {limit}, is {value}"),
    "maximum": (lambda value: value, lambda value, limit: value <= limit, "must be at most {limit}, is {value}"),
    "minItems": (len, lambda size, limit: size >= limit, "must have at least {limit} entries, has {value}"),
    "maxItems": (len, lambda size, limit: size <= limit, "must have at most {limit} entries, has {value}"),
    "minLength": (len, lambda size, limit: size >= limit, "must have at least {limit} characters, has {value}"),
    "maxLength": (len, lambda size, limit: size <= limit, "must have at most {limit} characters, has {value}"),
}
_OF = {"minimum": "number", "maximum": "number", "minItems": "array", "maxItems": "array"}
_WORDS = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "enum", "pattern", "description"}
)
KEYWORDS = _WORDS | _LIMITS.keys() | {"x-totals", "x-covers"}


def checked(schema: object, where: str = "returns") -> Schema:
    """`schema` itself. Raises ValueError for what is no schema, or a keyword that would not be looked at."""
    if not isinstance(schema, dict):
        raise ValueError(f"{where} must be a JSON Schema, written as `key: value` lines")
    unknown = sorted(set(schema) - KEYWORDS)
    if unknown:
        raise ValueError(f'{where} has the keyword "{unknown[0]}"; there are {", ".join(sorted(KEYWORDS))}')
    if schema.get("type") not in _TYPES:
        raise ValueError(f"{where} needs a type: {', '.join(_TYPES)}")
    for name, inner in (schema.get("properties") or {}).items():
        checked(inner, f"{where}.{name}")
    if "items" in schema:
        checked(schema["items"], f"{where}.items")
    re.compile(schema.get("pattern", ""))
    return schema


def plain(schema: Schema) -> dict[str, JsonValue]:
    """The schema as any model understands it: without our own keywords."""
    return {key: value for key, value in schema.items() if not key.startswith("x-")}


def problems(value: JsonValue, schema: Schema, asked: Sequence[str] = ()) -> tuple[str, ...]:
    """What is wrong with a result, in words for the model. `asked` are the things that were asked for one by one."""
    shape = tuple(_shape(value, schema, "result"))
    return shape or (*_totals(value, schema), *_uncovered(value, schema, asked))


def _shape(value: Any, schema: Schema, where: str) -> Iterator[str]:
    kind = schema["type"]
    if not _TYPES[kind](value):
        yield f"{where} must be of type {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} must be one of {', '.join(map(str, schema['enum']))}"
    if kind == "string" and re.search(schema.get("pattern", ""), value) is None:
        yield f"{where} must look like {schema['pattern']}"
    yield from _limits(value, schema, kind, where)
    if kind == "object":
        yield from _members(value, schema, where)
    if kind == "array" and "items" in schema:
        for n, each in enumerate(value):
            yield from _shape(each, schema["items"], f"{where}/{n}")


def _limits(value: Any, schema: Schema, kind: str, where: str) -> Iterator[str]:
    kind = "number" if kind == "integer" else kind
    for key, (measure, fits, words) in _LIMITS.items():
        if key in schema and _OF.get(key, "string") == kind and not fits(measure(value), schema[key]):
            yield f"{where} {words.format(limit=schema[key], value=measure(value))}"


def _members(value: Mapping[str, Any], schema: Schema, where: str) -> Iterator[str]:
    known = schema.get("properties") or {}
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{where}/{name} is missing"
    for name, each in value.items():
        if name in known:
            yield from _shape(each, known[name], f"{where}/{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{where}/{name} does not belong there"


def _totals(value: JsonValue, schema: Schema) -> Iterator[str]:
    for total, parts in schema.get("x-totals", {}).items():
        stated = sum((Decimal(str(n)) for n in _at(value, total)), Decimal(0))
        reckoned = sum((Decimal(str(n)) for n in _at(value, parts)), Decimal(0))
        if stated != reckoned:
            yield f"{total} is {stated}, but {parts} add up to {reckoned}"


def _uncovered(value: JsonValue, schema: Schema, asked: Sequence[str]) -> Iterator[str]:
    paths = schema.get("x-covers", ())
    named = " | ".join(comparable(str(each)) for path in paths for each in _at(value, path))
    missing = [thing for thing in asked if paths and comparable(thing) not in named]
    if missing:
        yield f"asked for {len(asked)}, but {', '.join(missing)} stands in none of {', '.join(paths)}"


def _at(value: Any, path: str) -> list[Any]:
    """Everything at `path`, of each entry where a list is on the way."""
    found = [value]
    for name in path.split("."):
        found = [each for one in found for each in (one if isinstance(one, list) else [one])]
        found = [each[name] for each in found if isinstance(each, dict) and name in each]
    return [each for one in found for each in (one if isinstance(one, list) else [one])]

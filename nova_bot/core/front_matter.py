"""Front matter: the YAML between two --- lines at the head of an agent or job file, read strictly."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.reader import ReaderError

from nova_bot.core.errors import BadFile

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values of a file, the line where each of them stands, and the text below. `error` is what a fault raises."""

    path: str
    values: dict[str, Any]
    body: str
    lines: dict[str, int]
    error: type[BadFile]

    def model(self, kind: type[Model], **more: object) -> Model:
        """The values, and `more`, as a checked record. Raises `error`, which names the line."""
        try:
            return kind.model_validate({**self.values, **more})
        except ValidationError as error:
            first = error.errors()[0]
            place = tuple(first["loc"])
            reason = first["msg"].removeprefix("Value error, ")
            problem = f'"{".".join(map(str, place))}": {reason}' if place else reason
            raise self.error(file=self.path, line=line_of(self.lines, place), problem=problem) from None


def read(
    text: str,
    path: str,
    fields: tuple[str, ...],
    error: type[BadFile],
    instead: Mapping[str, str] = MappingProxyType({}),
) -> FrontMatter:
    """Read the front matter of the file `path`.

    Raises `error`, which names the file, the line and, for a key that is none of `fields`, what to write `instead`
    or the nearest right one.
    """
    found = re.match(r"\ufeff?---[ \t]*\n(.*?\n)---[ \t]*(?:\n|$)", text, re.DOTALL)
    if not found:
        raise error(file=path, line=1, problem="the file must start with front matter between two --- lines")
    reader = _Reader(path, fields, error, instead)
    values = reader.values(found[1])
    return FrontMatter(path, values, text[found.end() :].strip(), reader.lines, error)


def line_of(lines: dict[str, int], place: tuple[str | int, ...]) -> int:
    """The line of a value, such as ("hands_to", 0); else of its key; else 1."""
    outward = (".".join(map(str, place[:size])) for size in range(len(place), 0, -1))
    return next((lines[at] for at in outward if at in lines), 1)


def nearest(word: str, known: tuple[str, ...] | list[str]) -> str:
    """The known word most like `word`, or ""."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.5)), "")


def like(name: str, known: Sequence[str], n: int = 3) -> tuple[str, ...]:
    """At most `n` known names like `name`, first those with a part of that name (`brief`: `morning-brief`)."""
    inside = [one for one in known if name.casefold() in one.split("-")]
    close = get_close_matches(name.casefold(), known, n=n, cutoff=0.4)
    return tuple(dict.fromkeys([*inside, *close]))[:n]


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases: a value that holds itself, or a million copies, can't be written."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not taken, write the value out", problem_mark=mark)
        return super().compose_node(parent, index)


OFFSET = 2
"""The line of the file on which its front matter's first line stands."""


class _Reader:
    def __init__(self, path: str, fields: tuple[str, ...], error: type[BadFile], instead: Mapping[str, str]) -> None:
        self.lines: dict[str, int] = {}
        self._path = path
        self._fields = fields
        self._error = error
        self._instead = instead

    def values(self, front: str) -> dict[str, Any]:
        try:
            loader = _Loader(front)
            node = loader.get_single_node()
            if not isinstance(node, yaml.MappingNode):
                raise self._bad(OFFSET, "the front matter must be `key: value` lines")
            self._collect_lines(node, "")
            self._check_keys(node)
            values: dict[str, Any] = loader.construct_document(node)
        except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date such as 2026-13-45
            line, reason = _trouble(error, front)
            raise self._bad(line + OFFSET, f"not valid YAML: {reason}") from None
        return values

    def _bad(self, line: int, problem: str) -> BadFile:
        return self._error(file=self._path, line=line, problem=problem)

    def _check_keys(self, node: yaml.MappingNode) -> None:
        for key, _ in node.value:
            if key.value not in self._fields:
                raise self._bad(key.start_mark.line + OFFSET, self._unknown(str(key.value)))

    def _unknown(self, key: str) -> str:
        if key in self._instead:
            return self._instead[key]
        guess = nearest(key, self._fields)
        hint = f'; did you mean "{guess}"?' if guess else f"; the keys are {', '.join(self._fields)}"
        return f'unknown key "{key}"{hint}'

    def _collect_lines(self, node: yaml.Node, prefix: str) -> None:
        pairs: list[tuple[str, yaml.Node, yaml.Node]] = []
        if isinstance(node, yaml.MappingNode):
            pairs = [(str(key.value), key, value) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            pairs = [(str(i), value, value) for i, value in enumerate(node.value)]
        for name, at, value in pairs:
            place, line = f"{prefix}{name}", at.start_mark.line + OFFSET
            if place in self.lines:
                raise self._bad(line, f'"{name}" stands twice (first on line {self.lines[place]})')
            self.lines[place] = line
            self._collect_lines(value, f"{place}.")


def _trouble(error: Exception, front: str) -> tuple[int, object]:
    """How many lines down it is, and what it is."""
    match error:
        case yaml.MarkedYAMLError(problem_mark=yaml.Mark(line=line), problem=problem):
            return line, problem
        case ReaderError(position=position, reason=reason):
            return front.count("\n", 0, position), reason
    return 0, error

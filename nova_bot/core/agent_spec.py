"""AgentSpec: one agent, as its Markdown file declares it, checked strictly."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from yaml.reader import ReaderError

from nova_bot.core.errors import BadAgentFile

_SPAN = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$", max_length=60)]
ToolName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Sees(StrEnum):
    """The highest clearance of an agent."""

    PUBLIC = "public"
    CHANNEL = "channel"
    OWNER = "owner"
    SECRET = "secret"  # noqa: S105


class Accepts(StrEnum):
    """The lowest integrity an agent works on."""

    OWNER = "owner"
    DIRECTORY = "directory"
    TYPED = "typed"
    OUTSIDE = "outside"


class Tier(StrEnum):
    """A kind of model; the settings say which model that is."""

    FAST = "fast"
    STANDARD = "standard"
    DEEP = "deep"


def _span(text: object) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([smhd])", str(text))
    if not found:
        raise ValueError("write a length of time like 30s, 15m, 24h or 7d")
    return timedelta(**{_SPAN[found[2]]: int(found[1])})


def _regex(text: object) -> str:
    try:
        re.compile(str(text))
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return str(text)


class NotFor(BaseModel):
    """An utterance near the border that belongs to a neighbour."""

    model_config = ConfigDict(frozen=True)
    text: str
    agent: str


def _not_for(line: object) -> object:
    text, arrow, agent = str(line).rpartition("->")
    if not arrow or not text.strip() or not agent.strip():
        raise ValueError('write "utterance -> agent"')
    return NotFor(text=text.strip(), agent=agent.strip())


class Budget(BaseModel):
    """What one agent may spend within one run."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    steps: int = Field(default=6, ge=1, le=50)
    tokens: int = Field(default=30_000, ge=1_000, le=1_000_000)
    usd: float = Field(default=0.50, gt=0, le=100)
    seconds: int = Field(default=90, ge=1, le=3_600)


class AgentSpec(BaseModel):
    """One agent. Left out means none: an agent without `tools` has no tools.

    `examples` train and test the router, `not_for` tests its borders; `body` is the agent's own prompt.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    description: Line
    examples: tuple[Line, ...] = Field(min_length=1)
    not_for: tuple[Annotated[NotFor, BeforeValidator(_not_for)], ...] = ()
    tools: tuple[ToolName, ...] = ()
    effects: tuple[ToolName, ...] = ()
    asks_before: tuple[ToolName, ...] = ()
    hands_to: tuple[Name, ...] = ()
    needs: tuple[Slug, ...] = ()
    patterns: tuple[Annotated[str, BeforeValidator(_regex)], ...] = ()
    sees: Sees = Sees.CHANNEL
    accepts: Accepts = Accepts.OWNER
    supervised: bool = False
    fresh: dict[Slug, Annotated[timedelta, BeforeValidator(_span)]] = Field(default_factory=dict)
    model: Tier = Tier.STANDARD
    budget: Budget = Budget()
    style: str = ""
    body: Line
    sha: str

    def __str__(self) -> str:
        return self.name


FIELDS = tuple(name for name in AgentSpec.model_fields if name not in ("body", "sha"))


@dataclass(frozen=True, slots=True)
class AgentFile:
    """A parsed file: its path as people name it, its folder, its spec, and the line where each value stands."""

    path: str
    folder: str
    spec: AgentSpec
    lines: dict[str, int]

    def line(self, *place: str | int) -> int:
        """The line of a value, such as ("hands_to", 0); else of its key; else 1."""
        return _line_of(self.lines, place)


def _line_of(lines: dict[str, int], place: tuple[str | int, ...]) -> int:
    outward = (".".join(map(str, place[:size])) for size in range(len(place), 0, -1))
    return next((lines[at] for at in outward if at in lines), 1)


def nearest(word: str, known: tuple[str, ...] | list[str]) -> str:
    """The known word most like `word`, or ""."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.5)), "")


def parse(text: str, path: str, folder: str) -> AgentFile:
    """Read one agent file.

    Raises BadAgentFile, which names the file, the line and, for an unknown key, the nearest right one.
    """
    front, body, offset = _split(text, path)
    lines: dict[str, int] = {}
    values = _values(front, offset, lines, path)
    sha = hashlib.sha256(text.encode()).hexdigest()
    try:
        spec = AgentSpec.model_validate({**values, "body": body, "sha": sha})
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        problem = f'"{".".join(map(str, place))}": {reason}'
        raise BadAgentFile(file=path, line=_line_of(lines, place), problem=problem) from None
    return AgentFile(path, folder, spec, lines)


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases: a value that holds itself, or a million copies, can't be written."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not taken, write the value out", problem_mark=mark)
        return super().compose_node(parent, index)


def _values(front: str, offset: int, lines: dict[str, int], path: str) -> dict[str, Any]:
    """The front matter; the line of each value goes into `lines`."""
    try:
        loader = _Loader(front)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise BadAgentFile(file=path, line=offset, problem="the front matter must be `key: value` lines")
        _collect_lines(node, "", offset, lines, path)
        _check_keys(node, offset, path)
        values: dict[str, Any] = loader.construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date such as 2026-13-45
        line, reason = _trouble(error, front)
        raise BadAgentFile(file=path, line=line + offset, problem=f"not valid YAML: {reason}") from None
    return values


def _trouble(error: Exception, front: str) -> tuple[int, object]:
    """How many lines down it is, and what it is."""
    match error:
        case yaml.MarkedYAMLError(problem_mark=yaml.Mark(line=line), problem=problem):
            return line, problem
        case ReaderError(position=position, reason=reason):
            return front.count("\n", 0, position), reason
    return 0, error


def _check_keys(node: yaml.MappingNode, offset: int, path: str) -> None:
    for key, _ in node.value:
        if key.value not in FIELDS:
            guess = nearest(str(key.value), FIELDS)
            hint = f'; did you mean "{guess}"?' if guess else f"; the keys are {', '.join(FIELDS)}"
            problem = f'unknown key "{key.value}"{hint}'
            raise BadAgentFile(file=path, line=key.start_mark.line + offset, problem=problem)


def _split(text: str, path: str) -> tuple[str, str, int]:
    found = re.match(r"\ufeff?---[ \t]*\n(.*?\n)---[ \t]*(?:\n|$)", text, re.DOTALL)
    if not found:
        raise BadAgentFile(file=path, line=1, problem="the file must start with front matter between two --- lines")
    return found[1], text[found.end() :].strip(), 2


def _collect_lines(node: yaml.Node, prefix: str, offset: int, lines: dict[str, int], path: str) -> None:
    pairs: list[tuple[str, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        pairs = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [(str(i), value, value) for i, value in enumerate(node.value)]
    for name, at, value in pairs:
        place, line = f"{prefix}{name}", at.start_mark.line + offset
        if place in lines:
            raise BadAgentFile(file=path, line=line, problem=f'"{name}" stands twice (first on line {lines[place]})')
        lines[place] = line
        _collect_lines(value, f"{place}.", offset, lines, path)

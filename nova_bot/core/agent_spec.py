"""AgentSpec: one agent, as its Markdown file declares it, checked strictly."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints

from nova_bot.core import contract, front_matter
from nova_bot.core.errors import BadAgentFile
from nova_bot.core.text import clip

_SUMMARY = 100
"""Characters."""

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


def span(text: object) -> timedelta:
    """A length of time such as 15m. Raises ValueError."""
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
    returns: Annotated[dict[str, JsonValue], AfterValidator(contract.checked)] | None = None
    patterns: tuple[Annotated[str, BeforeValidator(_regex)], ...] = ()
    sees: Sees = Sees.CHANNEL
    accepts: Accepts = Accepts.OWNER
    supervised: bool = False
    fresh: dict[Slug, Annotated[timedelta, BeforeValidator(span)]] = Field(default_factory=dict)
    model: Tier = Tier.STANDARD
    budget: Budget = Budget()
    style: str = ""
    body: Line
    sha: str

    def __str__(self) -> str:
        return self.name

    @property
    def summary(self) -> str:
        """The beginning of the description, for lists of all agents."""
        return clip(self.description, _SUMMARY)


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
        return front_matter.line_of(self.lines, place)


def parse(text: str, path: str, folder: str) -> AgentFile:
    """Read one agent file.

    Raises BadAgentFile, which names the file, the line and, for an unknown key, the nearest right one.
    """
    front = front_matter.read(text, path, FIELDS, BadAgentFile)
    sha = hashlib.sha256(text.encode()).hexdigest()
    return AgentFile(path, folder, front.model(AgentSpec, body=front.body, sha=sha), front.lines)

"""Job: a recurring task that the owner declares in a file, checked as strictly as an agent file."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from nova_bot.core import front_matter
from nova_bot.core.agent_spec import Budget, Line, Name, span
from nova_bot.core.envelope import Place
from nova_bot.core.errors import BadJobFile
from nova_bot.core.reminder import IfMissed

PLACE_PARTS = 3
DEFAULT_PLACE = Place("terminal", "local", "chat", "jobs")


def _place(text: object) -> Place:
    parts = str(text).split("/", PLACE_PARTS)
    if len(parts) < PLACE_PARTS or not all(parts):
        raise ValueError("write platform/workspace/channel or platform/workspace/channel/thread, as in slack/T1/C2")
    return Place(*parts)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f'"{name}" is no IANA time zone such as Europe/Berlin')
    return name


class JobGrant(BaseModel):
    """An effect that every run of a job may have: `values` by argument, `like` as templates, `uses` times a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tool: Line
    values: dict[str, tuple[str, ...]] = {}
    like: dict[str, str] = {}
    uses: Annotated[int, Field(ge=1, le=20)] = 1

    @field_validator("values", mode="before")
    @classmethod
    def _lists(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        return {name: value if isinstance(value, list) else [value] for name, value in given.items()}

    def __str__(self) -> str:
        """As the audit shows it."""
        values = [f"{name}={'|'.join(value)}" for name, value in self.values.items()]
        often = [f"({self.uses} times)"] if self.uses > 1 else []
        return " ".join([self.tool, *values, *(f"{name}~{template}" for name, template in self.like.items()), *often])


class JobSpec(BaseModel):
    """One job: the request `body` goes to `agent` as the owner's own words, at the times one of three keys gives.

    `every` is a length of time that passes, `cron` five fields and `rrule` an RFC 5545 rule on the wall clock of
    `tz` (the owner's zone where it is left out). `start` is the naive wall time that intervals count from. The
    answer goes to `place`. `budget` bounds a run of it. `grants` are what it may do beside what its text names. A job
    is off until its file says `enabled: true`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    enabled: bool = False
    every: Annotated[timedelta, BeforeValidator(span)] | None = None
    cron: Line | None = None
    rrule: Line | None = None
    start: datetime = datetime(2026, 1, 5)  # noqa: DTZ001 (a wall time; a Monday)
    tz: Annotated[str, AfterValidator(_zone)] | None = None
    agent: Name
    place: Annotated[Place, BeforeValidator(_place)] = DEFAULT_PLACE
    misfire: IfMissed = IfMissed.ONCE
    budget: Budget | None = None
    grants: tuple[JobGrant, ...] = ()
    body: Line
    sha: str

    @model_validator(mode="after")
    def _one_time(self) -> "JobSpec":
        if sum(one is not None for one in (self.every, self.cron, self.rrule)) != 1:
            raise ValueError("give exactly one of every, cron and rrule")
        if self.start.tzinfo is not None:
            raise ValueError("start is a wall time without a zone; the zone stands in tz")
        return self


FIELDS = tuple(name for name in JobSpec.model_fields if name not in ("body", "sha"))
INSTEAD = {
    "pipeline": "a job can't name a pipeline yet; name the agent that begins the work (agent: NAME), it can hand on"
}


@dataclass(frozen=True, slots=True)
class JobFile:
    """A parsed file: its path as people name it, its spec, and the line where each value stands."""

    path: str
    spec: JobSpec
    lines: dict[str, int]

    def line(self, key: str) -> int:
        """The line of a key, else 1."""
        return front_matter.line_of(self.lines, (key,))


def parse(text: str, path: str) -> JobFile:
    """Read one job file. Raises BadJobFile, which names file, line and, for an unknown key, the nearest right one."""
    front = front_matter.read(text, path, FIELDS, BadJobFile, INSTEAD)
    sha = hashlib.sha256(text.encode()).hexdigest()
    return JobFile(path, front.model(JobSpec, body=front.body, sha=sha), front.lines)

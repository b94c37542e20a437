"""Tool: a typed function with an argument model, an effect class, and the label and freshness of its result."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from nova_bot.core.agenda import Agenda
from nova_bot.core.chat import Chat
from nova_bot.core.effect import OUTWARD, Effect, Returns, ToolRow
from nova_bot.core.envelope import Place
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Label, join
from nova_bot.core.note import Notes
from nova_bot.core.outcome import ToolCall
from nova_bot.core.reminder import Reminders

PLACES, PEOPLE, WHEN = "places", "people", "when"
"""What a slot may stand in beside the lists of tools: the settings' places and people, and time."""


class Args(BaseModel):
    """Base of every argument model: unknown arguments are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a tool works: the person, the place, the time, and a key that is the same when a call is repeated.

    `label` is the join of everything the calling step was shown, `outside` whether that was more than the person's own
    words and what is at least as good, `passes` the label of what this call tells others; `notes`, `agenda` and
    `reminders` are where a person's things are kept, `chat` where one can post.
    """

    person: str
    place: Place
    now: datetime
    tz: str
    key: str
    label: Label
    notes: Notes
    outside: bool = False
    chat: Chat | None = None
    agenda: Agenda | None = None
    reminders: Reminders | None = None
    run: int = 0
    agent: str = ""
    links: frozenset[str] = frozenset()
    passes: Label | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One value in a result, typed: `balance:Birch GmbH` is `1200` `EUR`. Two of one subject can contradict each other.

    `text` is the line that states it, "" where that is the whole result; `as_of` is when it was so, None: just now.
    """

    subject: str
    value: str
    unit: str = ""
    text: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What a tool says, and the same as facts; its label is that of the tool."""

    text: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a call gave. A tool that returns what was kept with a label gives that label back with it."""

    text: str
    label: Label
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """`run` gets checked arguments. It raises ToolError when it can't do what was asked.

    `targets`, `content`, `egress` and `pings` name arguments; these and `own`: see `ToolRow`. `slots` are arguments of
    which the person is asked when it isn't clear what he means: each with the directory that its values stand in
    (PLACES, PEOPLE or the tool that lists them), or WHEN for a day or moment.
    """

    name: str
    description: str
    args: type[Args]
    effect: Effect
    returns: Returns
    run: Callable[[Any, Caller], Awaitable[str | Typed | Result]]
    targets: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    egress: tuple[str, ...] = ()
    own: bool = False
    pings: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def row(self) -> ToolRow:
        """What the trust policy judges a call by."""
        given = self.returns
        return ToolRow(
            self.effect, self.targets, self.content, self.egress, given.secret, self.own, given.echo, self.pings
        )

    async def call(self, call: ToolCall, caller: Caller) -> Result:
        """Check the arguments and run. Raises ToolError with words for the model."""
        try:
            args = self.args.model_validate(call.args)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "arguments"
            raise ToolError(tool=self.name, what=f"{where}: {first['msg']}") from error
        given = await self.run(args, caller)
        if isinstance(given, Result):
            return given
        said = given if isinstance(given, Typed) else Typed(given, ())
        return Result(said.text, self.label(caller.now, caller), said.facts)

    def label(self, now: datetime, caller: Caller) -> Label:
        """The label of a result observed `now`."""
        returns = self.returns
        own = Label(
            integrity=returns.integrity,
            origin=f"tool:{self.name}",
            audience=frozenset() if returns.anyone else caller.label.audience,
            secret=returns.secret,
            as_of=now,
            expires=now + returns.fresh if returns.fresh else None,
        )
        return join([own, caller.label], own.origin) if returns.echo else own


class Registry:
    """The tools by name."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self.effects = {name: str(tool.effect) for name, tool in self._tools.items()}
        """Each tool's name, and what it does to the world."""
        self._rows = {name: tool.row for name, tool in self._tools.items()}
        self.plain = frozenset(name for name, row in self._rows.items() if row.plain)
        """The tools that only read, or keep something inside the house."""

    def get(self, name: str) -> Tool:
        """The tool called `name`. Raises ToolError."""
        if name not in self._tools:
            raise ToolError(tool=name, what="there is no such tool")
        return self._tools[name]

    def outward(self) -> dict[str, bool]:
        """Each tool's name, and whether its effect leaves the house."""
        return {name: tool.effect in OUTWARD for name, tool in self._tools.items()}

    def rows(self) -> dict[str, ToolRow]:
        """Each tool's name and its row."""
        return self._rows

    def of(self, names: Iterable[str]) -> list[Tool]:
        """The tools with these names, in a fixed order."""
        return [self._tools[name] for name in sorted(self._tools.keys() & names)]

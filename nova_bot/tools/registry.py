"""Tool: a typed function with an argument model, an effect class, and the label and freshness of its result."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from nova_bot.core.envelope import Place
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity, Label, join
from nova_bot.core.note import Notes
from nova_bot.core.outcome import ToolCall


class Effect(StrEnum):
    """What a tool does to the world."""

    READ = "read"
    INTERNAL = "internal"
    SEND = "send"
    SHARE = "share"
    DESTROY = "destroy"
    COMMIT = "commit"
    MONEY = "money"
    IDENTITY = "identity"
    EXEC = "exec"


OUTWARD = frozenset(Effect) - {Effect.READ, Effect.INTERNAL}


class Args(BaseModel):
    """Base of every argument model: unknown arguments are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Returns:
    """The label of a result: its integrity, its subject kind, and how long it stays fresh (None: always).

    `anyone` may see it: it is the same whoever asks. `echo`: it is made of its arguments, and so no better than them.
    """

    integrity: Integrity
    kind: str
    fresh: timedelta | None = None
    secret: bool = False
    anyone: bool = False
    echo: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a tool works: the person, the place, the time, and a key that is the same when a call is repeated.

    `label` is the join of everything the calling step was shown; `notes` is where notes are kept.
    """

    person: str
    place: Place
    now: datetime
    tz: str
    key: str
    label: Label
    notes: Notes


@dataclass(frozen=True, slots=True)
class Tool:
    """`run` gets checked arguments. It raises ToolError when it can't do what was asked."""

    name: str
    description: str
    args: type[Args]
    effect: Effect
    returns: Returns
    run: Callable[[Any, Caller], Awaitable[str]]

    async def call(self, call: ToolCall, caller: Caller) -> str:
        """Check the arguments and run. Raises ToolError with words for the model."""
        try:
            args = self.args.model_validate(call.args)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "arguments"
            raise ToolError(tool=self.name, what=f"{where}: {first['msg']}") from error
        return await self.run(args, caller)

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

    def get(self, name: str) -> Tool:
        """The tool called `name`. Raises ToolError."""
        if name not in self._tools:
            raise ToolError(tool=name, what="there is no such tool")
        return self._tools[name]

    def outward(self) -> dict[str, bool]:
        """Each tool's name, and whether its effect leaves the house."""
        return {name: tool.effect in OUTWARD for name, tool in self._tools.items()}

    def of(self, names: Iterable[str]) -> list[Tool]:
        """The tools with these names, in a fixed order."""
        wanted = set(names)
        return [tool for name, tool in sorted(self._tools.items()) if name in wanted]

"""Tools of a run that is played again: what was done is not done a second time, what would be done now is held back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from pydantic import JsonValue, ValidationError

from nova_bot.core.effect import Effect, ToolRow
from nova_bot.core.errors import ToolError
from nova_bot.core.outcome import ToolCall, ToolResult, Use
from nova_bot.core.run import Step
from nova_bot.core.wording import say
from nova_bot.tools.registry import Args, Caller, Fact, Registry, Result, Tool, Typed


@dataclass(frozen=True, slots=True)
class Held:
    """An effect that would come out differently now: with these arguments `instead_of` those of the first time."""

    tool: str
    args: dict[str, JsonValue]
    instead_of: dict[str, JsonValue] | None


class HeldTools(Registry):
    """The tools of `registry`. A call that was made in `steps` gets its result of then; another effect is `held`.

    `facts` are those in the results of then, by their texts.
    """

    def __init__(
        self, registry: Registry, steps: Iterable[Step], facts: Mapping[str, tuple[Fact, ...]] = MappingProxyType({})
    ) -> None:
        super().__init__(registry.of(registry.outward()))
        made = [
            pair
            for step in steps
            if isinstance(step.outcome, Use)
            for pair in zip(step.outcome.calls, step.results, strict=False)
        ]
        self._made = sorted(made, key=lambda pair: pair[1].error)
        self._facts = facts
        self.held: list[Held] = []

    def get(self, name: str) -> Tool:
        """The tool, made harmless. Raises ToolError."""
        tool = super().get(name)

        async def run(args: Args, caller: Caller) -> str | Typed | Result:
            made = self._result(tool, args)
            if made is not None:
                if made.error:
                    raise ToolError(tool=name, what=made.text)
                return Typed(made.text, self._facts.get(made.text, ()))
            if tool.row.plain:
                return await tool.run(args, caller)
            self._hold(tool, args)
            raise ToolError(tool=name, what=say("redo", "held"))

        return replace(tool, effect=Effect.READ, egress=(), run=run)

    def rows(self) -> dict[str, ToolRow]:
        """As they are here: nothing acts, so nothing has to be granted."""
        return {name: self.get(name).row for name in self.outward()}

    def _result(self, tool: Tool, args: Args) -> ToolResult | None:
        """What came of the same call the first time."""
        wanted = args.model_dump(mode="json")
        found = (result for call, result in self._made if call.tool == tool.name and _args(tool, call) == wanted)
        return next(found, None)

    def _hold(self, tool: Tool, args: Args) -> None:
        before = [call.args for call, result in self._made if call.tool == tool.name and not result.error]
        nth = sum(held.tool == tool.name for held in self.held)
        held = Held(tool.name, args.model_dump(mode="json"), before[min(nth, len(before) - 1)] if before else None)
        if held not in self.held:
            self.held.append(held)


def _args(tool: Tool, call: ToolCall) -> Any:
    try:
        return tool.args.model_validate(call.args).model_dump(mode="json")
    except ValidationError:
        return None

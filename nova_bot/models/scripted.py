"""The scripted model: answers from a fixture file, and says so in everything it says."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError, model_validator

from nova_bot.core.errors import BadFixture, NoScript
from nova_bot.core.outcome import ToolCall
from nova_bot.core.pack import ContextPack, ItemKind
from nova_bot.core.run import Usage
from nova_bot.core.text import clip
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason

LABEL = "[scripted] "


class _Call(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    tool: str
    args: dict[str, JsonValue] = {}


class Line(BaseModel):
    """What to say (or which tools to use) when an agent is asked something.

    `when` must stand in the request (case is ignored); `after` is the tool that answered last, none by default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    agent: str = ""
    when: str = ""
    after: str = ""
    say: str = ""
    use: tuple[_Call, ...] = ()

    @model_validator(mode="after")
    def _does_something(self) -> "Line":
        if not self.say and not self.use:
            raise ValueError("a line needs `say` or `use`")
        return self

    def fits(self, pack: ContextPack) -> bool:
        """Does this line answer `pack`?"""
        last = next((call.tool for exchange in reversed(pack.exchanges) for call in exchange.calls[-1:]), "")
        asked = "\n".join(i.text for i in pack.items if i.kind in (ItemKind.REQUEST, ItemKind.HAND_OFF)).casefold()
        return self.agent in ("", pack.agent) and self.when.casefold() in asked and self.after == last


class ScriptedModel:
    """The first line that fits answers. `{result}` in `say` is the last tool's result."""

    def __init__(self, lines: tuple[Line, ...], path: str) -> None:
        self._lines = lines
        self._path = path

    @classmethod
    def from_file(cls, path: Path) -> "ScriptedModel":
        """Read `lines:` from a YAML file. Raises BadFixture."""
        try:
            raw: Any = yaml.safe_load(path.read_text("utf-8"))
            return cls(tuple(Line(**line) for line in raw["lines"]), path.name)
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError, TypeError, KeyError) as error:
            raise BadFixture(file=path.name, problem=clip(str(error), 200)) from error

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:
        """The scripted answer. Raises NoScript when no line fits."""
        pack = request.pack
        line = next((line for line in self._lines if line.fits(pack)), None)
        if line is None:
            said = next((i.text for i in reversed(pack.items)), "")
            raise NoScript(model="scripted", agent=pack.agent, said=clip(said, 80), path=self._path)
        result = next((r.text for exchange in reversed(pack.exchanges) for r in exchange.results[-1:]), "")
        text = LABEL + line.say.replace("{result}", result) if line.say else ""
        if on_text and text:
            on_text(text)
        calls = tuple(
            ToolCall(f"call_{len(pack.exchanges)}_{n}", call.tool, call.args) for n, call in enumerate(line.use)
        )
        usage = Usage(tokens_in=pack.tokens, tokens_out=len(text) // 4, calls=1)
        return ModelReply(text, calls, StopReason.TOOLS if calls else StopReason.END, usage, "scripted")

    async def close(self) -> None:
        """Nothing to let go of."""

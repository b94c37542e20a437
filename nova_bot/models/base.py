"""Model: what the engine asks, whoever answers."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import JsonValue

from nova_bot.core.agent_spec import Tier
from nova_bot.core.outcome import ToolCall
from nova_bot.core.pack import ContextPack
from nova_bot.core.run import Usage

OnText = Callable[[str], None]
"""Called with the whole text so far, when an answer begins and each time it grows. A retry starts it anew."""


@dataclass(frozen=True, slots=True)
class ToolOffer:
    """A tool as the model sees it; `schema` is the JSON Schema of its arguments."""

    name: str
    description: str
    schema: dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One model call. `why` says why this agent was chosen; `max_tokens` bounds the answer."""

    pack: ContextPack
    tools: tuple[ToolOffer, ...]
    tier: Tier
    max_tokens: int
    why: str = ""


class StopReason(StrEnum):
    """Why the model stopped."""

    END = "end"
    TOOLS = "tools"
    CUT = "cut"
    REFUSED = "refused"
    NO_MODEL = "no-model"


@dataclass(frozen=True, slots=True)
class ModelReply:
    """One answer. `calls` is only filled when `stop` is TOOLS: a call in a broken or cut answer is not a call."""

    text: str
    calls: tuple[ToolCall, ...]
    stop: StopReason
    usage: Usage
    model: str
    detail: str = ""


class Model(Protocol):
    """Answers requests. Raises a ModelError when it can't, after its own retries."""

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:
        """The model's answer to one request."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...

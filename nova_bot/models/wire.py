"""A pack as the Messages API takes it, and what the API's message says."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nova_bot.core.outcome import ToolCall
from nova_bot.core.pack import ContextPack
from nova_bot.models.base import ModelRequest, ToolOffer

if TYPE_CHECKING:
    from anthropic.types import Message

_CACHED = {"cache_control": {"type": "ephemeral"}}
"""The end of a beginning that the next request will share: the system text, the turns so far, the calls so far."""


def wire_name(tool: str) -> str:
    """A tool's name as the API allows it: no dots, and nothing else it would refuse in a name a model made up."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", tool.replace(".", "__"))[:128] or "_"


def tools(offers: tuple[ToolOffer, ...]) -> list[Any]:
    """Tools for the API, always in the same order, so that the cached prefix stays the same."""
    return [
        {"name": wire_name(offer.name), "description": offer.description, "input_schema": offer.schema}
        for offer in offers
    ]


def messages(pack: ContextPack) -> list[Any]:
    """The pack as a valid history: every tool_use is answered, in the next user message, before other content.

    Each item is a block of its own, so that the blocks before the first changed one are read from the cache.
    """
    history: list[Any] = [{"role": "user", "content": _opening(pack)}]
    for exchange in pack.exchanges:
        said = [{"type": "text", "text": exchange.text}] if exchange.text.strip() else []
        asked = [{"type": "tool_use", "id": c.id, "name": wire_name(c.tool), "input": c.args} for c in exchange.calls]
        answered = [
            {
                "type": "tool_result",
                "tool_use_id": r.call,
                "content": r.text if r.text.strip() else "(empty)",
                "is_error": r.error,
            }
            for r in exchange.results
        ]
        remark = [{"type": "text", "text": exchange.remark}] if exchange.remark else []
        history += [
            {"role": "assistant", "content": [*said, *asked]},
            {"role": "user", "content": [*answered, *remark]},
        ]
    if pack.exchanges:  # more calls may follow
        history[-1]["content"][-1] |= _CACHED
    return history


def _opening(pack: ContextPack) -> list[Any]:
    blocks: list[Any] = [{"type": "text", "text": f"{item.text}\n\n"} for item in pack.items[:-1]]
    blocks += [{"type": "text", "text": item.text} for item in pack.items[-1:]]
    if pack.lasting:
        blocks[pack.lasting - 1] |= _CACHED
    return blocks


def body(model: str, request: ModelRequest) -> dict[str, Any]:
    """The request as it is sent."""
    sent: dict[str, Any] = {
        "model": model,
        "max_tokens": request.max_tokens,
        "system": [{"type": "text", "text": request.pack.system, **_CACHED}],
        "messages": messages(request.pack),
    }
    return {**sent, "tools": tools(request.tools)} if request.tools else sent


def text_of(message: "Message") -> str:
    """What the model wrote."""
    return "".join(block.text for block in message.content if block.type == "text")


def calls_of(message: "Message", args: Mapping[int, str], offers: tuple[ToolOffer, ...]) -> tuple[ToolCall, ...]:
    """The calls asked for. Raises ValueError where arguments break off: the SDK reads those as far as they go."""
    for text in args.values():
        json.loads(text or "{}")
    names = {wire_name(offer.name): offer.name for offer in offers}
    return tuple(
        ToolCall(block.id, names.get(block.name, block.name), {**block.input})  # type: ignore[dict-item]
        for block in message.content
        if block.type == "tool_use"
    )

"""Calling a tool as an agent does."""

from pydantic import JsonValue

from nova_bot.core.errors import ToolError
from nova_bot.core.outcome import ToolCall
from nova_bot.tools.registry import Caller, Tool


async def calling(tool: Tool, caller: Caller, **args: JsonValue) -> str:
    """The result, or the words with which the call is refused."""
    try:
        return (await tool.call(ToolCall("call_1", tool.name, args), caller)).text
    except ToolError as error:
        return str(error)

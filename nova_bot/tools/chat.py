"""Chat: a message in another place that the owner's settings name."""

from pydantic import Field

from nova_bot.core.effect import Effect, Returns
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity
from nova_bot.tools.registry import Args, Caller, Tool


class PostArgs(Args):
    """What to post, and where."""

    place: str = Field(min_length=1, max_length=80, description="a name from the settings, such as #team")
    text: str = Field(min_length=1, max_length=8_000, description="the message, in Markdown")


async def _post(args: PostArgs, caller: Caller) -> str:
    if caller.chat is None or args.place not in caller.chat.places:
        raise ToolError(tool="chat.post", what=f'no place is called "{args.place}" in the settings')
    receipt = await caller.chat.post(
        caller.key, caller.run, caller.agent, caller.chat.places[args.place], args.text, caller.label, caller.links
    )
    return f"Posted in {args.place} (receipt {receipt})."


TOOLS = (
    Tool(
        "chat.post",
        "Posts a message in another place, which the person has to name.",
        PostArgs,
        Effect.SEND,
        Returns(Integrity.DIRECTORY, "receipt", anyone=True),
        _post,
        targets=("place",),
        content=("text",),
    ),
)

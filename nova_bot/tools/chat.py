"""Chat: a message in another place that the owner's settings name, and one here that notifies people."""

from typing import Annotated

from pydantic import Field

from nova_bot.core.delivery import Outbound
from nova_bot.core.effect import Effect, Returns
from nova_bot.core.envelope import Place
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity
from nova_bot.tools.registry import PEOPLE, PLACES, Args, Caller, Tool

Name = Annotated[str, Field(min_length=1, max_length=80)]


class PostArgs(Args):
    """What to post, and where."""

    place: str = Field(min_length=1, max_length=80, description="a name from the settings, such as #team")
    text: str = Field(min_length=1, max_length=8_000, description="the message, in Markdown")


class MentionArgs(Args):
    """Whom to notify here, and of what."""

    who: list[Name] = Field(
        min_length=1, max_length=10, description="people by name, or channel, here, everyone, group:ID"
    )
    text: str = Field(min_length=1, max_length=8_000, description="the message, in Markdown")


def _outbound(caller: Caller, place: Place, text: str) -> Outbound:
    label = caller.passes or caller.label
    return Outbound(caller.key, caller.run, place, caller.agent, text, label=label, links=caller.links)


async def _post(args: PostArgs, caller: Caller) -> str:
    places = {name.casefold(): place for name, place in caller.chat.places.items()} if caller.chat else {}
    place = places.get(args.place.casefold())
    if caller.chat is None or place is None:
        raise ToolError(tool="chat.post", what=f'no place is called "{args.place}" in the settings')
    receipt = await caller.chat.post(_outbound(caller, place, args.text))
    return f"Posted in {args.place} (receipt {receipt})."


async def _mention(args: MentionArgs, caller: Caller) -> str:
    if caller.chat is None:
        raise ToolError(tool="chat.mention", what="nobody can be notified here")
    receipt = await caller.chat.ping(_outbound(caller, caller.place, args.text), args.who)
    return f"Posted here, and notified {', '.join(args.who)} (receipt {receipt})."


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
        slots={"place": PLACES},
    ),
    Tool(
        "chat.mention",
        "Posts a message in this conversation that notifies people, whom the person has to name.",
        MentionArgs,
        Effect.SEND,
        Returns(Integrity.DIRECTORY, "receipt"),
        _mention,
        targets=("who",),
        content=("text",),
        pings=("who",),
        slots={"who": PEOPLE},
    ),
)

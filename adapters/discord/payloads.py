"""Events of servers that leave out what discord.py insists on; and what nobody can read costs one event at most.

An exception in one of discord.py's parsers would end the client.
"""

import logging
from collections.abc import Callable, MutableMapping
from typing import Any

import discord

log = logging.getLogger(__name__)

Json = dict[str, Any]
Parse = Callable[[Any], None]

VITAL = frozenset({"READY", "RESUMED"})
"""Without these there is no connection, so their faults end it."""
FILE_MAX = 10 * 1024 * 1024

_THREADS = (
    discord.ChannelType.news_thread.value,
    discord.ChannelType.public_thread.value,
    discord.ChannelType.private_thread.value,
)

_MESSAGES = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE"})
_CHANNELS = frozenset({"CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE"})
_USER: Json = {"username": "somebody", "discriminator": "0", "avatar": None}
_MEMBER: Json = {"roles": [], "flags": 0}
_MESSAGE: Json = {"type": 0, "content": ""}
_CHANNEL: Json = {"name": "channel", "position": 0, "bitrate": 64_000, "user_limit": 0}
_THREAD: Json = {"name": "thread", "message_count": 0, "member_count": 0}
_INTERACTION: Json = {"version": 1, "attachment_size_limit": FILE_MAX}


def make_sturdy(
    parsers: MutableMapping[str, Parse], client: discord.Client, unread: Callable[[str, Json], None]
) -> None:
    """Let every parser get whole payloads; `unread` is told of one that it can't read all the same."""

    def sturdy(event: str, parse: Parse) -> Parse:
        def parsed(data: Any) -> None:
            try:
                parse(whole(event, data, client))
            except Exception:
                log.exception("can't read %s", event, extra={"action": "discord.payload"})
                unread(event, data if isinstance(data, dict) else {})

        return parsed

    for event, parse in parsers.items():
        if event not in VITAL:
            parsers[event] = sturdy(event, parse)


def complete(message: discord.Message, me: discord.ClientUser) -> None:
    """Give a message, wherever it came from, the lists that discord.py makes only of what a server sends."""
    if not hasattr(message, "mentions") and called(me, message.content):
        message.mentions = [me]  # type: ignore[list-item]
    for name in ("mentions", "role_mentions", "components"):
        if not hasattr(message, name):
            setattr(message, name, [])


def whole(event: str, data: Any, client: discord.Client) -> Any:
    """`data` with what is missing filled in."""
    if not isinstance(data, dict):
        return data
    if event in _MESSAGES:
        return _placed(_named(message(data), client), client)
    if event in _CHANNELS:
        return channel(data)
    if event == "GUILD_CREATE":
        return data | {kind: [*map(channel, data[kind])] for kind in ("channels", "threads") if kind in data}
    return _interaction(_placed(data, client), client) if event == "INTERACTION_CREATE" else data


def user(data: Json) -> Json:
    """Somebody, whole."""
    return _USER | data


def channel(data: Json) -> Json:
    """A channel, thread or direct conversation, whole; what isn't one of these stays as it is."""
    kind = data.get("type")
    if kind == discord.ChannelType.private.value:
        return data | {"recipients": [*map(user, data.get("recipients") or ())]}
    if kind not in _THREADS:
        return _CHANNEL | data
    at = discord.utils.snowflake_time(int(data["id"])).isoformat()
    metadata = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": at}
    metadata |= data.get("thread_metadata") or {}
    return _THREAD | {"owner_id": data["id"]} | data | {"thread_metadata": metadata}


def message(data: Json) -> Json:
    """A message, whole. Raises KeyError for one that nobody wrote."""
    made = _MESSAGE | data | {"author": user(data["author"])}
    if isinstance(made.get("member"), dict):
        made["member"] = _MEMBER | made["member"]
    if isinstance(made.get("mentions"), list):
        made["mentions"] = [user(one) for one in made["mentions"] if isinstance(one, dict)]
    if isinstance(quoted := made.get("referenced_message"), dict):
        made["referenced_message"] = message(quoted) if "author" in quoted else None
    return made | _carried(made)


def _carried(data: Json) -> Json:
    """What is forwarded with a message, and its poll; a poll may have no end."""
    at = discord.utils.snowflake_time(int(data["id"])).isoformat()
    carried: Json = {}
    if isinstance(shots := data.get("message_snapshots"), list):
        least = _MESSAGE | {"embeds": [], "attachments": [], "timestamp": at, "edited_timestamp": None}
        carried["message_snapshots"] = [{"message": least | one["message"]} for one in shots]
    if isinstance(poll := data.get("poll"), dict):
        carried["poll"] = poll | {"expiry": poll.get("expiry") or at}
    return carried


def _named(data: Json, client: discord.Client) -> Json:
    """With the call of Nova, where the server leaves it to the text."""
    me = client.user
    if "mentions" in data or me is None:
        return data
    return data | {"mentions": [user({"id": str(me.id), "username": me.name})] if called(me, data["content"]) else []}


def called(me: discord.ClientUser, text: str) -> bool:
    """Does the text name Nova?"""
    return f"<@{me.id}>" in text or f"<@!{me.id}>" in text


def _placed(data: Json, client: discord.Client) -> Json:
    """With the server that the channel belongs to, so that nobody takes it for a direct message."""
    guild = getattr(client.get_channel(int(data.get("channel_id") or 0)), "guild", None)
    return {"guild_id": str(guild.id)} | data if guild else data


def _interaction(data: Json, client: discord.Client) -> Json:
    made = _INTERACTION | data
    if isinstance(made.get("member"), dict):
        made["member"] = _MEMBER | made["member"] | {"user": user(made["member"].get("user") or {})}
    if isinstance(made.get("user"), dict):
        made["user"] = user(made["user"])
    if isinstance(made.get("message"), dict):
        made["message"] = message(made["message"])
    if "channel" not in made and "channel_id" in made:
        made["channel"] = _channel(made, client)
    return made


def _channel(data: Json, client: discord.Client) -> Json:
    known = client.get_channel(int(data["channel_id"]))
    if isinstance(known, discord.abc.GuildChannel | discord.Thread):
        return {"id": data["channel_id"], "type": known.type.value}
    return {"id": data["channel_id"], "type": discord.ChannelType.private.value, "recipients": [data.get("user")]}

"""Where things are said on Discord, as Places, and what they are called.

A conversation in a server is a thread. The thread that an answer will open has the id of the message it is opened
from, so the Place is known before there is a thread. Direct messages have no workspace. What only one person sees is
at a Place of that person's own.
"""

import re

import discord
from discord import abc

from adapters.discord import PLATFORM
from nova_bot.core.envelope import Place

PRIVATE = "@user"
"""The workspace of what one person sees and nobody else, wherever it was asked."""

Heard = discord.Message | discord.Interaction

_MENTION = re.compile(r"<@!?(\d+)>")
_CHANNEL = re.compile(r"<#(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")


def identity(heard: int | discord.Interaction) -> str:
    """The identity of a message, given by its id, or of an interaction."""
    return f"{PLATFORM}:i{heard.id}" if isinstance(heard, discord.Interaction) else f"{PLATFORM}:{heard}"


def message_of(name: str) -> int | None:
    """The id of the message that an identity names; None for an interaction, which has no message to react to."""
    _, _, number = name.partition(":")
    return int(number) if number.isdecimal() else None


def place(guild: int | None, channel: object, start: int | None) -> Place | None:
    """The Place of something in `channel`; `start` is the message that would open a thread there.

    None for a channel of a kind that is not known.
    """
    match channel:
        case discord.Thread(id=thread, type=discord.ChannelType.private_thread):
            return Place(PLATFORM, str(guild), str(thread), str(thread))  # a room of its own: few may read it
        case discord.Thread(id=thread, parent_id=parent):
            return Place(PLATFORM, str(guild), str(parent), str(thread))
        case discord.TextChannel(id=number):
            return Place(PLATFORM, str(guild), str(number), str(start) if start else "")
        case discord.DMChannel(id=number):
            return Place(PLATFORM, "", str(number))
        case abc.Messageable() if guild and hasattr(channel, "id"):
            return Place(PLATFORM, str(guild), str(channel.id))  # a voice channel's chat has no threads
    return None


def answered(message: discord.Message, me: discord.ClientUser) -> discord.Message | None:
    """The message of Nova's that this one answers; a person may have switched off that it calls Nova."""
    parent = message.reference.resolved if message.reference else None
    return parent if isinstance(parent, discord.Message) and parent.author.id == me.id else None


def began(message: discord.Message, me: discord.ClientUser) -> int:
    """The message that began what this one goes on with: itself, or one that Nova has answered in the channel."""
    parent = answered(message, me)
    if parent is None:
        return message.id
    if parent.reference is not None and parent.reference.message_id:
        return parent.reference.message_id
    return parent.id if message.guild is not None and message.guild.get_thread(parent.id) else message.id


def private(person: int, asked: int) -> Place:
    """The Place of what only `person` sees; `asked` is the interaction it is about."""
    return Place(PLATFORM, PRIVATE, str(person), str(asked))


def readable(message: discord.Message, me: int) -> str:
    """The text as a person reads it: names for ids; without the call of Nova at its beginning."""
    names = {user.id: user.display_name for user in message.mentions} | {me: "Nova"}
    roles = {role.id: role.name for role in message.role_mentions}
    guild = message.guild

    def channel(found: re.Match[str]) -> str:
        known = guild.get_channel_or_thread(int(found[1])) if guild else None
        return f"#{known.name}" if known else found[0]

    text = re.sub(rf"^\s*<@!?{me}>[\s,:]*", "", message.content)
    text = _MENTION.sub(lambda found: f"@{names.get(int(found[1]), found[1])}", text)
    text = _ROLE.sub(lambda found: f"@{roles.get(int(found[1]), found[1])}", text)
    return _CHANNEL.sub(channel, text).strip()

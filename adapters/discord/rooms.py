"""Who can read a place on Discord, asked at the moment something is to be said there.

Without a privileged intent nobody can list a server's members. So a channel that everyone of the server can open is
read by the server, and any other one by the people it names and by others of its own, whom nobody knows.
"""

import discord

from adapters.discord import PLATFORM
from adapters.discord.places import PRIVATE
from adapters.discord.rest import Rest
from nova_bot.core.envelope import Place
from nova_bot.core.people import Identity
from nova_bot.core.readers import Reader, Readers


async def readers(rest: Rest, place: Place) -> Readers:
    """Who can read a channel now. Raises discord's errors, and LookupError for a kind of channel that is not known."""
    if place.workspace == PRIVATE:
        return Readers(frozenset({_reader(place.channel)}))
    client = await rest.client()
    channel = await client.fetch_channel(int(place.channel))
    if isinstance(channel, discord.DMChannel):
        recipient = channel.recipient
        if recipient is None:
            raise LookupError("a direct message with nobody")
        return Readers(frozenset({_reader(str(recipient.id))}))
    if isinstance(channel, discord.Thread):  # a private one: whoever is added to it, and moderators
        return Readers(groups=frozenset({f"{PLATFORM}:{channel.guild.id}:{channel.id}"}))
    if not isinstance(channel, discord.abc.GuildChannel):
        raise LookupError(f"a channel of an unknown kind: {type(channel).__name__}")
    everyone = f"{PLATFORM}:{channel.guild.id}"
    guild = await client.fetch_guild(channel.guild.id, with_counts=False)
    named = {target.id: rules for target, rules in channel.overwrites.items()}
    seen = named[guild.id].view_channel if guild.id in named else None
    if seen or (seen is None and guild.default_role.permissions.view_channel):
        return Readers(groups=frozenset({everyone}))
    roles = {role.id for role in guild.roles}
    people = {_reader(str(number)) for number, rules in named.items() if number not in roles and rules.view_channel}
    return Readers(frozenset(people), frozenset({f"{everyone}:{channel.id}"}))


def _reader(user: str) -> Reader:
    return Reader(Identity(PLATFORM, "", user).key)

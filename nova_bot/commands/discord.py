"""`nova discord invite` and `nova discord check`: what a person needs to put the bot to work."""

import json

import aiohttp
import discord

from adapters.discord.check import Standing, examined
from adapters.discord.pointing import point
from nova_bot.core.errors import DiscordTokenMissing, DiscordUnreachable
from nova_bot.core.wording import say
from nova_bot.settings import Settings


async def invite(settings: Settings) -> None:
    """Print the address that adds the bot to a server. Raises CannotServe."""
    print((await _examined(settings)).invite)


async def check(settings: Settings, *, as_json: bool) -> int:
    """Print what Discord says about the bot; 1 when something is to be done. Raises CannotServe."""
    found = await _examined(settings)
    known = found.owner in settings.owner.discord
    if as_json:
        print(json.dumps({**found.facts, "owner_known": known}))
        return 0 if found.message_content and known else 1
    print(say("discord_check", "works", name=found.name, servers=found.servers))
    print(say("discord_check", "reads" if found.message_content else "reads_little"))
    print(say("discord_check", "owner" if known else "no_owner", id=found.owner))
    print(say("discord_check", "invite", address=found.invite))
    return 0 if found.message_content and known else 1


async def _examined(settings: Settings) -> Standing:
    if settings.discord_bot_token is None:
        raise DiscordTokenMissing
    if settings.discord_api_url:
        point(settings.discord_api_url)
    try:
        return await examined(settings.discord_bot_token.get_secret_value())
    except (aiohttp.ClientError, OSError, discord.HTTPException) as error:
        raise DiscordUnreachable(what=error) from error

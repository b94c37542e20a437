"""After a new connection Discord tells nothing of what was said before. So what may have been missed is read, within
bounds; what was accepted already is dropped by its identity.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

import discord

from adapters.discord import PLATFORM
from adapters.discord.desk import Desk

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=5)
FURTHEST = timedelta(hours=24)
CHANNELS_MAX = 500
"""At Discord's fifty requests a second they take ten seconds."""

MESSAGES_MAX = 100
"""Of each channel."""


async def latest(desk: Desk) -> datetime | None:
    """When the latest message that was accepted was said; None before the first one ever: then nothing was missed."""
    desk.working()
    return await desk.receive.ledger.latest_at(PLATFORM)


async def catch_up(client: Any, desk: Desk, since: datetime) -> None:
    """Bring in what was said since then, in the order it was said."""
    desk.working()
    mark = discord.utils.time_snowflake(max(since - OVERLAP, desk.receive.clock() - FURTHEST))
    missed = [message async for message in _missed(client, desk, mark)]
    for message in sorted(missed, key=lambda message: message.id):
        await desk.said(message, client.user)
    log.info("read %d messages", len(missed), extra={"action": "discord.catch_up"})


async def _missed(client: Any, desk: Desk, mark: int) -> AsyncIterator[discord.Message]:
    """The newest messages of the channels that were talked in last."""
    touched = sorted(_touched(client, mark), key=lambda channel: channel.last_message_id or 0, reverse=True)
    for channel in [*touched, *await _private(desk)][:CHANNELS_MAX]:
        try:
            opened = await client.fetch_channel(channel.id) if isinstance(channel, discord.Object) else channel
            async for message in opened.history(limit=MESSAGES_MAX):
                if message.id <= mark:
                    break
                yield message
        except discord.HTTPException as error:
            log.warning("can't read channel %d: %s", channel.id, error, extra={"action": "discord.catch_up"})


def _touched(client: Any, mark: int) -> Iterator[Any]:
    """Channels and threads in which something was said since."""
    for guild in client.guilds:
        for channel in (*guild.text_channels, *guild.voice_channels, *guild.threads):
            if (channel.last_message_id or 0) > mark:
                yield channel


async def _private(desk: Desk) -> list[discord.Object]:
    """The direct messages that were talked in lately; Discord doesn't list them."""
    places = await desk.receive.ledger.latest_places(PLATFORM, "", CHANNELS_MAX)
    return [discord.Object(int(place.channel)) for place in places]

"""After a new connection Discord tells nothing of what was said before. So what may have been missed is read, within
bounds; what was accepted already is dropped by its identity.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import discord

from adapters.discord import PLATFORM
from adapters.discord.desk import Desk

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=5)
FURTHEST = timedelta(hours=24)
CHANNELS_MAX = 50
MESSAGES_MAX = 100
"""Of each channel."""


async def catch_up(client: Any, desk: Desk) -> None:
    """Bring in what was said since the latest message that was accepted, in the order it was said."""
    desk.working()
    latest = await desk.receive.ledger.latest_at(PLATFORM)
    if latest is None:
        return  # the first start: nothing was missed
    since = max(latest - OVERLAP, desk.receive.clock() - FURTHEST)
    mark = discord.utils.time_snowflake(since)
    missed = [message async for message in _missed(client, desk, mark)]
    for message in sorted(missed, key=lambda message: message.id):
        await desk.said(message, client.user)
    log.info("read %d messages", len(missed), extra={"action": "discord.catch_up"})


async def _missed(client: Any, desk: Desk, mark: int) -> AsyncIterator[discord.Message]:
    touched = sorted(_touched(client, mark), key=lambda channel: channel.last_message_id or 0, reverse=True)
    private = [await client.fetch_channel(number) for number in await _private(desk)]
    for channel in [*touched, *private][:CHANNELS_MAX]:
        try:
            async for message in channel.history(after=discord.Object(mark), limit=MESSAGES_MAX, oldest_first=True):
                yield message
        except discord.HTTPException as error:
            log.warning("can't read channel %d: %s", channel.id, error, extra={"action": "discord.catch_up"})


def _touched(client: Any, mark: int) -> Iterator[Any]:
    """Channels and threads in which something was said since."""
    for guild in client.guilds:
        for channel in (*guild.text_channels, *guild.voice_channels, *guild.threads):
            if (channel.last_message_id or 0) > mark:
                yield channel


async def _private(desk: Desk) -> list[int]:
    """The direct messages that were talked in lately; Discord doesn't list them."""
    places = await desk.receive.ledger.latest_places(PLATFORM, "", CHANNELS_MAX)
    return [int(place.channel) for place in places]

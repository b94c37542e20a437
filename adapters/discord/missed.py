"""What was said while nobody listened. A new session at the gateway is told nothing of it, so it is read.

There is no cap on channels or messages: Discord names the latest message of every channel, so only those are read in
which something was said. What was accepted already is dropped by its identity.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import discord

from adapters.discord import PLATFORM
from adapters.discord.desk import Desk
from adapters.discord.faults import may_pass
from nova_bot.core.errors import LedgerError
from nova_bot.ledger import places

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=5)
"""The latest message that was kept may have overtaken others in other channels."""
SLACK = timedelta(seconds=10)
"""Within a channel nothing is overtaken by more."""
FURTHEST = timedelta(hours=24)
ARCHIVED_AFTER = timedelta(hours=1)
"""No thread is archived sooner; a shorter absence needs no look into archives."""
AT_ONCE = 8
"""Channels read side by side: far below Discord's fifty requests a second."""
PEOPLE_MAX = 1_000
"""Discord doesn't list direct messages, so those who wrote lately are asked for one by one."""
REMEMBERED = 20_000
STOP_S = 2.0


class Heard:
    """Up to which message each channel was heard. It outlives a connection, but not the process."""

    def __init__(self) -> None:
        self._latest: OrderedDict[int, int] = OrderedDict()

    def note(self, channel: int, message: int) -> None:
        """Everything of this channel is kept, or was no matter of Nova's, up to this message."""
        self._latest[channel] = max(message, self.upto(channel))
        self._latest.move_to_end(channel)
        while len(self._latest) > REMEMBERED:
            self._latest.popitem(last=False)

    def upto(self, channel: int) -> int:
        """The id of the latest message, 0 for a channel that nothing is known of."""
        return self._latest.get(channel, 0)

    def forget(self) -> None:
        """Something could not be kept: who knows what else."""
        self._latest.clear()


class Bookmark:
    """Since when something may have been missed. In a file, so that a catch-up that is cut short begins anew."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def put(self, desk: Desk) -> datetime | None:
        """Begin to catch up. None before the first message ever: then nothing was missed."""
        since = await asyncio.to_thread(self._read) or await places.latest_at(desk.receive.ledger, PLATFORM)
        if since is not None:
            await asyncio.to_thread(self._write, since)
        return since

    async def drop(self) -> None:
        """All is read."""
        await asyncio.to_thread(self._path.unlink, missing_ok=True)

    def _write(self, since: datetime) -> None:
        try:
            self._path.write_text(since.isoformat(), "utf-8")
        except OSError as error:
            log.warning("no bookmark: %s", error, extra={"action": "discord.missed"})

    def _read(self) -> datetime | None:
        with suppress(OSError, ValueError):
            return datetime.fromisoformat(self._path.read_text("utf-8"))
        return None


class Missed:
    """Brings in what was missed, each channel once; `client` has a new session."""

    def __init__(self, client: Any, desk: Desk, heard: Heard, since: datetime) -> None:
        self._client = client
        self._desk = desk
        self._heard = heard
        self._since = since
        self._reading: dict[int, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._failed: set[int] = set()
        self._stopped = False
        self.messages = 0

    async def of(self, channel: Any) -> None:
        """Have the channel read. Of a thread, its channel first: what began the thread may have been missed too.

        Raises a LedgerError when something could not be kept.
        """
        parent = channel.parent if isinstance(channel, discord.Thread) else None
        if isinstance(parent, discord.abc.Messageable):  # a forum has nothing but threads
            await self.of(parent)
        task = self._reading.get(channel.id)
        if task is None:
            task = self._reading[channel.id] = asyncio.create_task(self._read(channel), name=f"missed {channel.id}")
        await asyncio.shield(task)

    async def everywhere(self) -> bool:
        """Have everything read. False when some of it has to be tried again.

        Raises a LedgerError when something could not be kept.
        """
        await self._each(await self._people())
        await self._each(_touched(self._client.guilds))
        await self._each([thread async for thread in self._archived()])
        log.info("read %d messages", self.messages, extra={"action": "discord.missed"})
        failed, self._failed = self._failed, set()
        for channel in failed:
            del self._reading[channel]
        return not (failed or self._stopped)

    def stop(self) -> None:
        """Read no further than the message at hand."""
        self._stopped = True

    async def stopped(self) -> None:
        """Wait for that; requests under way end with the connections of the client."""
        if self._reading:
            await asyncio.wait(self._reading.values(), timeout=STOP_S)

    async def _each(self, channels: Iterable[Any]) -> None:
        await asyncio.gather(*map(self.of, channels))

    async def _read(self, channel: Any) -> None:
        """What can't be read is left out: another channel can."""
        try:
            async with self._slots:
                opened = await self._client.fetch_channel(channel.id) if _is_unknown(channel) else channel
                if self._is_behind(opened) and not self._stopped:
                    await self._take(opened)
        except LedgerError:
            raise
        except Exception as error:
            if isinstance(error, OSError | aiohttp.ClientError | discord.HTTPException) and may_pass(error):
                self._failed.add(channel.id)
            log.warning("can't read channel %d: %r", channel.id, error, extra={"action": "discord.missed"})

    async def _take(self, channel: Any) -> None:
        """Everything after the mark, in the order in which it was said."""
        last = max(self._mark, _earlier(self._heard.upto(channel.id)))
        async for message in channel.history(limit=None, after=discord.Object(last), oldest_first=True):
            if self._stopped:
                return
            if message.id <= last:
                return  # a server that begins again at the first page, for ever
            last = message.id
            await self._desk.said(message, self._client.user)
            self._heard.note(channel.id, message.id)
            self.messages += 1

    def _is_behind(self, channel: Any) -> bool:
        """May there be something? A server need not say which message of a channel is the latest."""
        latest: int | None = getattr(channel, "last_message_id", None)
        return latest is None or latest > max(self._mark, self._heard.upto(channel.id))

    @property
    def _mark(self) -> int:
        """The latest message of all that was surely heard, or a day ago."""
        return discord.utils.time_snowflake(max(self._since - OVERLAP, self._desk.receive.clock() - FURTHEST))

    async def _people(self) -> list[discord.Object]:
        found = await places.latest(self._desk.receive.ledger, PLATFORM, "", PEOPLE_MAX)
        return [discord.Object(int(place.channel)) for place in found]

    async def _archived(self) -> AsyncIterator[discord.Thread]:
        """Threads that went to sleep meanwhile."""
        if self._desk.receive.clock() - self._since < ARCHIVED_AFTER:
            return
        for guild in self._client.guilds:
            for channel in (*guild.text_channels, *guild.forums):
                try:
                    async for thread in channel.archived_threads(limit=None):
                        if discord.utils.time_snowflake(thread.archive_timestamp) <= self._mark:
                            break
                        yield thread
                except discord.HTTPException as error:
                    log.warning("no archive of %d: %s", channel.id, error, extra={"action": "discord.missed"})


def _touched(guilds: Iterable[discord.Guild]) -> Iterator[Any]:
    """Channels and threads; in a voice channel's chat mostly nothing was ever said."""
    for guild in guilds:
        yield from guild.text_channels
        yield from guild.threads
        yield from (channel for channel in (*guild.voice_channels, *guild.stage_channels) if channel.last_message_id)


def _is_unknown(channel: Any) -> bool:
    return isinstance(channel, discord.Object)


def _earlier(message: int) -> int:
    """An id from a moment before this message."""
    return discord.utils.time_snowflake(discord.utils.snowflake_time(message) - SLACK) if message else 0

"""The client at the gateway. Each attempt gets a new one: a client whose start ended can't be used again."""

import asyncio
import logging
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

from adapters.discord import forms, modals
from adapters.discord.commands import register, tree_of
from adapters.discord.desk import Desk
from adapters.discord.missed import Bookmark, Heard, Missed
from adapters.discord.payloads import Json, make_sturdy
from adapters.discord.rest import quiet
from adapters.discord.sheets import pressed
from nova_bot.core.errors import LedgerError

log = logging.getLogger(__name__)

CATCH_UP_S = 10.0
"""How long a message waits at most until what was missed before it in its channel is read."""
AGAIN_S = 30.0
"""After which what could not be read is tried again."""
READY_WITHIN_S = 2.0
"""How long a connection may be silent about further servers before it counts as ready."""
MET_MAX = 1_000
"""Channels that nobody told of and that were asked about."""
REGISTERED = "discord.commands"
BOOKMARK = "discord.since"


class _Listening:
    """What the client does with events; it is the same with and without shards."""

    desk: Desk
    heard: Heard
    tree: app_commands.CommandTree
    fault: Exception | None = None
    """Why it closed itself."""
    opens: str
    """The event that tells of a new session."""

    def prepare(self: Any, desk: Desk, heard: Heard, home: Path) -> None:
        """Give it what it needs; in `home` it keeps which commands it registered, and what it has yet to catch up."""
        self.desk = desk
        self.heard = heard
        self._registered = home / REGISTERED
        self._bookmark = Bookmark(home / BOOKMARK)
        self._opening: asyncio.Task[Missed | None] | None = None
        self._closing = asyncio.Event()
        self._unread_shards: set[int] = set()
        self._met: OrderedDict[int, asyncio.Task[Any]] = OrderedDict()
        self._asked_again: set[asyncio.Task[None]] = set()
        self.tree = tree_of(self, desk)
        make_sturdy(self._connection.parsers, self, self._unread)

    def dispatch(self: Any, event: str, /, *args: Any, **more: Any) -> None:
        """Tell of an event; a closed client has no loop any more to tell it on."""
        if event == self.opens:  # at once: the first messages come right behind it
            self._unread_shards.add(args[0] if args else 0)
            self._opening = asyncio.create_task(self._opened(), name="discord opens")
        if not self.is_closed():
            super().dispatch(event, *args, **more)  # type: ignore[misc]

    async def setup_hook(self: Any) -> None:
        """Logged in, not connected yet."""
        await register(self.tree, self.application_id, self._registered)

    async def _opened(self: Any) -> Missed | None:
        """A new session: nothing of what happened before is told. After a resume everything is."""
        since = await self._bookmark.put(self.desk)
        return None if since is None else Missed(self, self.desk, self.heard, since)

    async def catch_up(self: Any, shard: int) -> None:
        """All servers of a shard are known: read what was missed in any of them."""
        log.info("ready as %s", self.user, extra={"action": "discord.ready"})
        opening = self._opening
        self._unread_shards.discard(shard)
        try:
            missed = await asyncio.shield(opening)
            while missed is not None and not await missed.everywhere():
                if await self._closing_within(AGAIN_S) or opening is not self._opening:
                    return
            if missed is not None and opening is self._opening and not self._unread_shards:  # no newer session or shard
                self._opening = None
                await self._bookmark.drop()
        except LedgerError as error:
            await self.broke(error)

    async def _closing_within(self: Any, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
        return bool(self._closing.is_set())

    async def broke(self: Any, error: Exception) -> None:
        """What was said can't be kept. Discord doesn't repeat it: a new connection reads it."""
        self.fault = error
        self.heard.forget()
        await self.close()

    async def close(self: Any) -> None:
        """End the connection, and the reading with it."""
        self._closing.set()
        missed = None
        with suppress(LedgerError):
            missed = await self._opening if self._opening is not None else None
        if missed is not None:
            missed.stop()
        await super().close()  # type: ignore[misc]
        if missed is not None:
            await missed.stopped()

    async def on_message(self: Any, message: discord.Message) -> None:
        """Somebody said something. What was said there before while nobody listened comes first."""
        try:
            await self._find_channel(message)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._read_before(message), CATCH_UP_S)
            await self.desk.said(message, self.user)
        except LedgerError as error:
            await self.broke(error)
        else:
            if self.fault is None:
                self.heard.note(message.channel.id, message.id)

    async def _read_before(self: Any, message: discord.Message) -> None:
        missed = await asyncio.shield(self._opening) if self._opening is not None else None
        if missed is not None:
            await missed.of(message.channel)

    async def _find_channel(self: Any, message: discord.Message) -> None:
        """A server may tell of a message in a thread, or in a channel, that it never told of."""
        number = message.channel.id
        if not isinstance(message.channel, discord.PartialMessageable) or message.channel.guild_id is None:
            return
        if number not in self._met:
            self._met[number] = asyncio.create_task(self.fetch_channel(number), name=f"channel {number}")
            while len(self._met) > MET_MAX:
                self._met.popitem(last=False)
        try:
            message.channel = await asyncio.shield(self._met[number])
        except discord.DiscordException as error:
            log.warning("what is channel %d? %s", number, error, extra={"action": "discord.channel"})

    def _unread(self: Any, event: str, data: Json) -> None:
        """A message whose event can't be read may be readable when it is asked for."""
        if event == "MESSAGE_CREATE":
            task = asyncio.create_task(self._ask_again(data), name="unread message")
            self._asked_again.add(task)
            task.add_done_callback(self._asked_again.discard)

    async def _ask_again(self: Any, data: Json) -> None:
        try:
            channel = await self.fetch_channel(int(data["channel_id"]))
            await self.on_message(await channel.fetch_message(int(data["id"])))
        except (KeyError, TypeError, ValueError, discord.DiscordException) as error:
            log.warning("a message stays unread: %r", error, extra={"action": "discord.payload"})

    async def on_interaction(self: Any, interaction: discord.Interaction) -> None:
        """A button or a form of Nova's was used: its id is all that counts. discord.py itself sees to commands."""
        used: Any = interaction.data or {}
        if interaction.type is discord.InteractionType.modal_submit:
            sent = forms.filled(used)
            about = modals.asked(used, interaction.channel_id)
            if sent is not None:
                await self.desk.filled(interaction, sent)
            elif about is not None:
                await self.desk.ask(interaction, about.question, about=about)
        elif interaction.type is discord.InteractionType.component and (button := pressed(used)):
            await self.desk.pressed(interaction, button)

    async def on_raw_message_edit(self: Any, payload: discord.RawMessageUpdateEvent) -> None:
        """A message changed."""
        await self.desk.edited(payload.message, self.user)

    async def on_raw_message_delete(self: Any, payload: discord.RawMessageDeleteEvent) -> None:
        """A message is gone."""
        await self.desk.deleted(payload.message_id, payload.channel_id)

    async def on_raw_bulk_message_delete(self: Any, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Several messages are gone."""
        for number in payload.message_ids:
            await self.desk.deleted(number, payload.channel_id)


class Client(_Listening, discord.Client):
    """One connection."""

    opens = "connect"

    async def on_ready(self) -> None:
        """Connected anew."""
        await self.catch_up(0)


class ShardedClient(_Listening, discord.AutoShardedClient):
    """Several connections, for very many servers."""

    opens = "shard_connect"

    async def on_shard_ready(self, shard: int) -> None:
        """One of them is connected anew."""
        await self.catch_up(shard)


def client_of(desk: Desk, heard: Heard, home: Path, *, message_content: bool, shards: int) -> Client | ShardedClient:
    """A fresh client. Without `message_content` it reads only what is addressed to it."""
    intents = discord.Intents.default()
    intents.message_content = message_content
    options: dict[str, Any] = {
        "intents": intents,
        "allowed_mentions": quiet(),
        "max_messages": None,
        "chunk_guilds_at_startup": False,
        "guild_ready_timeout": READY_WITHIN_S,
        "member_cache_flags": discord.MemberCacheFlags.none(),
    }
    made = ShardedClient(shard_count=shards, **options) if shards > 1 else Client(**options)
    made.prepare(desk, heard, home)
    return made

"""The client at the gateway. Each attempt gets a new one: a client whose start ended can't be used again."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

from adapters.discord import history
from adapters.discord.commands import register, tree_of
from adapters.discord.desk import Desk
from adapters.discord.presses import dynamic_button
from adapters.discord.rest import quiet

log = logging.getLogger(__name__)

CATCH_UP_S = 10.0
"""How long a message waits at most until what was missed before it is read."""
READY_WITHIN_S = 2.0
"""How long a connection may be silent about further servers before it counts as ready."""


class _Listening:
    """What the client does with events; it is the same with and without shards."""

    desk: Desk
    tree: app_commands.CommandTree
    registered: Path
    away_since: datetime | None
    caught_up: asyncio.Event

    def prepare(self: Any, desk: Desk, registered: Path) -> None:
        """Give it what it needs; `registered` is where the mark of the registered commands is kept."""
        self.desk = desk
        self.registered = registered
        self.caught_up = asyncio.Event()
        self.tree = tree_of(self, desk)

    def dispatch(self: Any, event: str, /, *args: Any, **more: Any) -> None:
        """Tell of an event; a closed client has no loop any more to tell it on."""
        if not self.is_closed():
            super().dispatch(event, *args, **more)  # type: ignore[misc]

    async def setup_hook(self: Any) -> None:
        """Logged in, not connected yet."""
        self.add_dynamic_items(dynamic_button(self.desk))
        self.away_since = await history.latest(self.desk)
        if self.away_since is None:
            self.caught_up.set()
        await register(self.tree, self.application_id, self.registered)

    async def on_ready(self: Any) -> None:
        """Connected anew: nothing of what happened before is told, so it is read."""
        log.info("ready as %s", self.user, extra={"action": "discord.ready"})
        since, self.away_since = self.away_since, None
        try:
            if since is not None:
                await history.catch_up(self, self.desk, since)
        finally:
            self.caught_up.set()

    async def on_disconnect(self: Any) -> None:
        """The connection is gone; what is said from now on may have to be read."""
        self.caught_up.clear()
        if self.away_since is None:
            self.away_since = await history.latest(self.desk) or self.desk.receive.clock()

    async def on_resumed(self: Any) -> None:
        """Connected again, and told everything that happened meanwhile."""
        self.away_since = None
        self.caught_up.set()

    async def on_message(self: Any, message: discord.Message) -> None:
        """Somebody said something. What was said before while nobody listened comes first."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.caught_up.wait(), CATCH_UP_S)
        await self.desk.said(message, self.user)

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


class ShardedClient(_Listening, discord.AutoShardedClient):
    """Several connections, for very many servers."""


def client_of(desk: Desk, registered: Path, *, message_content: bool, shards: int) -> Client | ShardedClient:
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
    made.prepare(desk, registered)
    return made

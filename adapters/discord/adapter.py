"""The adapter: one connection to Discord per call of `serve`, and what its end means."""

import asyncio
import logging
from pathlib import Path

import discord

from adapters.discord.check import examined
from adapters.discord.client import client_of
from adapters.discord.courier import DiscordCourier
from adapters.discord.desk import Desk
from adapters.discord.missed import Heard
from nova_bot.core.errors import DiscordClosed, DiscordIntentMissing, DiscordTokenRefused
from nova_bot.core.people import People
from nova_bot.dispatch.reception import Reception

log = logging.getLogger(__name__)

BAD_TOKEN = 4004
FATAL = frozenset({4010, 4011, 4012, 4013})
"""Close codes that stay the same however often one tries. 4014 has an exception of its own."""


class BrokeOff(Exception):
    """The connection ended without a reason."""


class Discord:
    """Discord's Adapter."""

    name = "Discord"

    def __init__(self, courier: DiscordCourier, token: str, people: People, home: Path, shards: int = 1) -> None:
        self.courier = courier
        self._token = token
        self._people = people
        self._home = home
        self.heard = Heard()
        self._shards = shards

    async def serve(self, receive: Reception) -> None:
        """Be connected until it is cancelled. Raises CannotServe for what a person has to mend, else what happened."""
        standing = await examined(self._token)
        if not standing.message_content:
            log.warning("%s", DiscordIntentMissing.__doc__, extra={"action": "discord.intent"})
        desk = Desk(self._people, receive, self.courier)
        client = client_of(
            desk,
            self.heard,
            self._home,
            message_content=standing.message_content,
            shards=self._shards,
        )
        try:
            await client.start(self._token)
            raise client.fault or BrokeOff
        except discord.PrivilegedIntentsRequired as error:
            raise DiscordIntentMissing from error
        except discord.LoginFailure as error:
            raise DiscordTokenRefused from error
        except discord.ConnectionClosed as error:
            if error.code == BAD_TOKEN:
                raise DiscordTokenRefused from error
            if error.code in FATAL:
                raise DiscordClosed(code=error.code) from error
            raise
        finally:
            await asyncio.shield(_ended(client, desk))


async def _ended(client: discord.Client, desk: Desk) -> None:
    await desk.finish()
    await client.close()

"""Sending needs no gateway: a client of its own, so that replies leave while the gateway is being mended."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import discord

from adapters.discord.faults import ARCHIVED

T = TypeVar("T")

WAIT_FOR_LIMIT_S = 60.0
REFUSED = 400


def quiet() -> discord.AllowedMentions:
    """Nobody is notified by what Nova says."""
    return discord.AllowedMentions.none()


class Rest:
    """A client that only sends. It logs in when it is first needed."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._client: discord.Client | None = None
        self._lock = asyncio.Lock()
        self._closed = False
        self.classic = False
        """Does this Discord know no components v2? It gets text with buttons below it instead."""

    async def client(self) -> discord.Client:
        """The client, logged in. Raises discord.LoginFailure, or any network error."""
        async with self._lock:
            if self._closed:
                raise RuntimeError("Discord's sending side is closed")
            if self._client is None:
                made = discord.Client(
                    intents=discord.Intents(guilds=True),
                    allowed_mentions=quiet(),
                    max_messages=None,
                    max_ratelimit_timeout=WAIT_FOR_LIMIT_S,
                )
                try:
                    await made.login(self._token)
                except BaseException:
                    await made.close()
                    raise
                self._client = made
            return self._client

    async def channel(self, number: int) -> discord.PartialMessageable:
        """A channel to send to, without asking whether it is there."""
        return (await self.client()).get_partial_messageable(number)

    async def either(self, act: Callable[[bool], Awaitable[T]], *, buttons: bool) -> T:
        """Do something with a message: `act(False)`, or `act(True)` where components v2 are refused."""
        if self.classic or not buttons:
            return await act(self.classic)
        try:
            return await act(False)
        except discord.HTTPException as error:
            if error.status != REFUSED or error.code == ARCHIVED:
                raise
        done = await act(True)
        self.classic = True
        return done

    async def close(self) -> None:
        """End its connections, for good."""
        async with self._lock:
            self._closed = True
            if self._client is not None:
                await self._client.close()

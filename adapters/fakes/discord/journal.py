"""What the bot asked of the REST API, and waiting for it to do something."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import TypeVar

from adapters.fakes.discord.records import Call

T = TypeVar("T")
LOOK_AGAIN_S = 0.05


class Journal:
    """Every request in the order of its answer."""

    def __init__(self) -> None:
        self.entries: list[Call] = []
        self._news = asyncio.Event()

    def note(self, call: Call) -> None:
        """Write a request down."""
        self.entries.append(call)
        self.stir()

    def stir(self) -> None:
        """Let those who wait look again."""
        self._news.set()

    def calls(self, route: str) -> tuple[Call, ...]:
        """The requests to a route: `METHOD /path` with `*` as a wildcard."""
        return tuple(call for call in self.entries if fnmatchcase(call.route, route))

    async def until(self, look: Callable[[], T | None], within: float) -> T:
        """What `look` sees, as soon as it is something. Raises AssertionError after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while not (seen := look()):
                    await self._news_or_a_moment()
                return seen
        except TimeoutError:
            last = [f"{call.route} -> {call.status}" for call in self.entries[-5:]]
            raise AssertionError(f"nothing within {within} s; the bot's last requests: {last}") from None

    async def _news_or_a_moment(self) -> None:
        """Wait for news; not for long, since what is looked for may be the bot's own doing."""
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN_S):
                await self._news.wait()

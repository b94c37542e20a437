"""Pace: how soon the next message may go to a channel. Slack takes about one a second, with a few at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable

KEPT = 5_000


class Pace:
    """Lets one thing every `every_s` seconds through per key, and up to `burst` at once after a pause."""

    def __init__(
        self,
        every_s: float,
        burst: int = 1,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._every = every_s
        self._slack = every_s * (burst - 1)
        self._clock = clock
        self._sleep = sleep
        self._next: dict[Hashable, float] = {}

    async def turn(self, key: Hashable) -> None:
        """Wait until it is this caller's turn; callers come in the order in which they asked."""
        now = self._clock()
        due = max(self._next.get(key, 0.0), now)
        self._next[key] = due + self._every
        if len(self._next) > KEPT:
            self._next = {one: at for one, at in self._next.items() if at > now}
        wait = due - self._slack - now
        if wait > 0:
            await self._sleep(wait)

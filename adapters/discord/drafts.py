"""Drafts: what is shown of an answer before it is there. After five seconds of work a message appears; then it changes
as the answer grows, but not more often than Discord likes. In the end it becomes the answer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

import discord

from nova_bot.core.delivery import Underway
from nova_bot.core.envelope import Place

log = logging.getLogger(__name__)

FIRST_AFTER_S = 5.0
EVERY_S = 1.2

Show = Callable[[Underway, discord.PartialMessage | None], Awaitable[discord.PartialMessage]]
"""Send, or change, the message that shows how far a run is."""


class Draft:
    """One run's message in the making."""

    def __init__(self, underway: Underway, show: Show, clock: Callable[[], datetime]) -> None:
        self.run = underway.run
        self._latest = underway
        self._show = show
        self._clock = clock
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._message: discord.PartialMessage | None = None
        self._task = asyncio.create_task(self._keep_showing(), name=f"draft of {underway.run}")

    def grow(self, underway: Underway) -> None:
        """There is more to show."""
        self._latest = underway
        self._changed.set()

    async def end(self) -> discord.PartialMessage | None:
        """Stop showing; a call under way is waited for, as it must not come after the answer. The message, if any."""
        self._ended.set()
        await asyncio.wait([self._task])
        return self._message

    def drop(self) -> None:
        """Stop at once."""
        self._task.cancel()

    async def _keep_showing(self) -> None:
        worked = (self._clock() - self._latest.started).total_seconds()
        await self._pause(FIRST_AFTER_S - worked)
        while not self._ended.is_set():
            self._changed.clear()
            try:
                self._message = await self._show(self._latest, self._message)
            except Exception:  # what is shown on the way is no matter of the run
                log.warning("no draft of %s", self.run, exc_info=True, extra={"action": "discord.draft"})
                return
            await self._pause(EVERY_S)
            await self._more()

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        waiting = asyncio.create_task(self._ended.wait())
        await asyncio.wait([waiting], timeout=max(0.0, seconds))
        waiting.cancel()

    async def _more(self) -> None:
        waits = [asyncio.create_task(self._changed.wait()), asyncio.create_task(self._ended.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


class Drafts:
    """The drafts under way, one at a Place."""

    def __init__(self, show: Show, clock: Callable[[], datetime]) -> None:
        self._show = show
        self._clock = clock
        self._drafts: dict[Place, Draft] = {}

    def progress(self, underway: Underway) -> None:
        """Show how far a run is, soon."""
        draft = self._drafts.get(underway.place)
        if draft is not None and draft.run == underway.run:
            draft.grow(underway)
            return
        if draft is not None:
            draft.drop()
        self._drafts[underway.place] = Draft(underway, self._show, self._clock)

    async def end(self, place: Place, run: str) -> discord.PartialMessage | None:
        """The message that shows this run, which is not touched any more."""
        draft = self._drafts.get(place)
        if draft is None or draft.run != run:
            return None
        del self._drafts[place]
        return await draft.end()

    def close(self) -> None:
        """Show nothing any more."""
        for draft in self._drafts.values():
            draft.drop()
        self._drafts.clear()

"""Threads for answers: one per message, opened once, also when two answers come at the same time."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord.faults import THREAD_EXISTS, UNKNOWN_MESSAGE, may_pass
from adapters.discord.rest import Rest
from adapters.render.plain import plain
from nova_bot.core.envelope import Place
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.engine.outbox import Withdrawn

TITLE_MAX = 100
REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Target:
    """The channel to send to; `reply_to` is the message to answer where no thread can be opened, or 0."""

    channel: int
    reply_to: int = 0


class Threads:
    """Knows where the replies of a Place are sent."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._titles: OrderedDict[Place, str] = OrderedDict()
        self._targets: OrderedDict[Place, asyncio.Task[Target]] = OrderedDict()

    def expect(self, place: Place, text: str) -> None:
        """A message has just begun `place`: its thread is still to be opened, with a title made of `text`."""
        if place.thread and place not in self._targets:
            self._titles[place] = text
            _bounded(self._titles)

    async def target(self, place: Place) -> Target:
        """Where to send; a thread that isn't there yet is opened. Raises Undeliverable."""
        if not place.thread:
            return Target(int(place.channel))
        task = self._targets.get(place)
        if task is None:
            task = self._targets[place] = asyncio.create_task(self._found(place), name=f"thread {place.thread}")
            _bounded(self._targets)
        try:
            return await asyncio.shield(task)
        except BaseException:
            if task.done():
                self._targets.pop(place, None)  # asked for anew the next time
            raise

    async def wake(self, number: int) -> None:
        """Open an archived thread again: a post does that by itself, an edit doesn't. A locked one stays closed."""
        thread = await (await self._rest.client()).fetch_channel(number)
        if isinstance(thread, discord.Thread) and not thread.locked:
            await thread.edit(archived=False)

    async def _found(self, place: Place) -> Target:
        thread, title = int(place.thread), self._titles.pop(place, None)
        if title is None:
            try:
                await (await self._rest.client()).fetch_channel(thread)
            except discord.NotFound:
                pass
            else:
                return Target(thread)
        return await self._opened(place, title)

    async def _opened(self, place: Place, title: str | None) -> Target:
        channel = await (await self._rest.client()).fetch_channel(int(place.channel))
        start = int(place.thread)
        if not isinstance(channel, discord.TextChannel):
            return Target(channel.id, start)
        message = channel.get_partial_message(start)
        try:
            if title is None:
                title = (await message.fetch()).content
            await message.create_thread(name=_titled(title))
        except discord.HTTPException as error:
            if error.code == UNKNOWN_MESSAGE:
                raise Withdrawn(say("discord", "message_gone")) from error
            if error.code == THREAD_EXISTS:
                return Target(start)
            if may_pass(error):
                raise
            return Target(channel.id, start)  # no thread may be opened here: a reply in the channel
        return Target(start)


def _titled(text: str) -> str:
    return clip(plain(text), TITLE_MAX) or say("discord", "thread")


def _bounded(known: OrderedDict[Place, Any]) -> None:
    while len(known) > REMEMBERED:
        known.popitem(last=False)

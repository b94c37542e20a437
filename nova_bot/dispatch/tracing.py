"""Commands about what an answer rests on: wrong, redo. One at a time, so that no correction overtakes another."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from nova_bot.core.envelope import Place, Sender
from nova_bot.engine import correcting, redo
from nova_bot.engine.correcting import Workroom
from nova_bot.engine.redo import Redo


@dataclass(slots=True)
class Tracing:
    """`verbs` are commands as in `Commands`."""

    room: Workroom
    redoing: Redo
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def verbs(self) -> dict[str, Callable[[str, Place, Sender], Awaitable[str]]]:
        """What can be asked."""
        return {"wrong": self._wrong, "redo": self._redo}

    async def _wrong(self, rest: str, place: Place, by: Sender) -> str:
        async with self._one:
            return await correcting.wrong(self.room, rest, place, by)

    async def _redo(self, rest: str, place: Place, by: Sender) -> str:
        async with self._one:
            return await redo.redo(self.redoing, rest, place, by)

"""Resuming: what a crash left is gone on with, and given up when it ends the process again and again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nova_bot.core.envelope import Kind, Standing
from nova_bot.core.outcome import EndingKind
from nova_bot.core.route import Rule
from nova_bot.core.run import Run
from nova_bot.core.wording import say
from nova_bot.engine.loop import Engine
from nova_bot.engine.notices import notices
from nova_bot.ledger import deeds, resumes
from nova_bot.ledger.reads import Accepted
from nova_bot.ledger.store import Ledger

RESUMES_MAX = 3
"""So many lives in a row go on with a run that gets no further; then it is given up."""

LEAST = timedelta(seconds=5)
"""Whatever is killed so many times in a shorter while need not be what kills."""

ALONE_S = 120.0
"""So long a suspect waits for the one before it."""

Play = Callable[[], Awaitable[Run]]


@dataclass(slots=True)
class Resuming:
    """Counts resumes. What got no further the last time is a suspect: each is alone with what is not suspected."""

    ledger: Ledger
    engine: Engine
    clock: Callable[[], datetime]
    _resumed: list[int] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def hopeless(self, left: Accepted) -> bool:
        """Has it been tried often and long enough?"""
        return left.resumed >= RESUMES_MAX and left.since is not None and self.clock() - left.since >= LEAST

    async def counted(self, left: Accepted, play: Play) -> Run:
        """Play the run of what was left; that this began is on the disk first."""
        if not left.resumed:
            return await self._begun(left, play)
        async with self._alone():
            return await self._begun(left, play)

    async def _begun(self, left: Accepted, play: Play) -> Run:
        self._resumed.append(left.number)
        await resumes.keep(self.ledger, left, self.clock())
        return await play()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(ALONE_S):
                await self._turn.acquire()
        except TimeoutError:  # the one before is slow, or waits for this one
            yield
            return
        try:
            yield
        finally:
            self._turn.release()

    async def give_up(self, left: Accepted) -> Run:
        """End the run in words; the inbox lists it. It is no turn: what broke Nova is not shown to the next pack."""
        envelope = left.envelope
        if envelope.kind is Kind.PRESS and envelope.press and left.run is None:
            await self.ledger.unpress(envelope.press, envelope)
        run = left.run or self.engine.open(left.number, envelope, Rule.BROKEN)
        await deeds.lost(self.ledger, run.id, self.clock())
        lines = [say("ending", "given_up", times=left.resumed + 1, run=run.name)]
        if envelope.sender.standing is Standing.OWNER:
            lines += notices((await deeds.of_run(self.ledger, run.id)).deeds)
        text, kind = "\n\n".join(lines), EndingKind.FAILED
        return await self.engine.settle(left.number, envelope, Rule.BROKEN, text, kind=kind, begun=run)

    async def stop(self) -> None:
        """The process is told to stop: nothing of what it went on with is to blame for that."""
        await resumes.forgive(self.ledger, self._resumed)

"""What an adapter is: a platform on one side, Envelopes and replies on the other. And how one is kept running."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Protocol

from nova_bot.core.delivery import Limits, Outbound, Underway
from nova_bot.core.envelope import Envelope, Place
from nova_bot.core.errors import CannotServe
from nova_bot.core.run import Run
from nova_bot.core.wording import say
from nova_bot.dispatch.reception import Reception
from nova_bot.engine.outbox import Courier

log = logging.getLogger(__name__)

Receive = Callable[[Envelope], Awaitable[Awaitable[Run] | None]]
"""Accept an envelope durably, then give the run to wait for; None when the same envelope was accepted before.

What an adapter really gets is the Reception, which can do more.
"""

Tell = Callable[[str], Awaitable[None]]
"""Say something to Nova's owner, on a platform that works."""

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 300.0
STEADY_S = 60.0
"""An adapter that served this long was well; the next fault starts with a short wait again."""


class Adapter(Protocol):
    """One platform. `serve` runs until it is cancelled; whatever it raises is a fault."""

    name: str

    @property
    def courier(self) -> Courier:
        """Its sending side."""
        ...

    async def serve(self, receive: Reception) -> None:
        """Bring in what people write. Raises CannotServe for what only a person can mend; others are tried again."""
        ...


class Mute:
    """A courier's lesser half for a platform that can't edit, shows no progress and has no private corner."""

    limits = Limits(text=1_000_000)

    async def edit(self, receipt: str, outbound: Outbound) -> str:  # noqa: ARG002
        """Nothing is edited."""
        return receipt

    def progress(self, underway: Underway) -> None:
        """Nobody looks."""

    async def noticed(self, envelope: Envelope) -> None:
        """Nobody looks."""

    async def private(self, place: Place, person: str, text: str) -> None:
        """Nobody listens."""


async def supervised(adapter: Adapter, receive: Reception, tell: Tell) -> None:
    """Serve until cancelled: a fault ends neither Nova nor the other adapters. Ends when only a person can mend it.

    The owner is told of the first fault and of the last one, and again when it goes on after a fault.
    """
    loop = asyncio.get_running_loop()
    faults = 0
    while True:
        began = loop.time()
        back = asyncio.create_task(_back(adapter.name, tell)) if faults else None
        try:
            await adapter.serve(receive)
            return
        except CannotServe as error:
            log.error("%s", error, extra={"action": "adapter.ended"})
            await tell(str(error))
            return
        except OSError as error:  # the network: where in a library it showed tells nobody anything
            log.error("%s broke off: %s", adapter.name, error, extra={"action": "adapter.broke"})
        except Exception:
            log.exception("%s broke off", adapter.name, extra={"action": "adapter.broke"})
        finally:
            if back:
                back.cancel()
        faults = 1 if loop.time() - began > STEADY_S else faults + 1
        if faults == 1:
            await tell(say("adapter", "broke", name=adapter.name))
        await asyncio.sleep(waiting(faults, random.random()))  # noqa: S311 (spreads retries, no secret)


async def _back(name: str, tell: Tell) -> None:
    await asyncio.sleep(STEADY_S)
    log.warning("%s is back", name, extra={"action": "adapter.back"})
    await tell(say("adapter", "back", name=name))


def waiting(faults: int, chance: float) -> float:
    """Seconds before the next try after so many `faults` in a row; `chance` in 0-1 spreads them."""
    return float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(faults - 1, 20)) * (0.5 + chance / 2))

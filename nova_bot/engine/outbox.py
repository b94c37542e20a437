"""The outbox: a reply is a row before it is sent, and has a receipt after.

A row without a receipt may have been sent all the same: just before an earlier process died, or by a try that ended
in an error. So it is looked for on the platform before it is sent again.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from nova_bot.core.delivery import Delivery, Outbound
from nova_bot.core.envelope import Place
from nova_bot.ledger.store import Ledger

log = logging.getLogger(__name__)

TRIES = 5
FIRST_WAIT_S = 1.0


class Undeliverable(Exception):
    """The platform will never take this reply; the message says why."""


class Courier(Protocol):
    """An adapter's sending side."""

    platform: str

    async def deliver(self, outbound: Outbound) -> str:
        """Send it. The platform's id of the message. Raises Undeliverable, or any other error to be tried again."""
        ...

    async def find(self, outbound: Outbound) -> str | None:
        """The platform's id of a message sent earlier with this key, if there is one."""
        ...

    def progress(self, place: Place, run: str, agent: str, text: str) -> None:
        """Show the answer so far, where the platform can. Must return at once."""
        ...


class Outbox:
    """Sends what the ledger holds."""

    def __init__(self, ledger: Ledger, couriers: Iterable[Courier], clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._couriers = {courier.platform: courier for courier in couriers}
        self._clock = clock

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms that can be sent to."""
        return tuple(self._couriers)

    def progress(self, place: Place, run: str, agent: str, text: str) -> None:
        """Pass an unfinished answer on. What goes wrong there is no matter of the run."""
        courier = self._couriers.get(place.platform)
        if courier is None:
            return
        try:
            courier.progress(place, run, agent, text)
        except Exception:
            log.warning("no progress of %s", run, exc_info=True, extra={"action": "outbox.progress"})

    async def send(self, outbound: Outbound, *, again: bool = False) -> bool:
        """Send one reply; with `again` it is looked for first. False when it stays in the outbox."""
        courier = self._couriers.get(outbound.place.platform)
        if courier is None:
            return False
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(FIRST_WAIT_S * 2 ** (attempt - 1))
            try:
                receipt = await _delivered(courier, outbound, look=again or attempt > 0)
            except Undeliverable as error:
                await self._ledger.unsendable(outbound.key, str(error))
                log.error("%s can't be sent: %s", outbound.key, error, extra={"action": "outbox.unsendable"})
                return True
            except Exception:
                said = "sending %s, try %d of %d"
                log.warning(said, outbound.key, attempt + 1, TRIES, exc_info=True, extra={"action": "outbox.retry"})
            else:
                self._ledger.sent(Delivery(outbound.key, receipt, self._clock()))
                return True
        log.error("%s stays in the outbox for the next start", outbound.key, extra={"action": "outbox.stays"})
        return False

    async def recover(self) -> None:
        """Send what an earlier process left, unless the platform has it already."""
        lanes: dict[Place, list[Outbound]] = defaultdict(list)
        for outbound in await self._ledger.unsent(self.platforms):
            lanes[outbound.place].append(outbound)
        await asyncio.gather(*(self._recover(lane) for lane in lanes.values()))

    async def _recover(self, lane: list[Outbound]) -> None:
        """The replies of one conversation in their order; none overtakes one that can't be sent yet."""
        for outbound in lane:
            if not await self.send(outbound, again=True):
                return


async def _delivered(courier: Courier, outbound: Outbound, *, look: bool) -> str:
    """The receipt; a reply that may be there already, since an error can come after it was taken, is looked for."""
    receipt = await courier.find(outbound) if look else None
    return receipt or await courier.deliver(outbound)

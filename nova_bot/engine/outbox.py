"""The outbox: a reply is a row before it is sent, and has a receipt after.

A row without a receipt from an earlier process may have been sent just before that process died; so it is looked
for on the platform first. Rows of this process are sent once, in the order of their runs.
"""

import asyncio
import logging
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
        """Pass an unfinished answer on."""
        if place.platform in self._couriers:
            self._couriers[place.platform].progress(place, run, agent, text)

    async def send(self, outbound: Outbound) -> None:
        """Send one reply now; what fails stays in the outbox for the next start."""
        courier = self._couriers.get(outbound.place.platform)
        if courier is None:
            return
        for attempt in range(1, TRIES + 1):
            try:
                receipt = await courier.deliver(outbound)
            except Undeliverable as error:
                await self._ledger.unsendable(outbound.key, str(error))
                log.error("%s can't be sent: %s", outbound.key, error, extra={"action": "outbox.unsendable"})
                return
            except Exception:
                log.warning(
                    "sending %s, try %d", outbound.key, attempt, exc_info=True, extra={"action": "outbox.retry"}
                )
                await asyncio.sleep(FIRST_WAIT_S * 2 ** (attempt - 1))
            else:
                self._ledger.sent(Delivery(outbound.key, receipt, self._clock()))
                return

    async def recover(self) -> None:
        """Send what an earlier process left, unless the platform has it already."""
        for outbound in await self._ledger.unsent(self.platforms):
            receipt = await self._couriers[outbound.place.platform].find(outbound)
            if receipt is None:
                await self.send(outbound)
            else:
                await self._ledger.sent(Delivery(outbound.key, receipt, self._clock()))

"""Getting things to the app: one attempt after another until it acknowledges, and a journal of all of them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import uuid4

from adapters.fakes.slack.records import Attempt, Delivery, Fate, Json, Timing

EVENTS = "events_api"
SLASH = "slash_commands"
INTERACTIVE = "interactive"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One attempt on its way. `retry` counts from 0, `reason` says why the attempt before it failed."""

    id: str
    type: str
    payload: Json
    retry: int
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """How an attempt ended. `final`: the app asked for no further one."""

    acked: bool
    reason: str = ""
    status: int = 0
    answer: Json | None = None
    final: bool = False


class Transport(Protocol):
    """A way to the app."""

    async def carry(self, envelope: Envelope, limit: float) -> Receipt:
        """Deliver, and wait at most `limit` seconds for the ack."""
        ...


class Courier:
    """Delivers in the background; `journal` holds every delivery by its id, oldest first."""

    def __init__(self, transport: Transport, timing: Timing, clock: Callable[[], float]) -> None:
        self.transport = transport
        self.journal: dict[str, Delivery] = {}
        self._timing = timing
        self._clock = clock
        self._running: set[asyncio.Task[Delivery]] = set()

    def send(self, event_id: str, payload: Json, after: float = 0.0) -> None:
        """Deliver an event, with retries, starting `after` seconds from now."""
        self.journal[event_id] = Delivery(event_id, EVENTS, payload)
        self._start(event_id, (after, *self._timing.retries))

    def send_again(self, event_id: str, reason: str) -> None:
        """Deliver an old event once more, as a retry: as after a lost ack."""
        self._start(event_id, (0.0,), reason)

    async def ask(self, kind: str, payload: Json) -> Delivery:
        """Deliver a command or an interaction: once only, and its ack carries an answer."""
        delivery = Delivery(uuid4().hex, kind, payload)
        self.journal[delivery.id] = delivery
        return await self._start(delivery.id, (0.0,))

    async def settled(self) -> None:
        """Wait until nothing is under way any more."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        """Stop every delivery where it is."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _start(self, event_id: str, waits: tuple[float, ...], reason: str = "") -> asyncio.Task[Delivery]:
        task = asyncio.get_running_loop().create_task(self._deliver(event_id, waits, reason))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _deliver(self, event_id: str, waits: tuple[float, ...], reason: str) -> Delivery:
        for wait in waits:
            if wait:
                await asyncio.sleep(wait)
            receipt = await self._attempt(event_id, reason)
            reason = receipt.reason
            if receipt.acked or receipt.final:
                break
        return self._end(event_id, receipt)

    async def _attempt(self, event_id: str, reason: str) -> Receipt:
        delivery = self.journal[event_id]
        envelope = Envelope(str(uuid4()), delivery.type, delivery.payload, len(delivery.attempts), reason)
        sent = self._clock()
        receipt = await self.transport.carry(envelope, self._timing.ack)
        tried = Attempt(
            envelope.retry, envelope.id, sent, receipt.acked, receipt.reason, receipt.status, receipt.answer,
            self._clock() - sent,
        )  # fmt: skip
        delivery = self.journal[event_id]
        self.journal[event_id] = replace(delivery, attempts=(*delivery.attempts, tried))
        return receipt

    def _end(self, event_id: str, receipt: Receipt) -> Delivery:
        fate = Fate.ACKED if receipt.acked else Fate.GIVEN_UP
        delivery = self.journal[event_id] = replace(self.journal[event_id], fate=fate)
        return delivery

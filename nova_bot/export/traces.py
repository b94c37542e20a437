"""Traces: each run that has ended is sent as OTLP in the background. No run waits for it, and none fails by it."""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from nova_bot.core.run import Run
from nova_bot.export import otlp
from nova_bot.ledger import graphs
from nova_bot.ledger.reads import Reads

log = logging.getLogger(__name__)

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"
WAITING_MAX = 256
"""So many runs wait to be sent; what comes on top while the endpoint is away is not sent."""
TIMEOUT_S = 3.0
"""For one trace; and at the end of the process, for all that still wait."""

Send = Callable[[dict[str, Any]], object]
"""Sends one trace. Raises OSError."""


def sender() -> Send | None:
    """What the environment names, None where it names nothing."""
    endpoint, headers = os.environ.get(ENDPOINT, ""), otlp.headers_of(os.environ.get(HEADERS, ""))
    return (lambda traced: otlp.send(traced, endpoint, headers, TIMEOUT_S)) if endpoint else None


@dataclass(slots=True)
class Traces:
    """Sends what is offered, one after the other. Trouble is logged once, until it is over."""

    ledger: Reads
    send: Send
    _waiting: asyncio.Queue[Run] = field(default_factory=lambda: asyncio.Queue(WAITING_MAX))
    _task: asyncio.Task[None] | None = None
    _trouble: bool = False

    def start(self) -> None:
        """From now on."""
        self._task = asyncio.create_task(self._run(), name="traces")

    def offer(self, run: Run) -> None:
        """Have a run sent that has ended, if an agent had a part in it. Returns at once."""
        if not run.steps:
            return
        try:
            self._waiting.put_nowait(run)
        except asyncio.QueueFull:
            self._failed("too many wait")

    async def stop(self) -> None:
        """Send what waits, but not for long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._waiting.join(), TIMEOUT_S)
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            run = await self._waiting.get()
            try:
                traced = otlp.trace(run, await graphs.of_run(self.ledger, run.id))
                await asyncio.to_thread(self.send, traced)
                self._trouble = False
            except Exception as error:
                self._failed(error)
            finally:
                self._waiting.task_done()

    def _failed(self, why: object) -> None:
        if not self._trouble:
            log.warning("traces can't be sent (%s); runs go on without", why, extra={"action": "traces.failed"})
        self._trouble = True

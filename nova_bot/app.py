"""Nova running: what is opened, started and stopped, in order."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime

from nova_bot import agent_files, logs, parts
from nova_bot.core.errors import BadFile
from nova_bot.core.people import People
from nova_bot.engine.outbox import Courier
from nova_bot.export import traces
from nova_bot.export.traces import Traces
from nova_bot.ledger import people as linked
from nova_bot.ledger.store import Ledger, opened
from nova_bot.models.base import Model
from nova_bot.nova import Nova
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY
from nova_bot.tools.registry import Registry
from nova_bot.wiring import Wiring

log = logging.getLogger(__name__)

NEW_OBJECTS = 20_000
"""So many are made before garbage in circles is looked for. At Python's own 700 that took a seventh of each run."""


@asynccontextmanager
async def running(
    settings: Settings,
    couriers: Sequence[Courier],
    *,
    model: Model | None = None,
    on_bad_file: Callable[[BadFile], None] = lambda _error: None,
    make_team: parts.MakeTeam = parts.team,
    tools: Registry | None = None,
    now: Callable[[], datetime] | None = None,
) -> AsyncIterator[Nova]:
    """Nova with these couriers, with all its tools and the present time unless others are given.

    On the way out running steps are finished or parked. Raises a LedgerError, BadAgentFile, NoAgents or BadSettings
    with one sentence for the person who can act.
    """
    gc.set_threshold(NEW_OBJECTS)
    tools, now = tools or REGISTRY, now or parts.now
    async with AsyncExitStack() as stack:
        ledger = await stack.enter_async_context(opened(parts.ledger_path(settings)))
        model = model or parts.model_of(settings)
        stack.push_async_callback(model.close)
        watch = agent_files.Watch(parts.agents_folder(settings), tools.outward(), on_bad_file)
        team = await asyncio.to_thread(lambda: make_team(settings, watch.start()))
        people = await _people(settings, ledger)
        secrets = parts.secrets_of(settings)
        logs.know(secrets)
        made = Wiring(settings, couriers, model, tools, make_team, now, ledger, people, secrets, watch, team)
        nova = made.nova
        for part in (made.outbox, made.clock):
            stack.push_async_callback(part.stop)
        if send := traces.sender():
            nova.traces = Traces(ledger, send)
            nova.traces.start()
            stack.push_async_callback(nova.traces.stop)
        await nova.remember()
        stack.push_async_callback(made.refitting.stop)
        gc.freeze()  # what is there now stays as long as Nova runs: no need to look through it again and again
        stack.callback(gc.unfreeze)
        looking = asyncio.gather(
            asyncio.create_task(nova.look_at_files(), name="agent files"),
            asyncio.create_task(nova.forget_old(), name="retention"),
            asyncio.create_task(nova.look_at_outbox(), name="outbox"),
        )
        try:
            yield nova
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
            if not await made.lanes.finish(settings.grace_seconds):
                log.info("some runs are parked; the next start goes on with them", extra={"action": "stop"})
            await made.resuming.stop()


async def _people(settings: Settings, ledger: Ledger) -> People:
    """Everybody, with the accounts that were linked by a code; what is kept of them is theirs under any of these."""
    people = parts.people_of(settings)
    for identity, person in (await linked.links(ledger)).items():
        people.link(identity, person)
    await linked.adopt(ledger, people)
    return people

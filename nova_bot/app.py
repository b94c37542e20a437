"""The composition root: the only place that wires everything."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from functools import partial

from nova_bot import agent_files, logs, parts
from nova_bot.context.budget import Limits
from nova_bot.core.button import APPROVE, BLAME, CHOOSE, FEEDBACK
from nova_bot.core.envelope import Sender, Standing
from nova_bot.core.errors import BadFile
from nova_bot.core.job import JobGrant
from nova_bot.core.people import OWNER
from nova_bot.core.run import Run
from nova_bot.dispatch.answering import Answering
from nova_bot.dispatch.blaming import Blaming
from nova_bot.dispatch.inbox import Inbox
from nova_bot.dispatch.lanes import Lanes
from nova_bot.dispatch.reception import Reception
from nova_bot.dispatch.resuming import Resuming
from nova_bot.dispatch.tracing import Tracing
from nova_bot.engine.approving import Desk
from nova_bot.engine.arbiter import Arbiter
from nova_bot.engine.calls import Calls
from nova_bot.engine.chat import OutboxChat
from nova_bot.engine.correcting import Workroom
from nova_bot.engine.door import Door
from nova_bot.engine.loop import Engine
from nova_bot.engine.outbox import Courier, Outbox
from nova_bot.engine.presses import Presses, choosing, noted
from nova_bot.engine.redo import Redo
from nova_bot.engine.sieve import Sieve
from nova_bot.engine.steps import Stepper
from nova_bot.engine.unclear import Lookup
from nova_bot.export import traces
from nova_bot.export.traces import Traces
from nova_bot.ledger import people as linked
from nova_bot.ledger.notes import LedgerNotes
from nova_bot.ledger.store import opened
from nova_bot.models.base import Model
from nova_bot.nova import Nova
from nova_bot.refit import Refitting
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY
from nova_bot.tools.registry import PEOPLE, PLACES, Registry
from schedules.clock import Clock
from schedules.recurring import Recurring
from schedules.reminding import cards
from schedules.reminding.for_agents import ForAgents
from schedules.reminding.keeper import Keeper
from schedules.reminding.making import acting
from schedules.reminding.pressing import form as reminder_form
from schedules.reminding.pressing import pressing
from schedules.reminding.skill import Reminding
from schedules.reminding.undelivered import Undelivered
from schedules.reminding.zones import Zones
from schedules.timing import timing

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
    now, new_id = now or parts.now, parts.new_id
    async with AsyncExitStack() as stack:
        ledger = await stack.enter_async_context(opened(parts.ledger_path(settings)))
        model, tools = model or parts.model_of(settings), tools or REGISTRY
        stack.push_async_callback(model.close)
        watch = agent_files.Watch(parts.agents_folder(settings), tools.outward(), on_bad_file)
        first = await asyncio.to_thread(lambda: make_team(settings, watch.start()))
        limits = Limits(settings.run_budget, settings.hops, settings.keep_turns, {})
        people = parts.people_of(settings)
        for identity, person in (await linked.links(ledger)).items():
            people.link(identity, person)
        await linked.adopt(ledger, people)
        secrets = parts.secrets_of(settings)
        logs.know(secrets)
        sieve = Sieve(people, {one.platform: one for one in couriers}, secrets, settings.link_hosts)
        outbox = Outbox(ledger, couriers, now, sieve, lost=lambda one: undelivered.lost(one))
        stack.push_async_callback(outbox.stop)
        chat = OutboxChat(ledger, outbox, settings.places, people)
        nova: Nova
        clock = Clock(
            ledger,
            outbox.platforms,
            lambda number, one: nova.receive.begin(number, one),
            now,
            lambda claim, firing: keeper.fired(claim, firing),
            lambda one: acting(people, one),
        )
        stack.push_async_callback(clock.stop)
        keeper = Keeper(ledger, clock.expect, now)
        zones = Zones(ledger, people, settings.timezone, now, {one.platform: one for one in couriers})
        asked = ForAgents(ledger, keeper, zones, people, outbox, sieve, new_id)
        granted: dict[str, tuple[JobGrant, ...]] = {}
        calls = Calls(
            ledger,
            tools,
            LedgerNotes(ledger),
            chat,
            parts.agenda_of(settings, ledger),
            asked,
            limits.hops,
            settings.timezone,
            now,
            new_id,
            secrets.redacted,
            granted,
        )
        directories = {PLACES: lambda _place: list(settings.places), PEOPLE: chat.people_at}
        lookup = Lookup(directories, partial(timing, tz=settings.timezone))
        stepper = Stepper(model, tools, calls, limits, settings.timezone, now, lookup, secrets.redacted)
        lanes: Lanes[Run] = Lanes(settings.parallel)
        arbiter = Arbiter(model) if settings.arbiter and parts.has_model(settings) and not settings.script else None
        door = Door(ledger, people, parts.house_of(settings), now)
        undelivered = Undelivered(ledger, keeper, outbox)
        skills = [Reminding(ledger, keeper, zones, people, lambda: nova.team.roster.names)]
        owner = Sender(OWNER, settings.name, Standing.OWNER, OWNER)  # whoever writes files on this machine
        recurring = Recurring(
            ledger,
            parts.job_folders(settings),
            lambda: nova.team.roster.names,
            owner,
            settings.timezone,
            clock.expect,
            now,
            tools.rows(),
            limits.of_jobs,
            granted,
        )
        engine = Engine(ledger, outbox, stepper, lambda: nova.team, limits, now, new_id, door, arbiter, skills)
        desk = Desk(ledger, outbox, lambda one: nova.go_on(one), now, new_id)
        acts = {CHOOSE: choosing(ledger), FEEDBACK: noted, APPROVE: desk.press, cards.ACT: pressing(ledger, keeper)}
        room = Workroom(ledger, lanes.submit, engine.forget, now, new_id)
        redoing = Redo(room, outbox, stepper, limits, lambda: nova.team.roster)
        blaming = Blaming(ledger, outbox, now, new_id)
        acts[BLAME] = blaming.press
        tracing = Tracing(room, redoing, blaming, sieve.line)
        forms = {cards.ACT: reminder_form(ledger), FEEDBACK: tracing.form, APPROVE: desk.form}
        presses = Presses(ledger, outbox, engine, acts, now, forms)
        refitting = Refitting(parts.agents_folder(settings), settings.home, lambda: nova.take_over(nova.team.roster))
        resuming = Resuming(ledger, engine, now)
        receive = Reception(
            ledger,
            door,
            engine,
            outbox,
            presses,
            lanes,
            lambda: nova.commands,
            now,
            lambda run: nova.ended(run),
            tracing.mistakes,
            resuming,
        )
        nova = Nova(
            settings,
            make_team,
            ledger,
            engine,
            outbox,
            presses,
            desk,
            lanes,
            receive,
            tracing,
            Answering(ledger, receive, sieve.readers, now),
            Inbox(ledger, outbox, receive, sieve.readers, now),
            first,
            watch,
            refitting,
            people,
            clock,
            recurring,
            now,
        )
        if send := traces.sender():
            nova.traces = Traces(ledger, send)
            nova.traces.start()
            stack.push_async_callback(nova.traces.stop)
        await nova.remember()
        stack.push_async_callback(refitting.stop)
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
            if not await lanes.finish(settings.grace_seconds):
                log.warning("some runs are parked; the next start goes on with them", extra={"action": "stop"})
            await resuming.stop()

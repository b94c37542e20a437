"""The composition root: the only place that wires everything."""

import asyncio
import gc
import logging
import os
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from nova_bot import agent_files, logs, router_files
from nova_bot.context.budget import Limits
from nova_bot.core.agenda import Agenda
from nova_bot.core.button import APPROVE, BLAME, CHOOSE, FEEDBACK
from nova_bot.core.envelope import Sender, Standing
from nova_bot.core.errors import BadAgentFile, BadFile, BadJobFile, LedgerError
from nova_bot.core.job import JobGrant
from nova_bot.core.people import OWNER, Identity, People, Person
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run
from nova_bot.dispatch.answering import Answering
from nova_bot.dispatch.blaming import Blaming
from nova_bot.dispatch.commands import Commands
from nova_bot.dispatch.inbox import Inbox
from nova_bot.dispatch.lanes import Lanes
from nova_bot.dispatch.reception import Reception
from nova_bot.dispatch.tracing import Tracing
from nova_bot.engine.approving import Desk
from nova_bot.engine.arbiter import Arbiter
from nova_bot.engine.calls import Calls
from nova_bot.engine.chat import OutboxChat
from nova_bot.engine.correcting import Workroom
from nova_bot.engine.door import Door, House, new_code
from nova_bot.engine.loop import Engine, Team
from nova_bot.engine.outbox import Courier, Outbox
from nova_bot.engine.presses import Presses, choosing, noted
from nova_bot.engine.redo import Redo
from nova_bot.engine.sieve import Sieve
from nova_bot.engine.steps import Stepper
from nova_bot.engine.unclear import Lookup
from nova_bot.export import traces
from nova_bot.export.traces import Traces
from nova_bot.ledger import database, lessons, retention
from nova_bot.ledger import people as linked
from nova_bot.ledger.agenda import LedgerAgenda
from nova_bot.ledger.notes import LedgerNotes
from nova_bot.ledger.reads import Accepted
from nova_bot.ledger.store import Ledger, opened
from nova_bot.models.base import Model
from nova_bot.models.offline import OfflineModel
from nova_bot.refit import Refitting
from nova_bot.routing import learning
from nova_bot.routing.learning import Memory
from nova_bot.routing.router import LadderRouter
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY
from nova_bot.tools.registry import PEOPLE, PLACES, Registry
from nova_bot.trust.secrets import Secrets
from schedules import job_files
from schedules.clock import Clock
from schedules.recurring import Recurring
from schedules.reminding import cards
from schedules.reminding.keeper import Keeper
from schedules.reminding.making import acting
from schedules.reminding.pressing import form as reminder_form
from schedules.reminding.pressing import pressing
from schedules.reminding.skill import Reminding
from schedules.reminding.undelivered import Undelivered
from schedules.reminding.zones import Zones
from schedules.timing import timing

log = logging.getLogger(__name__)

_SECRET_NAME = re.compile(r"(?:^|_)(?:key|token|secret|password|passwd|credentials?)(?:$|_)", re.IGNORECASE)

LOOK_AT_FILES_S = 1.0
DAY_S = 86_400.0
LOOK_AT_OUTBOX_S = 60.0
NEW_OBJECTS = 20_000
"""So many are made before garbage in circles is looked for. At Python's own 700 that took a seventh of each run."""

NO_KEY = "none"
"""Sent to a compatible local server when no key is set."""


def now() -> datetime:
    """The time, in UTC. The one clock; everything below takes it as an argument."""
    return datetime.now(UTC)


new_id = partial(secrets.token_urlsafe, 12)
"""A name for a button that can't be guessed."""


def model_of(settings: Settings) -> Model:
    """The model that the settings name: scripted, Anthropic, or none."""
    if settings.script is not None:
        from nova_bot.models.scripted import ScriptedModel

        return ScriptedModel.from_file(settings.script.expanduser())
    if not _has_model(settings):
        return OfflineModel()
    from nova_bot.models import pricing
    from nova_bot.models.anthropic import AnthropicModel

    return AnthropicModel(
        settings.models,
        settings.fallback,
        pricing.table(settings.prices),
        base_url=settings.anthropic_base_url,
        api_key=settings.anthropic_api_key.get_secret_value() if settings.anthropic_api_key else NO_KEY,
    )


def _has_model(settings: Settings) -> bool:
    """A key, or an address of a compatible server, which may need none."""
    return settings.anthropic_api_key is not None or settings.anthropic_base_url is not None


def ledger_path(settings: Settings) -> Path:
    """The ledger's file. Raises LedgerUnsupported."""
    return database.location(settings.database_url, settings.home)


TERMINAL = ("terminal", "local")
"""The platform and workspace of this machine's terminal, where the owner's identity is `owner`."""


async def owner_code(settings: Settings) -> str:
    """A fresh code, kept also while Nova runs: who types it becomes the owner. Raises a LedgerError."""
    path = ledger_path(settings)
    found = database.revision(path)
    if found:
        database.check(found, path)
    else:
        with database.held(path):
            database.upgrade(path)
    made = new_code()
    await linked.keep_code_beside(path, made, OWNER, now())
    return made


def people_of(settings: Settings) -> People:
    """Everybody the settings list. At this machine's terminal sits its owner, or somebody he plays."""
    here = Identity(*TERMINAL, OWNER)
    owner = Person(OWNER, settings.name, Standing.OWNER, identities=settings.owner.identities | {here})
    others = [
        Person(name, name, one.standing, one.may, one.identities | {Identity(*TERMINAL, name)}, one.tz)
        for name, one in settings.people.items()
    ]
    spaces = {"slack": settings.members_of.slack, "discord": settings.members_of.discord}
    open_to = {(platform, space): Standing.MEMBER for platform, names in spaces.items() for space in names}
    return People([owner, *others], {TERMINAL: Standing.GUEST, **open_to})


def secrets_of(settings: Settings) -> Secrets:
    """Everything that must never leave: what the settings keep secret, and what the environment calls so."""
    kept = (value.get_secret_value() for _, value in settings if isinstance(value, SecretStr))
    named = (value for name, value in os.environ.items() if _SECRET_NAME.search(name))
    return Secrets([*kept, *named, unquote(urlsplit(settings.database_url).password or "")])


def house_of(settings: Settings) -> House:
    """The rules at the door."""
    return House(settings.strangers, settings.per_minute, settings.bot_hops)


def agents_folder(settings: Settings) -> Path:
    """The folder with the agent files."""
    return settings.agents.expanduser() if settings.agents else agent_files.default_folder()


def agenda_of(settings: Settings, ledger: Ledger) -> Agenda:
    """Where calendars and to-dos are kept: the ledger, or for the owner the CalDAV server that the settings name."""
    local = LedgerAgenda(ledger)
    if not settings.caldav_url:
        return local
    from adapters.caldav import CalDav

    password = settings.caldav_password.get_secret_value() if settings.caldav_password else ""
    return CalDav(settings.caldav_url, settings.caldav_user, password, settings.timezone, local)


def job_folders(settings: Settings) -> tuple[Path, Path]:
    """The folders with job files: the shipped ones, then the owner's own, which stand before them."""
    return job_files.shipped(), job_files.own(settings.home)


def team(settings: Settings, roster: Roster) -> Team:
    """The agents with the router that knows them."""
    encoder = router_files.embedder(settings.home)
    brain = router_files.brain(agents_folder(settings), settings.home, roster, encoder)
    memory = Memory(brain.classifier.pair.idf, brain.classifier.encode)
    return Team(roster, LadderRouter(roster, brain, memory.recall), memory)


MakeTeam = Callable[[Settings, Roster], Team]
"""Gives the agents a router; `team` is the real one."""


@dataclass(slots=True)
class Nova:
    """A running Nova."""

    settings: Settings
    make_team: MakeTeam
    ledger: Ledger
    engine: Engine
    outbox: Outbox
    presses: Presses
    desk: Desk
    lanes: Lanes[Run]
    receive: Reception
    tracing: Tracing
    answering: Answering
    inbox: Inbox
    team: Team
    watch: agent_files.Watch
    refitting: Refitting
    people: People
    clock: Clock
    recurring: Recurring
    traces: Traces | None = None

    @property
    def commands(self) -> Commands:
        """What Nova answers itself."""
        more = {**self.tracing.verbs, **self.inbox.verbs, "answer": self.answering.answer}
        return Commands(self.ledger, lambda: self.team.roster, now, self.engine.working, self.desk, more)

    def go_on(self, parked: Accepted) -> None:
        """Let a run that waited for a person have its turn again."""
        self.receive.begin(parked.number, parked.envelope, parked.run)

    async def ended(self, run: Run) -> None:
        """Learn from a run that has ended, and have it sent where traces are wanted."""
        if self.traces:
            self.traces.offer(run)
        lesson = learning.lesson_of(run)
        if lesson is not None:
            await lessons.keep(self.ledger, lesson)
            await self.remember()
            self.refitting.lesson_learnt()

    async def remember(self) -> None:
        """Learn all live lessons anew: the same message and its near repeats are right at once."""
        if self.team.memory is not None:
            self.team.memory.learn(await lessons.live(self.ledger))

    async def recover(self) -> Sequence[Awaitable[Run]]:
        """Send what an earlier process left unsent, go on with what it left unanswered, and start the clock."""
        await self.outbox.recover()
        left = await self.ledger.unanswered(self.outbox.platforms)
        if left:
            log.warning("going on with %d unanswered messages", len(left), extra={"action": "recover"})
        runs = [self.receive.begin(one.number, one.envelope, one.run) for one in left]
        await self._take_jobs()
        await self.clock.start()
        return runs

    async def look_at_outbox(self) -> None:
        """Send what could not be sent, for ever."""
        while True:
            await asyncio.sleep(LOOK_AT_OUTBOX_S)
            try:
                await self.outbox.resend()
            except Exception:
                log.exception("the outbox stays as it is", extra={"action": "outbox.resend"})

    async def look_at_files(self) -> None:
        """Take over changed agent files, for ever. A broken change leaves the old agents in force."""
        while True:
            await asyncio.sleep(LOOK_AT_FILES_S)
            try:
                await self._take_changes()
                await self._take_jobs()
            except Exception:
                log.exception("the agents stay as they were", extra={"action": "agents.reload"})

    async def forget_old(self) -> None:
        """Forget what is older than the settings keep, now and once a day, for ever."""
        while self.settings.keep_days is not None:
            until = now() - timedelta(days=self.settings.keep_days)
            try:
                gone = await retention.forget(self.ledger, retention.Span(until=until, only_over=True), now())
                for place in gone.places:
                    self.engine.forget(place)
            except LedgerError:
                log.exception("nothing was forgotten", extra={"action": "retention"})
            await asyncio.sleep(DAY_S)

    async def take_over(self, roster: Roster) -> None:
        """Put these agents in force, with the newest fitted router."""
        made = await asyncio.to_thread(self.make_team, self.settings, roster)
        if made.memory is not None:
            made.memory.learn(await lessons.live(self.ledger))
        self.team = made

    async def _take_jobs(self) -> None:
        """Keep the jobs in step with their files."""
        try:
            await self.recurring.look()
        except BadJobFile as error:
            log.warning("job file not taken: %s", error, extra={"action": "jobs.reload"})
            self.watch.on_error(error)

    async def _take_changes(self) -> None:
        roster = await asyncio.to_thread(self.watch.changed)
        if roster is None:
            return
        try:
            await self.take_over(roster)
        except BadAgentFile as error:  # in the utterances beside an agent's file
            self.watch.on_error(error)
            return
        log.warning("agent files reloaded: %d agents", len(roster), extra={"action": "agents.reload"})


@asynccontextmanager
async def running(
    settings: Settings,
    couriers: Sequence[Courier],
    *,
    model: Model | None = None,
    on_bad_file: Callable[[BadFile], None] = lambda _error: None,
    make_team: MakeTeam = team,
    tools: Registry | None = None,
) -> AsyncIterator[Nova]:
    """Nova with these couriers, and with all its tools unless others are given.

    On the way out running steps are finished or parked. Raises a LedgerError, BadAgentFile, NoAgents or BadSettings
    with one sentence for the person who can act.
    """
    gc.set_threshold(NEW_OBJECTS)
    async with AsyncExitStack() as stack:
        ledger = await stack.enter_async_context(opened(ledger_path(settings)))
        model, tools = model or model_of(settings), tools or REGISTRY
        stack.push_async_callback(model.close)
        watch = agent_files.Watch(agents_folder(settings), tools.outward(), on_bad_file)
        first = await asyncio.to_thread(lambda: make_team(settings, watch.start()))
        limits = Limits(settings.run_budget, settings.hops, settings.keep_turns, {})
        people = people_of(settings)
        for identity, person in (await linked.links(ledger)).items():
            people.link(identity, person)
        await linked.adopt(ledger, people)
        secrets = secrets_of(settings)
        logs.know(secrets)
        sieve = Sieve(people, {one.platform: one for one in couriers}, secrets, settings.link_hosts)
        outbox = Outbox(ledger, couriers, now, sieve, lost=lambda one: undelivered.lost(one))
        stack.push_async_callback(outbox.stop)
        chat = OutboxChat(ledger, outbox, settings.places, people)
        granted: dict[str, tuple[JobGrant, ...]] = {}
        calls = Calls(
            ledger,
            tools,
            LedgerNotes(ledger),
            chat,
            agenda_of(settings, ledger),
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
        arbiter = Arbiter(model) if settings.arbiter and _has_model(settings) and not settings.script else None
        nova: Nova
        door = Door(ledger, people, house_of(settings), now)
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
        undelivered = Undelivered(ledger, keeper, outbox)
        zones = Zones(ledger, people, settings.timezone, now, {one.platform: one for one in couriers})
        skills = [Reminding(ledger, keeper, zones, people, lambda: nova.team.roster.names)]
        owner = Sender(OWNER, settings.name, Standing.OWNER, OWNER)  # whoever writes files on this machine
        recurring = Recurring(
            ledger,
            job_folders(settings),
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
        forms = {cards.ACT: reminder_form(ledger), FEEDBACK: tracing.form}
        presses = Presses(ledger, outbox, engine, acts, now, forms)
        refitting = Refitting(agents_folder(settings), settings.home, lambda: nova.take_over(nova.team.roster))
        receive = Reception(
            ledger, door, engine, outbox, presses, lanes, lambda: nova.commands, now, lambda run: nova.ended(run)
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
        )
        if send := traces.sender():
            nova.traces = Traces(ledger, send)
            nova.traces.start()
            stack.push_async_callback(nova.traces.stop)
        await nova.remember()
        stack.push_async_callback(refitting.stop)
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

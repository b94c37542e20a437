"""The composition root: the only place that wires everything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial

from nova_bot import agent_files, parts
from nova_bot.context.budget import Limits
from nova_bot.core.button import APPROVE, BLAME, CHOOSE, FEEDBACK
from nova_bot.core.envelope import Sender, Standing
from nova_bot.core.job import JobGrant
from nova_bot.core.people import OWNER, People
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
from nova_bot.engine.loop import Engine, Team
from nova_bot.engine.outbox import Courier, Outbox
from nova_bot.engine.presses import Presses, choosing, noted
from nova_bot.engine.redo import Redo
from nova_bot.engine.sieve import Sieve
from nova_bot.engine.steps import Stepper
from nova_bot.engine.unclear import Lookup
from nova_bot.ledger.notes import LedgerNotes
from nova_bot.ledger.store import Ledger
from nova_bot.models.base import Model
from nova_bot.nova import Nova
from nova_bot.refit import Refitting
from nova_bot.settings import Settings
from nova_bot.tools.registry import PEOPLE, PLACES, Registry
from nova_bot.trust.secrets import Secrets
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


@dataclass
class Wiring:
    """Every part of Nova, made when it is first asked for. Of two that need each other, one asks when it is used."""

    settings: Settings
    couriers: Sequence[Courier]
    model: Model
    tools: Registry
    make_team: parts.MakeTeam
    now: Callable[[], datetime]
    ledger: Ledger
    people: People
    secrets: Secrets
    watch: agent_files.Watch
    team: Team
    granted: dict[str, tuple[JobGrant, ...]] = field(default_factory=dict)
    """What the owner granted to jobs: read from their files by `recurring`, looked at by `calls`."""

    @cached_property
    def nova(self) -> Nova:
        """All of it."""
        return Nova(
            self.settings,
            self.make_team,
            self.ledger,
            self.engine,
            self.outbox,
            self.presses,
            self.desk,
            self.lanes,
            self.receive,
            self.tracing,
            Answering(self.ledger, self.receive, self.sieve.readers, self.now),
            Inbox(self.ledger, self.outbox, self.receive, self.sieve.readers, self.now),
            self.team,
            self.watch,
            self.refitting,
            self.people,
            self.clock,
            self.recurring,
            self.now,
        )

    def agents(self) -> tuple[str, ...]:
        """The names of the agents in force."""
        return self.nova.team.roster.names

    @cached_property
    def platforms(self) -> dict[str, Courier]:
        """The couriers by platform."""
        return {one.platform: one for one in self.couriers}

    @cached_property
    def limits(self) -> Limits:
        """What a run may take."""
        return Limits(self.settings.run_budget, self.settings.hops, self.settings.keep_turns, {})

    @cached_property
    def sieve(self) -> Sieve:
        """What everything that leaves goes through."""
        return Sieve(self.people, self.platforms, self.secrets, self.settings.link_hosts)

    @cached_property
    def outbox(self) -> Outbox:
        """What sends."""
        return Outbox(self.ledger, self.couriers, self.now, self.sieve, lost=lambda one: self.undelivered.lost(one))

    @cached_property
    def chat(self) -> OutboxChat:
        """Posting, for agents."""
        return OutboxChat(self.ledger, self.outbox, self.settings.places, self.people)

    @cached_property
    def clock(self) -> Clock:
        """What brings in reminders that are due."""
        return Clock(
            self.ledger,
            self.outbox.platforms,
            lambda number, one: self.receive.begin(number, one),
            self.now,
            lambda claim, firing: self.keeper.fired(claim, firing),
            lambda one: acting(self.people, one),
        )

    @cached_property
    def keeper(self) -> Keeper:
        """What keeps reminders."""
        return Keeper(self.ledger, self.clock.expect, self.now)

    @cached_property
    def zones(self) -> Zones:
        """Where people are."""
        return Zones(self.ledger, self.people, self.settings.timezone, self.now, self.platforms)

    @cached_property
    def undelivered(self) -> Undelivered:
        """Reminders that a platform would not take."""
        return Undelivered(self.ledger, self.keeper, self.outbox)

    @cached_property
    def recurring(self) -> Recurring:
        """Jobs, in step with their files. Whoever writes files on this machine is the owner."""
        return Recurring(
            self.ledger,
            parts.job_folders(self.settings),
            self.agents,
            Sender(OWNER, self.settings.name, Standing.OWNER, OWNER),
            self.settings.timezone,
            self.clock.expect,
            self.now,
            self.tools.rows(),
            self.limits.of_jobs,
            self.granted,
        )

    @cached_property
    def calls(self) -> Calls:
        """What makes tool calls."""
        return Calls(
            self.ledger,
            self.tools,
            LedgerNotes(self.ledger),
            self.chat,
            parts.agenda_of(self.settings, self.ledger),
            ForAgents(self.ledger, self.keeper, self.zones, self.people, self.outbox, self.sieve, parts.new_id),
            self.limits.hops,
            self.settings.timezone,
            self.now,
            parts.new_id,
            self.secrets.redacted,
            self.granted,
        )

    @cached_property
    def stepper(self) -> Stepper:
        """What makes steps."""
        tz = self.settings.timezone
        directories = {PLACES: lambda _place: list(self.settings.places), PEOPLE: self.chat.people_at}
        lookup = Lookup(directories, partial(timing, tz=tz))
        return Stepper(self.model, self.tools, self.calls, self.limits, tz, self.now, lookup, self.secrets.redacted)

    @cached_property
    def door(self) -> Door:
        """Who may come in."""
        return Door(self.ledger, self.people, parts.house_of(self.settings), self.now)

    @cached_property
    def engine(self) -> Engine:
        """What answers."""
        wanted = self.settings.arbiter and parts.has_model(self.settings) and not self.settings.script
        return Engine(
            self.ledger,
            self.outbox,
            self.stepper,
            lambda: self.nova.team,
            self.limits,
            self.now,
            parts.new_id,
            self.door,
            Arbiter(self.model) if wanted else None,
            [Reminding(self.ledger, self.keeper, self.zones, self.people, self.agents)],
        )

    @cached_property
    def desk(self) -> Desk:
        """Where cards are decided."""
        return Desk(self.ledger, self.outbox, lambda one: self.nova.go_on(one), self.now, parts.new_id)

    @cached_property
    def lanes(self) -> Lanes[Run]:
        """The queues of the conversations."""
        return Lanes(self.settings.parallel)

    @cached_property
    def blaming(self) -> Blaming:
        """The search for a mistake's origin."""
        return Blaming(self.ledger, self.outbox, self.now, parts.new_id)

    @cached_property
    def tracing(self) -> Tracing:
        """The commands about where an answer comes from."""
        room = Workroom(self.ledger, self.lanes.submit, self.engine.forget, self.now, parts.new_id)
        redo = Redo(room, self.outbox, self.stepper, self.limits, lambda: self.nova.team.roster)
        return Tracing(room, redo, self.blaming, self.sieve.line)

    @cached_property
    def presses(self) -> Presses:
        """What becomes of a pressed button, by its act."""
        acts = {
            CHOOSE: choosing(self.ledger),
            FEEDBACK: noted,
            APPROVE: self.desk.press,
            cards.ACT: pressing(self.ledger, self.keeper),
            BLAME: self.blaming.press,
        }
        forms = {cards.ACT: reminder_form(self.ledger), FEEDBACK: self.tracing.form, APPROVE: self.desk.form}
        return Presses(self.ledger, self.outbox, self.engine, acts, self.now, forms)

    @cached_property
    def refitting(self) -> Refitting:
        """What learns lessons in another process."""
        folder = parts.agents_folder(self.settings)
        return Refitting(folder, self.settings.home, lambda: self.nova.take_over(self.nova.team.roster))

    @cached_property
    def resuming(self) -> Resuming:
        """What goes on with runs that a crash cut short."""
        return Resuming(self.ledger, self.engine, self.now)

    @cached_property
    def receive(self) -> Reception:
        """What adapters bring everything to."""
        return Reception(
            self.ledger,
            self.door,
            self.engine,
            self.outbox,
            self.presses,
            self.lanes,
            lambda: self.nova.commands,
            self.now,
            lambda run: self.nova.ended(run),
            self.tracing.mistakes,
            self.resuming,
        )

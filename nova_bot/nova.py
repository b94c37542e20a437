"""A running Nova: what it does by itself beside answering."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nova_bot import agent_files, parts
from nova_bot.core.errors import BadAgentFile, BadJobFile, LedgerError
from nova_bot.core.people import People
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run
from nova_bot.dispatch.answering import Answering
from nova_bot.dispatch.commands import Commands
from nova_bot.dispatch.inbox import Inbox
from nova_bot.dispatch.lanes import Lanes
from nova_bot.dispatch.reception import Reception
from nova_bot.dispatch.tracing import Tracing
from nova_bot.engine.approving import Desk
from nova_bot.engine.loop import Engine, Team
from nova_bot.engine.outbox import Outbox
from nova_bot.engine.presses import Presses
from nova_bot.export.traces import Traces
from nova_bot.ledger import lessons, retention
from nova_bot.ledger.reads import Accepted
from nova_bot.ledger.store import Ledger
from nova_bot.refit import Refitting
from nova_bot.routing import learning
from nova_bot.settings import Settings
from schedules.clock import Clock
from schedules.recurring import Recurring

log = logging.getLogger(__name__)

LOOK_AT_FILES_S = 2.0
DAY_S = 86_400.0
LOOK_AT_OUTBOX_S = 60.0


@dataclass(slots=True)
class Nova:
    """A running Nova."""

    settings: Settings
    make_team: parts.MakeTeam
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
    now: Callable[[], datetime]
    traces: Traces | None = None

    @property
    def commands(self) -> Commands:
        """What Nova answers itself."""
        more = {**self.tracing.verbs, **self.inbox.verbs, "answer": self.answering.answer}
        return Commands(self.ledger, lambda: self.team.roster, self.now, self.engine.working, self.desk, more)

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
            log.info("going on with what was left unanswered: %d", len(left), extra={"action": "recover"})
        suspected = {one.envelope.place: one.resumed for one in reversed(left)}  # by the first of each conversation
        left.sort(key=lambda one: suspected[one.envelope.place])
        runs = [self.receive.resume(one) for one in left]
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
            until = self.now() - timedelta(days=self.settings.keep_days)
            try:
                gone = await retention.forget(self.ledger, retention.Span(until=until, only_over=True), self.now())
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
        log.info("agent files reloaded: %d agents", len(roster), extra={"action": "agents.reload"})

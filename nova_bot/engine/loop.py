"""The loop: from an accepted envelope to a run that has ended, each step saved before the next one starts."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from nova_bot.context import budget, evidence
from nova_bot.context import pack as packs
from nova_bot.context.budget import Limits
from nova_bot.context.items import fenced
from nova_bot.context.pack import Full, TooLong
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.button import BAD, CHOOSE, FEEDBACK, GOOD, Button
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Conversation, OpenQuestion
from nova_bot.core.delivery import Outbound, Underway
from nova_bot.core.envelope import Envelope, Kind, Place, Standing
from nova_bot.core.errors import LedgerError, UnknownAgent
from nova_bot.core.labels import PRESSED, Integrity, Label, of_model
from nova_bot.core.outcome import Ask, EndingKind, Say, Stop
from nova_bot.core.roster import Roster
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.run import Ending, Run
from nova_bot.core.wording import say
from nova_bot.engine import bringing, checking, endings, guard
from nova_bot.engine.arbiter import Arbiter
from nova_bot.engine.at_hand import AtHand
from nova_bot.engine.door import NOVA, Door
from nova_bot.engine.giving_way import give_way
from nova_bot.engine.notices import notices
from nova_bot.engine.outbox import Outbox
from nova_bot.engine.outdated import with_outdated
from nova_bot.engine.skills import Card, Skill, answered
from nova_bot.engine.steps import Stepper, gave_up
from nova_bot.engine.working import Stopped, Working
from nova_bot.ledger import deeds
from nova_bot.ledger.store import Closing, Ledger, Parking, Progress
from nova_bot.routing.learning import Memory

log = logging.getLogger(__name__)


class Router(Protocol):
    """Decides which agent gets an envelope."""

    def route(self, envelope: Envelope, conversation: Conversation) -> Route:
        """The decision, made without I/O."""
        ...


@dataclass(frozen=True, slots=True)
class Team:
    """The agents, the router that knows them, and its memory of corrections; replaced as a whole."""

    roster: Roster
    router: Router
    memory: Memory | None = None


class Engine:
    """`team` gives the team in force; a run looks it up anew at each step, by name. `new_id` names buttons."""

    def __init__(
        self,
        ledger: Ledger,
        outbox: Outbox,
        stepper: Stepper,
        team: Callable[[], Team],
        limits: Limits,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        door: Door,
        arbiter: Arbiter | None = None,
        skills: Sequence[Skill] = (),
    ) -> None:
        self._ledger = ledger
        self._door = door
        self._outbox = outbox
        self.stepper = stepper
        self._team = team
        self._limits = limits
        self._clock = clock
        self._new_id = new_id
        self._arbiter = arbiter
        self._skills = skills
        self._at_hand = AtHand(ledger)
        self.working = Working()

    def forget(self, place: Place) -> None:
        """Read this conversation anew before its next run: what it holds has changed."""
        self._at_hand.forget(place, in_use=self.working.at(place) is not None)

    async def answer(self, number: int, envelope: Envelope, begun: Run | None = None) -> Run:
        """Play the run of accepted envelope `number` to its end, from its last finished step if it had `begun`."""
        conversation = await self._at_hand.of(envelope)
        run = begun or await self._begin(number, envelope, conversation)
        try:
            with self.working.on(run):
                while run.ending is None:
                    run = await self._advance(run, conversation)
                    self.working.now(run)
        except LedgerError:
            self._at_hand.forget(envelope.place)
            raise
        except Exception:
            log.exception("run %s broke", run.name, extra={"action": "run.broke", "run": run.name})
            run = await self._close(run, conversation, endings.failed(run, "internal"))
        return run

    async def _begin(self, number: int, envelope: Envelope, conversation: Conversation) -> Run:
        """Route the envelope and open its run."""
        route = await self._route(envelope, conversation)
        await give_way()
        if not envelope.mentioned and route.decision is not Decision.SILENT:
            self._outbox.notice(envelope)  # one that names Nova was noticed when it came in
        run = await self._with_more(self._prepared(envelope, route, conversation))
        self._ledger.open_run(run, number)
        log.info(
            "routed to %s",
            route.agent,
            extra={"action": "route", "run": run.name, "rule": route.rule, "p": route.p, "runner_up": route.runner_up},
        )
        return run

    async def _with_more(self, run: Run) -> Run:
        """`run` with what its request tells about a subject, and the notes that fit it, if they may help its agent."""
        roster = self._team().roster
        if run.route.agent not in roster or run.route.decision is Decision.SILENT:
            return run
        run = bringing.slots(run, roster.needs)
        found = await bringing.notes(run, roster.get(run.route.agent), self.stepper.calls.notes)
        return replace(run, claims=run.claims + found) if found else run

    def _prepared(self, envelope: Envelope, route: Route, conversation: Conversation) -> Run:
        """A run that begins, with what its envelope told."""
        now = self._clock()
        number_of_run = self._ledger.next_run()
        pressed = envelope.kind is Kind.PRESS and route.request == envelope.text
        label = Label(
            guard.worded(envelope, route.request, conversation),
            f"{PRESSED if pressed else 'turn:'}r{number_of_run}",
            frozenset({envelope.place.room}),
            as_of=now,
        )
        told = Claim(ClaimId(number_of_run, 1), 0, Basis.TOLD, route.request, label)
        return Run(number_of_run, envelope, route, now, claims=(told, *bringing.quoted(number_of_run, envelope, label)))

    def open(self, number: int, envelope: Envelope, rule: Rule) -> Run:
        """A run of no agent's work that begins."""
        route = Route(Decision.SILENT, NOVA, rule, 1.0, envelope.text, "it is no agent's work")
        run = self._prepared(envelope, route, Conversation(envelope.place))
        self._ledger.open_run(run, number)
        return run

    async def settle(
        self,
        number: int,
        envelope: Envelope,
        rule: Rule,
        text: str = "",
        *,
        kind: EndingKind = EndingKind.ANSWERED,
        begun: Run | None = None,
        buttons: tuple[Button, ...] = (),
    ) -> Run:
        """End accepted envelope `number`, which is no agent's work. `text` is Nova's reply; it is no turn."""
        run = begun or self.open(number, envelope, rule)
        sentence = "" if kind is EndingKind.ANSWERED else text
        run = replace(run, ending=Ending(kind if text else EndingKind.SILENT, sentence))
        key = f"{run.name}/{run.cards + 1}"
        outbound = Outbound(key, run.id, envelope.place, NOVA, text, buttons) if text else None
        await self._ledger.save(run, None, Closing(run, self._clock(), outbound=outbound))
        if outbound:
            await self._outbox.send(outbound)
        return run

    async def _route(self, envelope: Envelope, conversation: Conversation) -> Route:
        """The decision. A fault in routing is one too, so that the run ends in words."""
        team = self._team()
        try:
            turned = await self._door.admit(envelope)
            if turned is not None:
                return turned
            route = team.router.route(envelope, conversation)
            return await self._arbiter.settle(route, team.roster) if self._arbiter else route
        except Exception:
            log.exception("routing %s broke", envelope.identity, extra={"action": "route.broke"})
            why = say("failed", "internal")
            return Route(Decision.GENERAL, NOVA, Rule.BROKEN, 0.0, envelope.text, why)

    async def _advance(self, run: Run, conversation: Conversation) -> Run:
        """One step further, saved; or the ending."""
        if self.working.to_stop(run):
            return await self._close(run, conversation, endings.stopped(run))
        if not run.steps:
            card = await answered(self._skills, run, conversation)
            outcome = card.outcome if card else endings.settled(run)
            if outcome is not None:
                return await self._close(run, conversation, outcome, card=card)
        roster = self._team().roster
        try:
            spec = roster.get(run.agent)
        except UnknownAgent:
            return await self._close(run, conversation, endings.failed(run, "agent_gone", agent=run.agent))
        waiting = bool(run.steps) and run.steps[-1].waiting_for_tools
        reached = "" if waiting else budget.exceeded(run, spec, self._limits)
        if reached:
            return await self._close(run, conversation, gave_up(run, reached))
        return await self._step(run, spec, conversation, roster)

    async def _step(self, run: Run, spec: AgentSpec, conversation: Conversation, roster: Roster) -> Run:
        if spec.needs:
            needed = await self._ledger.needed(spec.needs, run.envelope.place.room)
            conversation = replace(conversation, needed=tuple(c for c in needed if c.id.run != run.id))
        tools = self.stepper.tools
        conversation = await with_outdated(conversation, run, spec, tools, self._ledger, self._clock())
        seen: list[tuple[Label, frozenset[str]]] = []

        def on_text(text: str) -> None:
            asker, number, usd = run.envelope.sender.id, len(run.steps) + 1, run.usage.usd
            if text and not seen:
                seen.append(endings.in_sight(run, conversation))
            label, links = seen[0] if text else (run.claims[0].label, frozenset())
            self._outbox.progress(
                Underway(run.envelope.place, asker, run.name, spec.name, number, text, run.started, usd, label, links)
            )

        on_text("")
        try:
            progress = await self.working.until_stopped(run, self.stepper.step(run, conversation, roster, on_text))
        except Stopped:
            return await self._close(run, conversation, endings.stopped(run))
        except TooLong as error:
            said = say("rejected", "too_long", size=len(run.route.request), agent=spec.name, limit=error.limit)
            return await self._close(run, conversation, Stop(EndingKind.REJECTED, said))
        except Full:
            reached = say("limit", "full", agent=spec.name, limit=spec.budget.tokens)
            return await self._close(run, conversation, gave_up(run, reached))
        if progress.parking is not None:
            return await self._park(run, conversation, progress.parking)
        after = run.then(progress.step, progress.claims, progress.edges, progress.faults)
        if isinstance(progress.step.outcome, Say | Ask | Stop):
            return await self._close(after, conversation, progress.step.outcome, progress)
        await self._ledger.save(after, progress)
        return after

    async def _close(
        self,
        run: Run,
        conversation: Conversation,
        outcome: Say | Ask | Stop,
        progress: Progress | None = None,
        card: Card | None = None,
    ) -> Run:
        """End the run: its ending, its turns and its reply are on the disk before anything is sent."""
        now = self._clock()
        ending = endings.ending_of(outcome)
        run = replace(run, ending=ending)
        agent = run.agent if run.steps else NOVA
        text = endings.text_of(outcome, ending)
        if text and run.steps and isinstance(outcome, Say) and endings.leaves(run, conversation):
            text += "\n\n" + say("route", "switched", previous=conversation.holder)
        claims: tuple[Claim, ...] = ()
        if text and (isinstance(outcome, Stop) or not run.steps):
            label = endings.own_words(run, outcome, now, card.label if card else None)
            claims = (Claim(ClaimId(run.id, len(run.claims) + 1), len(run.steps), Basis.DERIVED, text, label),)
            run = replace(run, claims=run.claims + claims)
        text += await self._notices(run, text)
        turns = endings.turns_of(run, agent, text, now)
        question = endings.question_of(run, agent, outcome, card)
        outbound = None
        if text:
            buttons = self._buttons(question, card) + self._thumbs(run, outcome)
            known = packs.known(run, conversation)
            footer = endings.footer_of(run, known, conversation, outcome, now, progress)
            shown = "\n\n".join(part for part in (text, footer) if part)
            said = "\n".join([shown, *(button.label for button in buttons)])
            label, links = endings.leaving(run, known, progress, said)
            key = f"{run.name}/{run.cards + 1}"
            outbound = Outbound(key, run.id, run.envelope.place, agent, shown, buttons, label=label, links=links)
        closing = Closing(run, now, turns, question, outbound, claims)
        await give_way()
        await self._ledger.save(run, progress, closing)
        holder = agent if agent != NOVA else conversation.holder
        doubtful = checking.doubtful(run.claims, run.edges, conversation.doubtful)
        acted = evidence.acted(run.steps, self.stepper.tools.effects)
        self._at_hand.keep(conversation.then(turns, holder, question, doubtful, acted) if turns else conversation)
        if outbound:
            await self._outbox.send(outbound)
        return run

    async def _park(self, run: Run, conversation: Conversation, parking: Parking) -> Run:
        """The run waits for a person: its turn ends, and its card is on the disk before it is shown."""
        run = replace(run, ending=Ending(EndingKind.WAITING))
        turns = () if run.cards else (endings.request_turn(run),)
        outbound = None
        if parking.text:
            key = f"{run.name}/{run.cards + 1}"
            known = packs.known(run, conversation).values()
            audience = of_model((claim.label for claim in known), NOVA).audience
            label = Label(Integrity.DIRECTORY, f"card:{run.name}", audience)  # its targets stay whole
            outbound = Outbound(
                key, run.id, run.envelope.place, run.agent, fenced(parking.text), parking.buttons, label=label
            )
        closing = Closing(run, self._clock(), turns, outbound=outbound, writes=parking.writes)
        await self._ledger.save(run, None, closing)
        self._at_hand.keep(conversation.then(turns, conversation.holder, None))
        if outbound:
            await self._outbox.send(outbound)
        return run

    async def _notices(self, run: Run, text: str) -> str:
        """What the owner should know beside the answer to his own message; "" for anybody else."""
        failed = any(result.error for step in run.steps for result in step.results)
        if not text or not failed or run.envelope.sender.standing is not Standing.OWNER:
            return ""
        told = notices((await deeds.of_run(self._ledger, run.id)).deeds)
        return "".join(f"\n\n{line}" for line in told)

    def _thumbs(self, run: Run, outcome: Say | Ask | Stop) -> tuple[Button, ...]:
        """Was it a good answer? Asked under an agent's answer, where the platform has a place for it."""
        if not (run.steps and isinstance(outcome, Say) and self._outbox.takes_feedback(run.envelope.place.platform)):
            return ()
        return tuple(Button(self._new_id(), say("press", how), FEEDBACK, how) for how in (GOOD, BAD))

    def _buttons(self, question: OpenQuestion | None, card: Card | None) -> tuple[Button, ...]:
        choices = question.choices if question else ()
        chosen = (Button(self._new_id(), choice, CHOOSE, choice) for choice in choices)
        offers, presser = (card.offers, card.presser) if card else ((), "")
        offered = (Button(self._new_id(), one.label, one.act, one.value, one.style, presser) for one in offers)
        return (*chosen, *offered)

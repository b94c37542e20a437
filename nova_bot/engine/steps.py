"""One step: a pack goes to the model, an outcome comes back; or the tool calls of the last outcome are made."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from nova_bot.context import budget, freshness
from nova_bot.context import pack as packs
from nova_bot.context.budget import Limits
from nova_bot.context.evidence import Evidence
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Claim, ClaimId
from nova_bot.core.conversation import Conversation
from nova_bot.core.envelope import Standing
from nova_bot.core.errors import (
    ModelBroken,
    ModelBusy,
    ModelError,
    ModelKeyRefused,
    ModelRequestRefused,
    ModelSilent,
    ModelUnknown,
    ModelUnreachable,
    NoScript,
)
from nova_bot.core.labels import Integrity, join
from nova_bot.core.outcome import Ask, EndingKind, Stop, ToolCall, Use
from nova_bot.core.pack import ContextPack, ItemKind
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run, Step, Usage
from nova_bot.core.text import counted
from nova_bot.core.wording import say
from nova_bot.engine import checking, guard, planning, replies, unclear
from nova_bot.engine.calls import Calls
from nova_bot.engine.checking import Judged
from nova_bot.engine.giving_way import give_way
from nova_bot.engine.guard import Scene
from nova_bot.engine.unclear import Lookup
from nova_bot.ledger.rows import sha
from nova_bot.ledger.store import Progress
from nova_bot.models.base import Model, ModelRequest, OnText, ToolOffer
from nova_bot.tools.registry import Registry

log = logging.getLogger(__name__)

LONGEST_ANSWER = 8_000

LONG_TEXT = 8_000
"""Characters. A longer answer is checked in a thread, for which nobody else has to wait."""

_WHOLE = frozenset({ItemKind.TURN, ItemKind.NEEDED})

_SAID_TO_ASKER: dict[type[ModelError], str] = {
    ModelKeyRefused: "model_key",
    ModelRequestRefused: "model_request",
    ModelUnknown: "model_request",
    ModelBusy: "model_busy",
    ModelUnreachable: "model_unreachable",
    ModelSilent: "model_silent",
    ModelBroken: "model_broken",
    NoScript: "no_script",
}


@dataclass(frozen=True, slots=True)
class _Asking:
    """What stays the same when a step asks its model a second time."""

    run: Run
    spec: AgentSpec
    evidence: Evidence
    offers: tuple[ToolOffer, ...]
    on_text: OnText | None


@dataclass(frozen=True, slots=True)
class _Said:
    """What came of asking the model: the pack it was given, the outcome, and the reply that was read from."""

    pack: ContextPack
    judged: Judged
    usage: Usage
    model: str = ""
    text: str = ""
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Stepper:
    """Makes steps. Holds what every step needs; keeps nothing between them."""

    model: Model
    tools: Registry
    calls: Calls
    limits: Limits
    tz: str
    clock: Callable[[], datetime]
    lookup: Lookup
    redacted: Callable[[str], str] = str

    async def step(
        self, run: Run, conversation: Conversation, roster: Roster, on_text: OnText | None = None
    ) -> Progress:
        """The next step of `run`: its finished form, its pack, and the claims it made."""
        await give_way()
        last = run.steps[-1] if run.steps else None
        if last and last.waiting_for_tools:
            return await self._use(run, last, conversation, roster)
        spec = roster.get(run.agent)
        began = self.clock()
        pack, known = self._pack(spec, roster, run, conversation, began)
        await give_way()
        today = began.astimezone(ZoneInfo(self.tz)).date()
        evidence = checking.evidence_of(run, conversation, pack, known, self.tools.effects, today)
        settled = self._without_model(run, spec, pack, evidence, conversation, began)
        if settled is not None:
            return settled
        asking = _Asking(run, spec, evidence, self._offers(run, spec, roster, pack, known), on_text)
        said = await self._ask(asking, pack, run)
        if said.judged.complaint:
            said = await self._again(asking, said, began)
        await give_way()
        if said.judged.broken:
            said = replace(said, judged=replace(said.judged, outcome=_broken(run, spec, said.judged.broken)))
        if planning.due(run) and not isinstance(said.judged.outcome, Use | Stop):
            said = replace(said, judged=Judged(planning.NOTHING))
        question = self._unclear(said, run, spec, known, conversation, began)
        if question is not None:
            said = replace(said, judged=Judged(question))
        step = self._made(run, said, began)
        recorded = checking.record(run, step.n, said.judged, evidence)
        await give_way()
        return Progress(step, said.pack, *recorded)

    def _without_model(
        self,
        run: Run,
        spec: AgentSpec,
        pack: ContextPack,
        evidence: Evidence,
        conversation: Conversation,
        now: datetime,
    ) -> Progress | None:
        """The step that has to come before the agent is asked.

        A name can mean several things, which only the person can tell; or what the agent has read, or an earlier run
        here, is out of date and is shown to it: a step made for planning shows none of it.
        """
        question = unclear.before_an_agent(spec, run, conversation)
        if question is not None:
            step = self._made(run, _Said(pack, Judged(question), Usage()), now)
            return Progress(step, pack, *checking.record(run, step.n, Judged(question), evidence))
        if planning.due(run):
            return None
        again = freshness.to_read_again(run, self.tools.plain, spec.fresh, now)
        if conversation.outdated and not again:
            whole = {each for item in pack.items if item.kind in _WHOLE for each in item.claims}
            again = freshness.of_earlier(run, conversation.outdated, whole)
        if not again:
            return None
        step = self._made(run, _Said(pack, Judged(Use(again, say("age", "again"))), Usage()), now)
        return None if budget.exceeded(run.then(step, (), ()), spec, self.limits) else Progress(step, pack)

    def _unclear(
        self,
        said: _Said,
        run: Run,
        spec: AgentSpec,
        known: Mapping[ClaimId, Claim],
        conversation: Conversation,
        now: datetime,
    ) -> Ask | None:
        """What has to be asked before the calls are made, or the work is handed on."""

        def scene() -> Scene:
            n, rows, chat = len(run.steps) + 1, self.tools.rows(), self.calls.chat
            return guard.scene(run, n, spec, rows, said.pack, known, conversation, chat.places, now, chat.names)

        return unclear.asked(said.judged.outcome, known.values(), scene, self.tools, self.lookup, self.tz)

    def _made(self, run: Run, said: _Said, began: datetime) -> Step:
        return Step(
            n=len(run.steps) + 1,
            agent=said.pack.agent,
            agent_sha=said.pack.agent_sha,
            pack_sha=sha(said.pack.text),
            outcome=said.judged.outcome,
            model=said.model,
            usage=said.usage,
            started=began,
            ended=self.clock(),
        )

    async def _again(self, asking: _Asking, said: _Said, began: datetime) -> _Said:
        """The one second try, with the checker's words, if the agent can afford it as a step; else the first answer."""
        spent = asking.run.then(self._made(asking.run, said, began), (), ())
        if budget.exceeded(spent, asking.spec, self.limits):
            return said
        objected = replies.objected(said.text, said.calls, said.judged.complaint)
        second = await self._ask(asking, packs.with_remark(said.pack, objected), spent)
        usage = said.usage + second.usage
        return replace(said if isinstance(second.judged.outcome, Stop) else second, usage=usage)

    async def _ask(self, asking: _Asking, pack: ContextPack, spent: Run) -> _Said:
        """The model's outcome; a Stop when it can't be asked. `spent` is the run with all that counts so far."""
        run, spec = asking.run, asking.spec
        left = budget.seconds_left(spent, spec, self.limits)
        room = max(256, min(LONGEST_ANSWER, spec.budget.tokens - spent.usage_of(spec.name).tokens - pack.tokens))
        request = ModelRequest(pack, asking.offers, spec.model, room, run.route.why)
        heard = False

        def on_text(text: str) -> None:
            nonlocal heard
            heard = True
            if asking.on_text:
                asking.on_text(text)

        try:
            async with asyncio.timeout(left):
                reply = replies.cleaned(await self.model.reply(request, on_text), self.redacted)
        except TimeoutError:
            silent = not heard and 2 * left > spec.budget.seconds  # else the agent had used up its time itself
            limit = budget.timed_out(spent, spec, self.limits)
            stop = _failed(run, ModelSilent(what=counted(round(left), "second"))) if silent else gave_up(run, limit)
            return _Said(pack, Judged(stop), Usage(calls=1))
        except ModelError as error:
            tries = error.facts.get("tries", 0)
            return _Said(pack, Judged(_failed(run, error)), Usage(calls=tries if isinstance(tries, int) else 0))
        await give_way()
        outcome = replies.outcome(reply, spec, run, self.limits.hops)
        if replies.size(reply) > LONG_TEXT:
            judged = await asyncio.to_thread(checking.judge, outcome, asking.evidence, spec)
        else:
            judged = checking.judge(outcome, asking.evidence, spec)
        return _Said(pack, judged, reply.usage, reply.model, reply.text, reply.calls)

    async def _use(self, run: Run, step: Step, conversation: Conversation, roster: Roster) -> Progress:
        """The results of the calls of `step`, which was shown what the pack of the run before it shows."""
        spec = roster.get(step.agent)
        before = replace(run, steps=tuple(s for s in run.steps if s.n < step.n))
        pack, known = self._pack(spec, roster, before, conversation, step.started)
        view = [known[c] for c in pack.shown if c in known] + list(before.claims if before.hand_offs else ())
        label = join((claim.label for claim in view), f"step:{run.name}.{step.n}")
        return await self.calls.make(run, step, spec, pack, known, conversation, label)

    def _pack(
        self, spec: AgentSpec, roster: Roster, run: Run, conversation: Conversation, at: datetime
    ) -> tuple[ContextPack, Mapping[ClaimId, Claim]]:
        """What the next step of `run` is shown; only what is clean where effects have to be planned first."""
        pack = packs.build(spec, roster, run, conversation, at, self.tz, self.limits.keep_turns)
        known = packs.known(run, conversation)
        return (planning.clean(pack, known, run) if planning.due(run) else pack), known

    def _offers(
        self, run: Run, spec: AgentSpec, roster: Roster, pack: ContextPack, known: Mapping[ClaimId, Claim]
    ) -> tuple[ToolOffer, ...]:
        """What the model may call: nothing but `plan` in a step made for it."""
        if planning.due(run):
            return (replies.plan_offer(),)
        rows = self.tools.rows()
        plans = any(rows[name].outward for name in planning.effects_of(spec, roster, rows))
        if plans:
            least = min((known[c].label.integrity for c in pack.shown if c in known), default=Integrity.OWNER)
            plans = least >= Integrity.DIRECTORY
        return replies.offers(spec, self.tools.of(guard.callable_by(spec)), plans=plans)


def gave_up(run: Run, limit: str) -> Stop:
    """The ending of a run that reached a limit, which `limit` names in words."""
    return Stop(EndingKind.GAVE_UP, say("ending", "gave_up", limit=limit, run=run.name), limit)


def _failed(run: Run, error: ModelError) -> Stop:
    """The owner reads what he can act on; anyone else reads that it is being seen to, and the log has the rest."""
    is_owner = run.envelope.sender.standing is Standing.OWNER
    facts = {"action": "model.failed", "run": run.name, "agent": run.agent}
    log.log(logging.INFO if is_owner else logging.ERROR, "%s", error, extra=facts)
    if is_owner:
        return Stop(EndingKind.FAILED, str(error), type(error).__name__)
    reason = say("failed", _SAID_TO_ASKER.get(type(error), "internal"))
    return Stop(EndingKind.FAILED, say("ending", "failed", reason=reason, run=run.name), type(error).__name__)


def _broken(run: Run, spec: AgentSpec, what: tuple[str, ...]) -> Stop:
    """The ending of a run whose agent did not give the result that its file promises."""
    reason = say("failed", "contract", agent=spec.name, what=what[0])
    return Stop(EndingKind.FAILED, say("ending", "failed", reason=reason, run=run.name), f"contract of {spec.name}")

"""One step: a pack goes to the model, an outcome comes back; or the tool calls of the last outcome are made."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from nova_bot.context import budget
from nova_bot.context import pack as packs
from nova_bot.context.budget import Limits
from nova_bot.context.evidence import Evidence
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Conversation
from nova_bot.core.envelope import Standing
from nova_bot.core.errors import (
    ModelBroken,
    ModelBusy,
    ModelError,
    ModelKeyRefused,
    ModelRequestRefused,
    ModelUnreachable,
    NoScript,
    ToolError,
)
from nova_bot.core.labels import join
from nova_bot.core.note import Notes
from nova_bot.core.outcome import EndingKind, Stop, ToolCall, ToolResult, Use
from nova_bot.core.pack import ContextPack
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run, Step, Usage
from nova_bot.core.text import storable
from nova_bot.core.wording import say
from nova_bot.engine import checking, replies
from nova_bot.engine.checking import Judged
from nova_bot.ledger.rows import sha
from nova_bot.ledger.store import Progress
from nova_bot.models.base import Model, ModelRequest, OnText
from nova_bot.tools.registry import Caller, Registry

log = logging.getLogger(__name__)

LONGEST_ANSWER = 8_000
TOOL_TIMEOUT_S = 30.0
LONGEST_RESULT = 20_000
RESULT_PER_TOKEN = 0.75
"""How many characters of a result an agent reads per token of its budget: one fills at most about half a pack."""

_SAID_TO_ASKER: dict[type[ModelError], str] = {
    ModelKeyRefused: "model_key",
    ModelRequestRefused: "model_request",
    ModelBusy: "model_busy",
    ModelUnreachable: "model_unreachable",
    ModelBroken: "model_broken",
    NoScript: "no_script",
}


@dataclass(frozen=True, slots=True)
class _Asking:
    """What stays the same when a step asks its model a second time."""

    run: Run
    spec: AgentSpec
    evidence: Evidence
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
    notes: Notes
    limits: Limits
    tz: str
    clock: Callable[[], datetime]

    async def step(
        self, run: Run, conversation: Conversation, roster: Roster, on_text: OnText | None = None
    ) -> Progress:
        """The next step of `run`: its finished form, its pack, and the claims it made."""
        last = run.steps[-1] if run.steps else None
        if last and last.waiting_for_tools:
            return await self._use(run, last, conversation, roster)
        spec = roster.get(run.agent)
        began = self.clock()
        pack = packs.build(spec, roster, run, conversation, began, self.tz, self.limits.keep_turns)
        today = began.astimezone(ZoneInfo(self.tz)).date()
        evidence = checking.evidence_of(run, conversation, pack, self.tools.effects, today)
        asking = _Asking(run, spec, evidence, on_text)
        said = await self._ask(asking, pack, run)
        if said.judged.complaint:
            said = await self._again(asking, said, began)
        step = self._made(run, said, began)
        return Progress(step, said.pack, *checking.record(run, step.n, said.judged, evidence))

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
        offers = replies.offers(spec, self.tools.of(spec.tools))
        request = ModelRequest(pack, offers, spec.model, room, run.route.why)
        try:
            async with asyncio.timeout(left):
                reply = replies.cleaned(await self.model.reply(request, asking.on_text))
        except TimeoutError:
            stop = gave_up(run, budget.timed_out(spent, spec, self.limits))
            return _Said(pack, Judged(stop), Usage(calls=1))
        except ModelError as error:
            log.error("%s", error, extra={"action": "model.failed", "run": run.name, "agent": spec.name})
            tries = error.facts.get("tries", 0)
            return _Said(pack, Judged(_failed(run, error)), Usage(calls=tries if isinstance(tries, int) else 0))
        judged = checking.judge(replies.outcome(reply, spec, run, self.limits.hops), asking.evidence)
        return _Said(pack, judged, reply.usage, reply.model, reply.text, reply.calls)

    async def _use(self, run: Run, step: Step, conversation: Conversation, roster: Roster) -> Progress:
        """The results of the calls of `step`, all made at once, each answered."""
        assert isinstance(step.outcome, Use)
        spec = roster.get(step.agent)
        before = replace(run, steps=tuple(s for s in run.steps if s.n < step.n))
        pack = packs.build(spec, roster, before, conversation, step.started, self.tz, self.limits.keep_turns)
        known = packs.known(run, conversation)
        label = join((known[c].label for c in pack.shown if c in known), f"step:{run.name}.{step.n}")
        began = self.clock()
        caller = Caller(run.envelope.sender.person, run.envelope.place, began, self.tz, "", label, self.notes)
        calls = step.outcome.calls
        callers = [replace(caller, key=f"{run.name}.{step.n}/{n}") for n in range(len(calls))]
        made = (self._call(run, spec, calls, call, caller) for call, caller in zip(calls, callers, strict=True))
        results = [replace(result, text=storable(result.text)) for result in await asyncio.gather(*made)]
        claims = _found(run, step, calls, results, self.tools, caller)
        ended = step.ended + (self.clock() - began)  # the time it took, without that of a restart before the calls
        return Progress(replace(step, results=tuple(results), ended=ended), None, claims)

    async def _call(
        self, run: Run, spec: AgentSpec, calls: tuple[ToolCall, ...], call: ToolCall, caller: Caller
    ) -> ToolResult:
        """The answer to one of `calls`, which were asked for together."""
        why = replies.refused(call, calls, spec, run, self.limits.hops)
        if why:
            return replies.refusal_result(call, why)
        try:
            if call.tool not in spec.tools:
                raise ToolError(tool=call.tool, what=f"{spec.name} has no such tool")
            async with asyncio.timeout(TOOL_TIMEOUT_S):
                text = await self.tools.get(call.tool).call(call, caller)
        except ToolError as error:
            return ToolResult(call.id, str(error), error=True)
        except TimeoutError:
            slow = ToolError(tool=call.tool, what=f"no answer within {TOOL_TIMEOUT_S:.0f} seconds")
            return ToolResult(call.id, str(slow), error=True)
        except Exception:
            log.exception("tool %s failed", call.tool, extra={"action": "tool.failed", "run": run.name})
            fault = ToolError(tool=call.tool, what="a fault inside the tool; do not call it again in this run")
            return ToolResult(call.id, str(fault), error=True)
        return ToolResult(call.id, _cut(text, min(LONGEST_RESULT, int(spec.budget.tokens * RESULT_PER_TOKEN))))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}\n(cut off here: {len(text)} characters in all)"


def _found(
    run: Run,
    step: Step,
    calls: tuple[ToolCall, ...],
    results: list[ToolResult],
    tools: Registry,
    caller: Caller,
) -> tuple[Claim, ...]:
    """One claim per result that came: a call that failed found nothing."""
    good = [(call, result) for call, result in zip(calls, results, strict=True) if not result.error]
    return tuple(
        Claim(
            ClaimId(run.id, len(run.claims) + 1 + i),
            step.n,
            Basis.FOUND,
            result.text,
            tools.get(call.tool).label(caller.now, caller),
            subject=tools.get(call.tool).returns.kind,
        )
        for i, (call, result) in enumerate(good)
    )


def gave_up(run: Run, limit: str) -> Stop:
    """The ending of a run that reached a limit, which `limit` names in words."""
    return Stop(EndingKind.GAVE_UP, say("ending", "gave_up", limit=limit, run=run.name), limit)


def _failed(run: Run, error: ModelError) -> Stop:
    """The owner reads what he can act on; anyone else reads that it is being seen to."""
    if run.envelope.sender.standing is Standing.OWNER:
        return Stop(EndingKind.FAILED, str(error), type(error).__name__)
    reason = say("failed", _SAID_TO_ASKER.get(type(error), "internal"))
    return Stop(EndingKind.FAILED, say("ending", "failed", reason=reason, run=run.name), type(error).__name__)

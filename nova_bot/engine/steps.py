"""One step: a pack goes to the model, an outcome comes back; or the tool calls of the last outcome are made."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from nova_bot.context import budget, handoff
from nova_bot.context import pack as packs
from nova_bot.context.budget import Limits
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
from nova_bot.core.labels import join, of_model
from nova_bot.core.note import Notes
from nova_bot.core.outcome import Ask, EndingKind, HandOff, Outcome, Say, Stop, ToolCall, ToolResult, Use
from nova_bot.core.pack import ContextPack
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run, Step, Usage
from nova_bot.core.text import storable
from nova_bot.core.wording import say
from nova_bot.engine import replies
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
        outcome, usage, model = await self._ask(run, spec, pack, on_text)
        step = Step(
            n=len(run.steps) + 1,
            agent=spec.name,
            agent_sha=pack.agent_sha,
            pack_sha=sha(pack.text),
            outcome=outcome,
            model=model,
            usage=usage,
            started=began,
            ended=self.clock(),
        )
        return Progress(step, pack, _claims(run, step, pack, packs.known(run, conversation)))

    async def _ask(
        self, run: Run, spec: AgentSpec, pack: ContextPack, on_text: OnText | None
    ) -> tuple[Outcome, Usage, str]:
        """The model's outcome; a Stop when it can't be asked."""
        left = budget.seconds_left(run, spec, self.limits)
        room = max(256, min(LONGEST_ANSWER, spec.budget.tokens - run.usage_of(spec.name).tokens - pack.tokens))
        offers = replies.offers(spec, self.tools.of(spec.tools))
        request = ModelRequest(pack, offers, spec.model, room, run.route.why)
        try:
            async with asyncio.timeout(left):
                reply = replies.cleaned(await self.model.reply(request, on_text))
        except TimeoutError:
            return gave_up(run, budget.timed_out(run, spec, self.limits)), Usage(calls=1), ""
        except ModelError as error:
            log.error("%s", error, extra={"action": "model.failed", "run": run.name, "agent": spec.name})
            tries = error.facts.get("tries", 0)
            return _failed(run, error), Usage(calls=tries if isinstance(tries, int) else 0), ""
        return replies.outcome(reply, spec, run, self.limits.hops), reply.usage, reply.model

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


def _claims(run: Run, step: Step, pack: ContextPack, known: Mapping[ClaimId, Claim]) -> tuple[Claim, ...]:
    """What the step itself states, labelled with the join of everything it was shown."""
    label = of_model((known[c].label for c in pack.shown if c in known), f"step:{run.name}.{step.n}")
    first = len(run.claims) + 1
    match step.outcome:
        case Say(text=text):
            return (Claim(ClaimId(run.id, first), step.n, Basis.DERIVED, text, label),)
        case Ask(question=text):
            return (Claim(ClaimId(run.id, first), step.n, Basis.DERIVED, text, label),)
        case HandOff() as handed:
            return handoff.claims(handed, run, step.n, label)
    return ()


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

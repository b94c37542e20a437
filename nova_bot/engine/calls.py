"""The tool calls of a step: ruled on one by one, logged before they are made, each answered."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import ValidationError

from nova_bot.core.agenda import Agenda
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.button import APPROVE, Button
from nova_bot.core.chat import Chat
from nova_bot.core.claims import Claim, ClaimId
from nova_bot.core.conversation import Conversation
from nova_bot.core.deed import Approval, Deed, DeedState, Word
from nova_bot.core.effect import ToolRow
from nova_bot.core.envelope import Kind, Place
from nova_bot.core.errors import ToolError
from nova_bot.core.job import JobGrant
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.note import Notes
from nova_bot.core.outcome import ToolCall, ToolResult, Use
from nova_bot.core.pack import ContextPack
from nova_bot.core.reminder import Reminders, maker
from nova_bot.core.run import Run, Step
from nova_bot.core.text import storable
from nova_bot.core.wording import say
from nova_bot.engine import findings, guard, planning, replies
from nova_bot.engine.guard import Guard, Make, Park, Refused, Ruling, Scene, Told
from nova_bot.ledger import deeds
from nova_bot.ledger.deeds import Ward
from nova_bot.ledger.store import Ledger, Parking, Progress
from nova_bot.tools.registry import Caller, Registry, Result
from nova_bot.trust import approvals
from nova_bot.trust.grants import Grant, Param
from nova_bot.trust.policy import Call
from nova_bot.trust.sinks import received

log = logging.getLogger(__name__)

TOOL_TIMEOUT_S = 30.0
LONGEST_RESULT = 20_000
RESULT_PER_TOKEN = 0.75
"""How many characters of a result an agent reads per token of its budget: one fills at most about half a pack."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Makes the calls of a step.

    `new_id` names cards and buttons; `granted` is what the files of jobs grant their runs, by what the identities of
    those begin with.
    """

    ledger: Ledger
    tools: Registry
    notes: Notes
    chat: Chat
    agenda: Agenda
    reminders: Reminders
    hops: int
    tz: str
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    redacted: Callable[[str], str] = str
    granted: Mapping[str, Sequence[JobGrant]] = field(default_factory=dict)

    async def make(
        self,
        run: Run,
        step: Step,
        spec: AgentSpec,
        pack: ContextPack,
        known: Mapping[ClaimId, Claim],
        conversation: Conversation,
        label: Label,
    ) -> Progress:
        """The results of the calls of `step`, or the card it waits for."""
        assert isinstance(step.outcome, Use)
        began = self.clock()
        rows = self.tools.rows()
        view = guard.scene(run, step.n, spec, rows, pack, known, conversation, self.chat.places, began, self.chat.names)
        caller = Caller(
            run.envelope.sender.person, run.envelope.place, began, self.tz, "", label, self.notes,
            view.outside, self.chat, self.agenda, self.reminders, run.id, spec.name,
            received([run.route.request] if view.asker_typed else [], (), label),
        )  # fmt: skip
        weighty = any(call.tool == planning.PLAN or not _plain(rows, call) for call in step.outcome.calls)
        ward = (await deeds.of_run(self.ledger, run.id)).also(self._standing(run)) if weighty else Ward()
        rulings = await self._rulings(view, ward, step.outcome.calls)
        keys = [f"{run.name}.{step.n}/{n}" for n in range(len(rulings))]
        callers = [
            replace(
                caller, key=key, passes=_passes(view, ward, key, Call(call.tool, call.args, rows.get(call.tool)), label)
            )
            for key, call in zip(keys, step.outcome.calls, strict=False)
        ]
        each = zip(step.outcome.calls, rulings, callers, strict=False)
        made = await asyncio.gather(*(self._carry_out(*one, spec) for one in each))
        parked = rulings[-1] if isinstance(rulings[-1], Park) else None
        if parked is not None:
            return Progress(step, None, parking=self._parking(run, parked))
        results = tuple(replace(result, text=self.redacted(storable(result.text))) for result, _ in made)
        claims, edges = findings.of(run, step, results, [found for _, found in made], self.tools)
        ended = step.ended + (self.clock() - began)  # the time it took, without that of a restart before the calls
        return Progress(replace(step, results=results, ended=ended), None, claims, edges)

    def _standing(self, run: Run) -> tuple[Grant, ...]:
        """What the file of a job grants each of its runs: the owner's words on disk. Only the clock brings jobs."""
        if run.envelope.kind is not Kind.CLOCK:
            return ()
        made_by = maker(run.envelope.identity)
        return tuple(
            Grant(f"{made_by}/{n}", run.id, one.tool, _params(one), one.uses, made_by)
            for n, one in enumerate(self.granted.get(made_by, ()))
        )

    async def _rulings(self, view: Scene, ward: Ward, calls: Sequence[ToolCall]) -> list[Ruling]:
        """What becomes of each call, up to the first that has to wait for a person. Refusals are logged here."""
        rulings: list[Ruling] = []
        for n, call in enumerate(calls):
            ruling, ward = await self._rule(view, ward, calls, n, call)
            rulings.append(ruling)
            if isinstance(ruling, Park):
                break
        return rulings

    async def _rule(
        self, view: Scene, ward: Ward, calls: Sequence[ToolCall], n: int, call: ToolCall
    ) -> tuple[Ruling, Ward]:
        why = replies.refused(call, tuple(calls), view.spec, view.run, self.hops)
        if why:
            return Told(replies.refusal_result(call, why).text), ward
        if call.tool == planning.PLAN:
            return await self._plan(view, ward, n, call)
        if call.tool not in guard.callable_by(view.spec):
            return Told(str(ToolError(tool=call.tool, what=f"{view.spec.name} has no such tool"))), ward
        ruling = Guard(view, ward).rule(n, call)
        match ruling:
            case Make(deed=Deed() as deed, grants=granted):
                known = ward.deed(deed.key)
                if known is None:
                    await deeds.keep(self.ledger, granted, deed)
                else:
                    await deeds.move(self.ledger, deed.key, deed.state, view.now)
                return ruling, ward.also(granted, deed)
            case Refused(deed=deed):
                return await self._refused(view, ward, call, ruling)
            case Park(deed=deed, grants=granted):
                return ruling, ward.also(granted, deed)
        return ruling, ward

    async def _refused(self, view: Scene, ward: Ward, call: ToolCall, ruling: Refused) -> tuple[Ruling, Ward]:
        """Log it. Where an outsider's words are in view and nothing was planned yet, the agent plans first."""
        deed = ruling.deed
        if ward.deed(deed.key) is not None:
            await deeds.move(self.ledger, deed.key, deed.state, view.now)
            return Told(_error(call, ruling.text)), ward.also(deed=deed)
        if view.outside and view.mintable and not planning.planned_in(view.run):
            return Told(planning.first(call)), ward
        log.warning("refused %s", call.tool, extra={"action": "trust.refused", "run": view.run.name, "why": deed.why})
        await deeds.keep(self.ledger, (), deed)
        return Told(_error(call, ruling.text)), ward.also(deed=deed)

    async def _plan(self, view: Scene, ward: Ward, n: int, call: ToolCall) -> tuple[Ruling, Ward]:
        """Mint what a plan may grant. A plan made with an outsider's words in view is none."""
        if view.outside:
            return Told(_error(call, say("plan", "too_late"))), ward
        try:
            plan = planning.plan_of(call)
        except ValidationError as error:
            first = error.errors()[0]
            return Told(_error(call, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")), ward
        granted = view.minted(plan, f"{view.run.name}.{view.step}/{n}")
        await deeds.keep(self.ledger, granted)
        return Told(planning.said(granted, plan), error=False), ward.also(granted)

    async def _carry_out(
        self, call: ToolCall, ruling: Ruling, caller: Caller, spec: AgentSpec
    ) -> tuple[ToolResult, Result | None]:
        """Make one call, if that was the ruling; its receipt is on the disk before anybody hears of it."""
        if isinstance(ruling, Told):
            return ToolResult(call.id, ruling.text, ruling.error), self._again(call, ruling, caller)
        if not isinstance(ruling, Make):
            return ToolResult(call.id, "", error=True), None
        result, found = await self._call(call, caller, spec)
        if ruling.deed is not None:
            state = DeedState.FAILED if result.error else DeedState.DONE
            await deeds.move(self.ledger, ruling.deed.key, state, self.clock(), result.text)
        return result, found

    def _again(self, call: ToolCall, told: Told, caller: Caller) -> Result | None:
        """What a call gave that was made before a restart, or what a plan granted; nothing where it gave an error."""
        if told.error:
            return None
        if call.tool == planning.PLAN:
            return Result(told.text, Label(Integrity.DIRECTORY, guard.PLANNED, as_of=caller.now))
        return Result(told.text, self.tools.get(call.tool).label(caller.now, caller))

    async def _call(self, call: ToolCall, caller: Caller, spec: AgentSpec) -> tuple[ToolResult, Result | None]:
        try:
            async with asyncio.timeout(TOOL_TIMEOUT_S):
                found = await self.tools.get(call.tool).call(call, caller)
        except ToolError as error:
            return ToolResult(call.id, str(error), error=True), None
        except TimeoutError:
            return ToolResult(call.id, _error(call, f"no answer within {TOOL_TIMEOUT_S:.0f} seconds"), error=True), None
        except Exception:
            log.exception("tool %s failed", call.tool, extra={"action": "tool.failed", "run": caller.key})
            fault = "a fault inside the tool; do not call it again in this run"
            return ToolResult(call.id, _error(call, fault), error=True), None
        longest = min(LONGEST_RESULT, int(spec.budget.tokens * RESULT_PER_TOKEN))
        return ToolResult(call.id, _cut(found.text, longest)), found

    def _parking(self, run: Run, park: Park) -> Parking:
        """The card, and the rows that say what waits for it; nothing new while a card is out already."""
        if park.asked is None:
            return Parking()
        now = self.clock()
        text = approvals.card(park.call, park.asked, park.deed.agent, run.name)
        reasons = tuple(map(approvals.reason_line, park.asked.reasons))
        asker = run.envelope.sender
        card = Approval(
            self.new_id(), park.deed.key, run.id, asker.person, run.envelope.place, text, reasons, park.deed.sha,
            park.asked.typed, now, now + approvals.SHOWN, now + approvals.PARKED,
        )  # fmt: skip
        return Parking(text, buttons_of(card, asker.id, self.new_id), tuple(deeds.parked(park.grants, park.deed, card)))


def _params(grant: JobGrant) -> dict[str, Param]:
    names = (*grant.values, *grant.like)
    return {name: Param(lit=grant.values.get(name, ()), like=grant.like.get(name, "")) for name in names}


def buttons_of(card: Approval, presser: str, new_id: Callable[[], str]) -> tuple[Button, ...]:
    """Approve and Deny. Only `presser`, who asked, may press them."""
    yes = Button(new_id(), say("card", "yes"), APPROVE, f"{card.id} yes", "primary", presser)
    no = Button(new_id(), say("card", "no"), APPROVE, f"{card.id} no", "danger", presser)
    return (yes, no)


def _passes(view: Scene, ward: Ward, key: str, call: Call, label: Label) -> Label:
    """The label of what a call tells others; a person who agreed to it saw on the card what they can't read."""
    card = ward.approval(key)
    agreed = card is not None and card.word is Word.YES
    told = [] if agreed else view.passed_on(call)
    return replace(label, audience=frozenset[Place]().union(*(claim.label.audience for claim in told)))


def _plain(rows: Mapping[str, ToolRow], call: ToolCall) -> bool:
    row = rows.get(call.tool)
    return row is None or (row.plain and not row.secret)


def _error(call: ToolCall, what: str) -> str:
    return str(ToolError(tool=call.tool, what=what))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}\n(cut off here: {len(text)} characters in all)"

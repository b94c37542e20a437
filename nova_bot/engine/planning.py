"""Planning: an agent declares the effects that the asker wants before it reads what an outsider may have written.

The `plan` tool is offered while nothing below integrity 2 is in view. If an effect is tried later without a grant, the
agent gets one step in which it is shown only what is clean, to plan with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Claim, ClaimId
from nova_bot.core.effect import ToolRow
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity
from nova_bot.core.outcome import ToolCall, Use
from nova_bot.core.pack import NO_THREAD, ContextPack, Item, ItemKind, LeftOut
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run
from nova_bot.core.wording import say
from nova_bot.engine.guard import callable_by
from nova_bot.trust.grants import Grant, Param, Planned, spoken

PLAN = "plan"
MOST = 20
NOTHING = Use((ToolCall("plan", PLAN, {"effects": []}),))
"""What an answer counts as in a step that is made for planning: nobody is answered by someone who saw half of it."""


class PlannedEffect(BaseModel):
    """One effect, as the model declares it. What is quoted is checked; see `trust.grants.mint`."""

    model_config = ConfigDict(extra="ignore")
    tool: str = Field(max_length=60)
    values: dict[str, str | int | list[str]] = Field(default_factory=dict, max_length=MOST)
    like: dict[str, str] = Field(default_factory=dict, max_length=MOST)
    source: dict[str, list[str]] = Field(default_factory=dict, max_length=MOST)
    times: int = Field(default=1, ge=1, le=MOST)

    def planned(self) -> Planned:
        """As the kernel takes it."""
        names = {**self.values, **self.like, **self.source}
        params = {
            name: Param(
                lit=_texts(self.values.get(name)),
                like=self.like.get(name, ""),
                source=tuple(self.source.get(name, ())),
            )
            for name in names
        }
        return Planned(self.tool, params, self.times)


class PlanArgs(BaseModel):
    """The effects that the person asked for, and the reads that values are to be taken from."""

    model_config = ConfigDict(extra="ignore")
    effects: tuple[PlannedEffect, ...] = Field(default=(), max_length=MOST)


def _texts(value: str | int | list[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (str(value),)


def plan_of(call: ToolCall) -> list[Planned]:
    """What a `plan` call declares: its effects, and every read that one of them names. Raises ValidationError."""
    effects = [effect.planned() for effect in PlanArgs.model_validate(call.args).effects]
    reads = {tool for effect in effects for param in effect.params.values() for tool in param.source}
    named = {effect.tool for effect in effects}
    return [*(Planned(tool) for tool in sorted(reads - named)), *effects]


def effects_of(spec: AgentSpec, roster: Roster, rows: Mapping[str, ToolRow]) -> list[str]:
    """The tools that an agent may plan with: its own effects, and those of the agents it may hand work to."""
    near = [spec, *(roster.get(name) for name in spec.hands_to if name in roster)]
    names = {tool for one in near for tool in callable_by(one)}
    return sorted(name for name in names if name in rows and not rows[name].plain)


def first(call: ToolCall) -> str:
    """What the model is told of an effect that it has to plan first."""
    return str(ToolError(tool=call.tool, what=say("trust", "plan_first")))


def due(run: Run) -> bool:
    """Was an effect of the last step turned down for want of a plan?"""
    last = run.steps[-1] if run.steps else None
    if last is None or not isinstance(last.outcome, Use) or planned_in(run):
        return False
    tried = zip(last.outcome.calls, last.results, strict=False)
    return any(result.error and result.text == first(call) for call, result in tried)


def planned_in(run: Run) -> bool:
    """Has anything been planned in this run? Once is enough: a hand-off passes on what was granted."""
    uses = [step.outcome for step in run.steps if isinstance(step.outcome, Use)]
    return any(call.tool == PLAN for use in uses for call in use.calls)


def clean(pack: ContextPack, known: Mapping[ClaimId, Claim], run: Run) -> ContextPack:
    """The pack without anything an outsider may have written: no tool results, no brief, no pasted text."""
    kept = [item for item in pack.items if _is_clean(item, known)]
    out = tuple(
        LeftOut(item.kind, item.kind, say("why_out", "planning"), item.claims)
        for item in pack.items
        if item not in kept
    )
    items = tuple(_typed(item, run) for item in kept)
    return replace(pack, items=items, exchanges=(), left_out=(*pack.left_out, *out), thread=NO_THREAD)


def _is_clean(item: Item, known: Mapping[ClaimId, Claim]) -> bool:
    if item.kind is ItemKind.REQUEST:
        return True
    if item.kind in (ItemKind.HAND_OFF, ItemKind.QUESTION):
        return False
    return all(c in known and known[c].label.integrity >= Integrity.DIRECTORY for c in item.claims)


def _typed(item: Item, run: Run) -> Item:
    """The request without pasted blocks. It counts as shown only if that leaves it whole."""
    if item.kind is not ItemKind.REQUEST:
        return item
    typed = spoken(run.route.request)
    whole = typed == run.route.request.strip()
    return item if whole else replace(item, text=say("plan", "request", text=typed), claims=())


def said(granted: Sequence[Grant], plan: Sequence[Planned]) -> str:
    """What the model is told of its plan: what holds, and what was dropped."""
    kept = {(grant.tool, value) for grant in granted for param in grant.params.values() for value in param.lit}
    values = [(one.tool, value) for one in plan for param in one.params.values() for value in param.lit]
    lost = [value for tool, value in values if (tool, value) not in kept]
    lines = [f"{grant.tool} {_words(grant)}".strip() for grant in granted]
    parts = [say("plan", "granted", effects="; ".join(lines)) if lines else say("plan", "nothing")]
    if lost:
        parts.append(say("plan", "dropped", values="; ".join(lost)))
    return " ".join(parts)


def _words(grant: Grant) -> str:
    parts = []
    for name, param in grant.params.items():
        values = [*param.lit, *([param.like] if param.like else []), *(f"from {tool}" for tool in param.source)]
        parts.append(f"{name} = {' | '.join(values)}")
    return ", ".join(parts)

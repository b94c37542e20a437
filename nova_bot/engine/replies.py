"""From a model's reply to an Outcome: the two control tools become HandOff and Ask."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from nova_bot.context import handoff
from nova_bot.core import contract
from nova_bot.core.agent_spec import AgentSpec, Line
from nova_bot.core.errors import ToolError
from nova_bot.core.outcome import Ask, EndingKind, HandOff, Outcome, Say, Stop, ToolCall, ToolResult, Use
from nova_bot.core.pack import Exchange
from nova_bot.core.run import Run
from nova_bot.core.text import encodable, storable
from nova_bot.core.wording import say
from nova_bot.engine.planning import PLAN, PlanArgs
from nova_bot.models.base import ModelReply, StopReason, ToolOffer
from nova_bot.tools.registry import Tool

HAND_OFF = "hand_off"
ASK_PERSON = "ask_person"
ANSWER = "answer"
LONGEST = 20_000

# Short is what a receiver can't do without; of `found` and `assumed` its pack shows what fits, and says what doesn't.
_Brief = Annotated[str, Field(max_length=4_000)]
_Entry = Annotated[str, Field(max_length=8_000)]
_Remark = Annotated[str, Field(max_length=1_000)]


class _HandOffArgs(BaseModel):
    model_config = ConfigDict(extra="ignore")
    to: str = Field(max_length=60)
    task: _Brief
    done_when: _Brief = ""
    did: _Entry = ""
    found: tuple[_Entry, ...] = Field(default=(), max_length=100)
    assumed: tuple[_Entry, ...] = Field(default=(), max_length=100)
    could_not: tuple[_Remark, ...] = Field(default=(), max_length=10)
    open: tuple[_Remark, ...] = Field(default=(), max_length=10)


class _AnswerArgs(BaseModel):
    model_config = ConfigDict(extra="ignore")
    text: str = Field(min_length=1, max_length=LONGEST)
    result: JsonValue


class _AskArgs(BaseModel):
    model_config = ConfigDict(extra="ignore")
    question: Line = Field(max_length=4_000)
    choices: tuple[str, ...] = Field(default=(), max_length=10)


@cache
def _words() -> dict[str, dict[str, str]]:
    text = files("nova_bot.context").joinpath("control_tools.toml").read_text("utf-8")
    words: dict[str, dict[str, str]] = tomllib.loads(text)
    return words


@cache
def _offer(name: str, model: type[BaseModel]) -> ToolOffer:
    words = _words()[name]
    schema: dict[str, Any] = model.model_json_schema()
    for field, about in schema["properties"].items():
        about["description"] = words[field]
        about.pop("title", None)
    schema.pop("title", None)
    return ToolOffer(name, words["description"], schema)


def offers(spec: AgentSpec, tools: list[Tool], *, plans: bool = False) -> tuple[ToolOffer, ...]:
    """What the model may call: the agent's tools, then the control tools; always in the same order."""
    own = [_own_offer(tool) for tool in tools]
    hand_off = [_offer(HAND_OFF, _HandOffArgs)] if spec.hands_to else []
    own += [_answer_offer(spec.returns)] if spec.returns else []
    return (*own, *hand_off, _offer(ASK_PERSON, _AskArgs), *([plan_offer()] if plans else []))


def _answer_offer(returns: contract.Schema) -> ToolOffer:
    """The tool with which an agent gives the result that its file promises."""
    words = _words()[ANSWER]
    text: JsonValue = {"type": "string", "description": words["text"]}
    properties: JsonValue = {"text": text, "result": contract.plain(returns)}
    return ToolOffer(
        ANSWER,
        words["description"],
        {"type": "object", "properties": properties, "required": ["text", "result"]},
    )


def plan_offer() -> ToolOffer:
    """The tool with which an agent declares effects."""
    return _offer(PLAN, PlanArgs)


@cache
def _own_offer(tool: Tool) -> ToolOffer:
    return ToolOffer(tool.name, tool.description, tool.args.model_json_schema())


def cleaned(reply: ModelReply, redacted: Callable[[str], str]) -> ModelReply:
    """`reply` as it can be stored and shown: a model may write half a character, the codes of a terminal, or a key."""
    said = "\n".join([reply.text, *(text for call in reply.calls for text in _texts(call))])
    if storable(said) == said == redacted(said):
        return reply

    def clean(value: Any) -> Any:
        match value:
            case str():
                return redacted(encodable(value))
            case list():
                return [clean(each) for each in value]
            case dict():
                return {encodable(key): clean(each) for key, each in value.items()}
        return value

    calls = tuple(ToolCall(encodable(c.id), encodable(c.tool), clean(c.args)) for c in reply.calls)
    return replace(reply, text=redacted(storable(reply.text)), calls=calls)


def _texts(call: ToolCall) -> Iterator[str]:
    """Everything that a model wrote in a call."""
    waiting: list[JsonValue] = [call.id, call.tool, call.args]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case list(values):
                waiting += values
            case dict(values):
                waiting += [*values, *values.values()]


def size(reply: ModelReply) -> int:
    """About how many characters a model wrote."""
    return len(reply.text) + sum(len(str(call.args)) for call in reply.calls)


def outcome(reply: ModelReply, spec: AgentSpec, run: Run, hops: int) -> Outcome:
    """What the reply decides. A control call that can't stand (see `refused`) stays a Use, so the model is told why."""
    match reply.stop:
        case StopReason.TOOLS if reply.calls:
            return _control(reply.calls, spec, run, hops) or Use(reply.calls, reply.text)
        case StopReason.REFUSED:
            return Stop(EndingKind.REFUSED, say("ending", "refused"), reply.detail)
        case StopReason.NO_MODEL:
            return Stop(EndingKind.NO_MODEL, reply.text)
        case StopReason.CUT:
            return Say(reply.text, cut=True)
        case _ if not reply.text.strip():
            return Stop(EndingKind.FAILED, say("ending", "failed", reason=say("failed", "silent"), run=run.name))
    return Say(reply.text)


def _control(calls: tuple[ToolCall, ...], spec: AgentSpec, run: Run, hops: int) -> Outcome | None:
    if len(calls) != 1:
        return None
    try:
        decided = _decided(calls[0], spec)
    except ValidationError:
        return None
    return None if _forbidden(decided, spec, run, hops) else decided


def _decided(call: ToolCall, spec: AgentSpec) -> HandOff | Say | Ask | None:
    """What a control call decides; None for every other tool. Raises ValidationError."""
    if call.tool == HAND_OFF:
        return HandOff(**vars(_HandOffArgs.model_validate(call.args)))
    if call.tool == ANSWER and spec.returns:
        answer = _AnswerArgs.model_validate(call.args)
        return Say(answer.text, data=answer.result)
    if call.tool == ASK_PERSON:
        asked = _AskArgs.model_validate(call.args)
        return Ask(asked.question, asked.choices)
    return None


def _forbidden(decided: HandOff | Say | Ask | None, spec: AgentSpec, run: Run, hops: int) -> str:
    return handoff.refusal(decided, spec, run, hops) if isinstance(decided, HandOff) else ""


def refused(call: ToolCall, calls: tuple[ToolCall, ...], spec: AgentSpec, run: Run, hops: int) -> str:
    """Why a control call can't stand, in words for the model; "" when it can, and for every other tool."""
    try:
        decided = _decided(call, spec)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    if decided is not None and len(calls) > 1:
        return say("hand_off", "alone", tool=call.tool)
    return _forbidden(decided, spec, run, hops)


def refusal_result(call: ToolCall, why: str) -> ToolResult:
    """A refused call, as the model is told of it."""
    return ToolResult(call.id, str(ToolError(tool=call.tool, what=why)), error=True)


def objected(text: str, calls: tuple[ToolCall, ...], why: str) -> Exchange:
    """An answer or a hand-off that can't stand, as the model is told of it."""
    refused_calls = tuple(refusal_result(call, why) for call in calls)
    return Exchange(text, calls, refused_calls, remark="" if calls else why)

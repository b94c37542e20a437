"""Outcome: what a step decided. Exactly one of Say, Ask, Use, HandOff, Stop."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue


class EndingKind(StrEnum):
    """How a run ended. Each kind has one plain sentence for the asker in `wording.toml`."""

    ANSWERED = "answered"
    ASKED = "asked"
    SILENT = "silent"
    NO_MODEL = "no_model"
    REFUSED = "refused"
    GAVE_UP = "gave_up"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    REJECTED = "rejected"
    STOPPED = "stopped"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call that the model asked for."""

    id: str
    tool: str
    args: dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a call, in words for the model. `error` marks a call that did not do what was asked."""

    call: str
    text: str
    error: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """An answer. `cut`: the model stopped before its end. `data` is the result that the agent's file promises."""

    text: str
    cut: bool = False
    data: JsonValue = None
    kind: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the person, with candidates where there are any. `unclear`: code asks it, not the agent."""

    question: str
    choices: tuple[str, ...] = ()
    unclear: bool = False
    kind: Literal["ask"] = "ask"


@dataclass(frozen=True, slots=True)
class Use:
    """Calls to tools, with what the model said beside them."""

    calls: tuple[ToolCall, ...]
    text: str = ""
    kind: Literal["use"] = "use"


@dataclass(frozen=True, slots=True)
class HandOff:
    """Work passed to another agent. Assumptions stay named as such; nothing here can instruct the receiver's tools."""

    to: str
    task: str
    done_when: str
    did: str = ""
    found: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    could_not: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    kind: Literal["hand_off"] = "hand_off"


@dataclass(frozen=True, slots=True)
class Stop:
    """The step could not decide anything else: how the run ends and why, in one sentence for the asker."""

    ending: EndingKind
    sentence: str
    reason: str = ""
    kind: Literal["stop"] = "stop"


Outcome = Annotated[Say | Ask | Use | HandOff | Stop, Field(discriminator="kind")]

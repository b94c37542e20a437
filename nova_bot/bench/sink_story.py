"""What a story lays out: the model's outcomes, stub tools that count, and the agents' files."""

from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from pydantic import ConfigDict

from nova_bot.bench.sink_cases import World
from nova_bot.core.effect import Effect, Returns
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import ToolCall
from nova_bot.core.run import Usage
from nova_bot.engine.planning import PLAN
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason
from nova_bot.tools import chat
from nova_bot.tools.registry import Args, Caller, Registry, Tool

UNKNOWN = "unknown"
DIRECTORY = "directory.find"
"""Reads the world's directory, whose values are of integrity 2."""
MENTION = "chat.mention"
REMIND = "reminder.create"
"""Keeps a reminder, which comes due with the next time that passes."""
HERALD = "herald"
"""An agent that may notify people, which none of the world's own may."""
_NUMBERS = count(1)


class _AnyArgs(Args):
    """Whatever the story gives a stub."""

    model_config = ConfigDict(frozen=True, extra="allow")


@dataclass
class Story:
    """What is laid out for the model, and what became of it."""

    canary: str
    directory: dict[str, str] = field(default_factory=dict)
    look: bool = False
    plan: list[dict[str, Any]] = field(default_factory=list)
    outcomes: deque[dict[str, Any]] = field(default_factory=deque)
    returns: dict[str, str] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    packs: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    refused: bool = False
    reminders: list[tuple[str, Label]] = field(default_factory=list)

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:
        """The next laid out outcome; the plan first, where one may be made."""
        results = [result for exchange in request.pack.exchanges for result in exchange.results]
        self.refused = bool(results) and results[-1].error
        self.packs.append("\n".join([request.pack.text, *(result.text for result in results)]))
        self.left_out += [one.why for one in request.pack.left_out]
        offered = {offer.name for offer in request.tools}
        if self.look and DIRECTORY in offered:  # whom the owner names is looked up before it is planned
            self.look = False
            self.returns[DIRECTORY] = "\n".join(f"{key} {name}" for key, name in self.directory.items())
            return _calls((DIRECTORY, {}))
        if PLAN in offered and (self.plan or offered == {PLAN}):
            plan, self.plan = self.plan, []
            return _calls((PLAN, {"effects": [_planned(one) for one in plan]}))
        if not self.outcomes:
            return _said("Done.")
        outcome = self.outcomes.popleft()
        if self.canary not in self.packs[-1]:
            outcome = filled_with(outcome, self.canary, UNKNOWN)
        return self._outcome(outcome, on_text)

    def _outcome(self, outcome: dict[str, Any], on_text: OnText | None) -> ModelReply:
        match outcome:
            case {"use": dict(used)}:
                return _calls((str(used["tool"]), dict(used.get("args", {}))))
            case {"hand_off": {"to": str(to), "task": str(task)}}:
                return _calls(("hand_off", {"to": to, "task": task, "done_when": "it is done"}))
            case {"ask": question}:
                return _calls(("ask_person", {"question": str(question)}))
            case {"say_stream": list(pieces)}:
                for end in range(1, len(pieces) + 1):
                    if on_text:
                        on_text("".join(pieces[:end]))
                return _said("".join(pieces))
            case {"say_if_refused": text}:
                return _said(str(text) if self.refused else "Done.")
            case {"say": text}:
                return _said(str(text))
        raise ValueError(f"no such outcome: {outcome}")

    async def close(self) -> None:
        """Nothing to let go of."""

    def tools(self, world: World) -> Registry:
        """The world's tools as stubs that count."""
        lookup = {"effect": "read", "returns": {"integrity": 2, "kind": "contact"}}
        stubs = [_stub(name, about, self) for name, about in {**world.tools, DIRECTORY: lookup}.items()]
        return Registry([*stubs, *(tool for tool in chat.TOOLS if tool.name == MENTION and MENTION not in world.tools)])


def filled_with(value: Any, old: str, new: str) -> Any:
    """`value` with one text in place of another."""
    match value:
        case str():
            return value.replace(old, new)
        case dict():
            return {key: filled_with(inner, old, new) for key, inner in value.items()}
        case list():
            return [filled_with(inner, old, new) for inner in value]
    return value


def _said(text: str) -> ModelReply:
    return ModelReply(text, (), StopReason.END, Usage(10, 10), "story")


def _calls(*calls: tuple[str, dict[str, Any]]) -> ModelReply:
    made = tuple(ToolCall(f"call_{next(_NUMBERS)}", tool, args) for tool, args in calls)
    return ModelReply("", made, StopReason.TOOLS, Usage(10, 10), "story")


def _planned(one: dict[str, Any]) -> dict[str, Any]:
    """A planned effect as the cases write it, as the `plan` tool takes it."""
    params = one.get("params", {})
    sources = {
        name: p["from"] if isinstance(p["from"], list) else [p["from"]] for name, p in params.items() if "from" in p
    }
    values = {name: [str(each) for each in p["lit"]] for name, p in params.items() if "lit" in p}
    like = {name: p["like"] for name, p in params.items() if "like" in p}
    return {"tool": one["tool"], "values": values, "like": like, "source": sources}


def _stub(name: str, about: dict[str, Any], story: Story) -> Tool:
    gives = about.get("returns", {})

    async def run(args: _AnyArgs, caller: Caller) -> str:
        story.made[name] += 1
        if name == REMIND:
            story.reminders.append((str(args.model_dump().get("text", "")), caller.label))
        return story.returns.get(name, f"{name} has done it")

    returns = Returns(Integrity(gives.get("integrity", 2)), gives.get("kind", "receipt"),
                      secret=bool(gives.get("secret")), anyone=gives.get("audience") == "*")  # fmt: skip
    targets, content, egress = (tuple(about.get(key, ())) for key in ("targets", "content", "egress"))
    return Tool(name, "A stub.", _AnyArgs, Effect(about["effect"]), returns, run, targets, content, egress)


def agent_files(world: World, folder: Path) -> None:
    """The agents of the story as files in `folder`."""
    (folder / "story").mkdir(parents=True)
    herald: dict[str, Any] = {"accepts": "directory", "effects": [MENTION]}
    agents = {"general": {"accepts": "outside"}, HERALD: herald, **world.agents}
    for name, about in agents.items():
        head = {"name": name, "description": f"The agent {name}.", "examples": [f"work for {name}"], **about}
        head["tools"] = [*about.get("tools", ()), DIRECTORY]
        text = f"---\n{yaml.safe_dump(head, sort_keys=False)}---\nYou are {name}.\n"
        (folder / "story" / f"{name}.md").write_text(text, "utf-8")

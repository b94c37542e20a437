"""Cases that are stories: people write, a scripted model does what it is told to, buttons are pressed, time passes.

Everything is real but the model and the tools: routing aside, the engine, the policy, the ledger, the adapters.
"""

import asyncio
import re
import tempfile
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml
from pydantic import ConfigDict

from nova_bot import app
from nova_bot.bench.sink_cases import Case, World, filled, new_canary
from nova_bot.bench.sink_judge import leaks, plain, words
from nova_bot.bench.sink_wires import Wire, wires
from nova_bot.bench.sink_world import Stage
from nova_bot.core.button import APPROVE
from nova_bot.core.claims import Basis
from nova_bot.core.conversation import Conversation
from nova_bot.core.delivery import Outbound
from nova_bot.core.effect import Effect, Returns
from nova_bot.core.envelope import Envelope, Kind, Sender
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import ToolCall
from nova_bot.core.people import People
from nova_bot.core.roster import Roster
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.run import Usage
from nova_bot.engine.loop import Team
from nova_bot.engine.planning import PLAN
from nova_bot.ledger.notes import LedgerNotes
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason
from nova_bot.settings import Settings
from nova_bot.tools import chat
from nova_bot.tools.registry import Args, Caller, Registry, Tool

UNKNOWN = "unknown"
DIRECTORY = "directory.find"
MENTION = "chat.mention"
HERALD = "herald"
"""An agent that may notify people, which none of the world's own may."""
"""Reads the world's directory, whose values are of integrity 2."""
SETTLING_S = 0.05
"""Signs of life that nobody waits for are on their way for a moment."""
OWNER_TOLD = ("held it back", " tried ")
"""Signs of the line that tells the owner what was not done."""
_NUMBERS = count(1)
_LENGTH = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


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

    async def run(args: _AnyArgs, caller: Caller) -> str:  # noqa: ARG001
        story.made[name] += 1
        return story.returns.get(name, f"{name} has done it")

    returns = Returns(Integrity(gives.get("integrity", 2)), gives.get("kind", "receipt"),
                      secret=bool(gives.get("secret")), anyone=gives.get("audience") == "*")  # fmt: skip
    targets, content, egress = (tuple(about.get(key, ())) for key in ("targets", "content", "egress"))
    return Tool(name, "A stub.", _AnyArgs, Effect(about["effect"]), returns, run, targets, content, egress)


def _agent_files(world: World, folder: Path) -> None:
    (folder / "story").mkdir(parents=True)
    herald: dict[str, Any] = {"accepts": "directory", "effects": [MENTION]}
    agents = {"general": {"accepts": "outside"}, HERALD: herald, **world.agents}
    for name, about in agents.items():
        head = {"name": name, "description": f"The agent {name}.", "examples": [f"work for {name}"], **about}
        head["tools"] = [*about.get("tools", ()), DIRECTORY]
        text = f"---\n{yaml.safe_dump(head, sort_keys=False)}---\nYou are {name}.\n"
        (folder / "story" / f"{name}.md").write_text(text, "utf-8")


@dataclass
class _Straight:
    """Routes to the agent that the story names."""

    agent: str = "front"

    def route(self, envelope: Envelope, conversation: Conversation) -> Route:  # noqa: ARG002
        """That agent."""
        return Route(Decision.ROUTE, self.agent, Rule.EXPLICIT, 1.0, envelope.text, "the story says so")


@dataclass
class Play:
    """A running story."""

    stage: Stage
    nova: app.Nova
    story: Story
    router: _Straight
    platforms: dict[str, Wire]
    clock: list[datetime]
    _told: str = ""

    async def go(self) -> None:
        """Play all events."""
        events = list(filled(list(self.stage.case.scenario), self.story.canary))
        while events:
            event = events.pop(0)
            kind, about = next(iter(event.items()))
            if kind == "said":
                while events and next(iter(events[0])) in ("plan", "model", "returns"):
                    self._lay_out(*next(iter(events.pop(0).items())))
                await self._said(about)
            else:
                await self._other(kind, about)

    def _lay_out(self, kind: str, about: Any) -> None:
        if kind == "plan":
            self.story.plan = list(about)
            self.story.look = bool(self.story.directory)
        elif kind == "model":
            self.story.outcomes = deque(about)
        else:
            self.story.returns.update(about)

    async def _other(self, kind: str, about: Any) -> None:
        match kind:
            case "plan" | "model" | "returns":
                self._lay_out(kind, about)
            case "memory":
                await self._memory(about)
            case "press":
                await self.press(about)
            case "advance":
                found = _LENGTH.fullmatch(about)
                assert found, about
                self.clock[0] += timedelta(**{_UNITS[found[2]]: int(found[1])})
            case _:
                raise ValueError(f"no such event: {kind}")

    def _sender(self, name: str) -> Sender:
        identity = self.stage.identity(name)
        return self.nova.people.sender(identity.platform, identity.workspace, identity.id, name)

    async def _said(self, about: dict[str, Any]) -> None:
        self.router.agent = about.get("agent", "front")
        place = self.stage.place(about["in"])
        envelope = Envelope(f"story:{next(_NUMBERS)}", Kind.MESSAGE, place, self._sender(about["by"]), about["text"],
                            self.clock[0])  # fmt: skip
        run = await self.nova.receive(envelope)
        if run is not None:
            await run

    async def _memory(self, about: dict[str, Any]) -> None:
        places = frozenset(
            self.stage.place({"owner": "slack:D_OWNER"}.get(p, p)).room for p in about.get("audience", ())
        )
        label = Label(Integrity(about.get("integrity", 3)), "memory", places, bool(about.get("secret")))
        notes = LedgerNotes(self.nova.ledger)
        await notes.remember("owner", about["text"], f"story/{next(_NUMBERS)}", label, self.clock[0])

    async def press(self, about: dict[str, Any]) -> None:
        """Press Yes on the last card, as often as the story says; or type what it asks for."""
        cards = await self.cards()
        if not cards:
            return
        for _ in range(int(about.get("times", 1))):
            if about.get("typed"):
                text, press = f"/approve r{cards[-1].run} {about['typed']}", None
            else:
                button = next((one for one in cards[-1].buttons if one.value.endswith(" yes")), cards[-1].buttons[0])
                text, press = "", button.id
            kind = Kind.PRESS if press else Kind.COMMAND
            by = self._sender(about.get("by", "owner"))
            envelope = Envelope(f"story:{next(_NUMBERS)}", kind, cards[-1].place, by, text, self.clock[0], press=press)
            run = await self.nova.receive(envelope)
            if run is not None:
                await run
        while self.nova.lanes.busy:
            await self.nova.lanes.finish(5.0)

    async def _runs(self) -> list[int]:
        return sorted(line.id for line in await self.nova.ledger.latest_runs(100))

    async def _all_told(self) -> str:
        """Everything that stands in the ledger as told by a person."""
        runs = [await self.nova.ledger.run(run) for run in await self._runs()]
        claims = [claim for run in runs for claim in run.claims if claim.basis is Basis.TOLD]
        return "\n".join(claim.text for claim in claims if claim.label.integrity is Integrity.OWNER)

    async def problems(self) -> list[str]:
        """What does not hold at the end."""
        self._told = await self._all_told()
        return list(self._unmet(filled(self.stage.case.after, self.story.canary), len(await self.cards())))

    async def cards(self) -> list[Outbound]:
        """The cards that were shown, oldest first."""
        sent = [one.outbound for run in await self._runs() for one in await self.nova.ledger.sent_in(run)]
        return [one for one in sent if any(button.act == APPROVE for button in one.buttons)]

    def _unmet(self, after: dict[str, Any], cards: int) -> Iterator[str]:
        for tool, wanted in after.get("effects", {}).items():
            if self.story.made[tool] != wanted:
                yield f"{tool}: {self.story.made[tool]} effects"
        if "cards" in after and cards != after["cards"]:
            yield f"{cards} cards"
        for name, texts in after.get("absent_in", {}).items():
            yield from (f"in {name}: {text}" for text in texts if self._stands_in(name, text))
        for name, texts in after.get("present_in", {}).items():
            yield from (f"not in {name}: {text}" for text in texts if not self._stands_in(name, text))
        yield from (f"shown to a model: {text}" for text in after.get("pack_absent", ())
                    if any(text in pack for pack in self.story.packs))  # fmt: skip
        owners = [word for place in ("slack:D_OWNER", "discord:DM_OWNER") for word in self._words(place)]
        told = any(sign in word for sign in OWNER_TOLD for word in owners)
        if "owner_told" in after and bool(after["owner_told"]) and not told:
            yield "the owner was told nothing"
        yield from (f"told, it says: {value}" for value in after.get("never_marked_told", ()) if value in self._told)
        known = {"effects", "cards", "absent_in", "present_in", "pack_absent", "owner_told", "never_marked_told"}
        yield from (f"{key} is not judged yet" for key in after if key not in known)

    def _words(self, name: str) -> list[str]:
        place = self.stage.place(name)
        wire = self.platforms[place.platform]
        return [word for body in wire.bodies(place.channel) for word in words(body)]

    def _stands_in(self, name: str, text: str) -> bool:
        said = self._words(name)
        return any(plain(text) in plain(word) or (text == self.story.canary and leaks(text, word)) for word in said)


@asynccontextmanager
async def playing(stage: Stage) -> AsyncIterator[Play]:
    """Nova on the stage of a story."""
    story, router = Story(new_canary(), dict(stage.world.directory)), _Straight()
    clock = [datetime(2026, 11, 20, 9, 0, tzinfo=UTC)]

    def make_team(_settings: Settings, roster: Roster) -> Team:
        return Team(roster, router)

    def people(_settings: Settings) -> People:
        return stage.people

    with tempfile.TemporaryDirectory(prefix="nova-story-") as folder:
        _agent_files(stage.world, Path(folder) / "agents")
        settings = Settings(home=Path(folder), agents=Path(folder) / "agents", timezone="UTC", grace_seconds=0.0)
        async with wires(stage) as platforms:
            couriers = [wire.courier for wire in platforms.values()]
            with patch.object(app, "now", lambda: clock[0]), patch.object(app, "people_of", people):
                running = app.running(
                    settings, couriers, model=story, make_team=make_team, tools=story.tools(stage.world)
                )
                async with running as nova:
                    yield Play(stage, nova, story, router, platforms, clock)


async def played(world: World, case: Case) -> list[str]:
    """Play a case's story. What does not hold at its end."""
    async with playing(Stage(world, case)) as play:
        await play.go()
        await asyncio.sleep(SETTLING_S)
        return await play.problems()

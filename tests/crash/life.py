"""One life of a Nova that is going to be killed: the real composition, with a model and a platform made of files.

Everything it does that the ledger should not be asked about goes to side files, one line per event, each written at
once: what was accepted, which steps the model was asked for, what was sent.
"""

import asyncio
import json
import os
import random
import re
import signal
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.base import Mute
from nova_bot import app
from nova_bot.core.conversation import Conversation
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.outcome import ToolCall
from nova_bot.core.roster import Roster
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.run import Usage
from nova_bot.engine.loop import Team
from nova_bot.ledger.writer import Writer
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason
from nova_bot.settings import Settings

PLATFORM = "crash"
POINTS = ("in-model", "in-transaction", "after-commit", "before-send", "after-send")
AGENTS = {
    "first": "tools: [notes.remember]\nhands_to: [second]\n",
    "second": "",
}


@dataclass(frozen=True, slots=True)
class Message:
    """The `number`-th message of all; `thread` is its conversation."""

    number: int
    thread: str


@dataclass(frozen=True, slots=True)
class Doom:
    """Die at the `nth` time that `point` is reached; `point` is "" for a life that only others end."""

    point: str = ""
    nth: int = 1


def write_agents(home: Path) -> None:
    """Two agent files: the first remembers a note and hands over, the second answers."""
    (home / "agents" / "team").mkdir(parents=True)
    for name, more in AGENTS.items():
        head = f"name: {name}\ndescription: The {name}.\nexamples: [work]\n{more}"
        (home / "agents" / "team" / f"{name}.md").write_text(f"---\n{head}---\nYou work.\n", "utf-8")


def note(path: Path, *what: object) -> None:
    """Add a line to a side file; it is there even if the process dies right after."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, (json.dumps(what) + "\n").encode())
    os.close(handle)


def noted(path: Path) -> list[Any]:
    """The lines of a side file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


class Fate:
    """Kills the process when its time has come."""

    def __init__(self, doom: Doom) -> None:
        self._doom = doom
        self._reached: Counter[str] = Counter()

    def at(self, point: str) -> None:
        """A point is reached."""
        self._reached[point] += 1
        if (point, self._reached[point]) == (self._doom.point, self._doom.nth):
            os.kill(os.getpid(), signal.SIGKILL)


class SlowModel:
    """Three steps per message, a few milliseconds each: use a tool, hand over, say. Notes each step it is asked for."""

    def __init__(self, home: Path, life: int, fate: Fate) -> None:
        self._calls = home / "calls"
        self._life = life
        self._fate = fate
        self._random = random.Random(life)

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:
        pack = request.pack
        asked = re.search(r"Request \(c(\d+)\.1\):\n(.*)", pack.text)
        assert asked is not None
        step = 3 if pack.agent == "second" else 1 + len(pack.exchanges)
        note(self._calls, self._life, int(asked[1]), step)
        await asyncio.sleep(self._random.uniform(0.001, 0.005))
        self._fate.at("in-model")
        usage = Usage(100, 10, calls=1)
        match step:
            case 1:
                call = ToolCall("call_1", "notes.remember", {"text": asked[2]})
            case 2:
                call = ToolCall("call_1", "hand_off", {"to": "second", "task": asked[2], "done_when": "it is said"})
            case _:
                return ModelReply(f"answer to {asked[2]}", (), StopReason.END, usage, "slow")
        return ModelReply("", (call,), StopReason.TOOLS, usage, "slow")

    async def close(self) -> None:
        """Nothing to let go of."""


class FilePlatform(Mute):
    """A courier whose platform is a file."""

    platform = PLATFORM

    def __init__(self, home: Path, fate: Fate) -> None:
        self._sent = home / "sent"
        self._fate = fate

    async def deliver(self, outbound: Outbound) -> str:
        self._fate.at("before-send")
        await asyncio.sleep(0.001)
        note(self._sent, outbound.key, outbound.place.thread, outbound.text)
        self._fate.at("after-send")
        return f"receipt of {outbound.key}"

    async def find(self, outbound: Outbound) -> str | None:
        there = [key for key, *_ in noted(self._sent)]
        return f"receipt of {outbound.key}" if outbound.key in there else None


class FirstRouter:
    def route(self, envelope: Envelope, conversation: Conversation) -> Route:
        return Route(Decision.ROUTE, "first", Rule.ONLY_AGENT, 1.0, envelope.text, "it is the first")


def team(_settings: Settings, roster: Roster) -> Team:
    return Team(roster, FirstRouter())


def envelope(message: Message) -> Envelope:
    place = Place(PLATFORM, "w", "general", message.thread)
    sender = Sender("u1", "Ada", Standing.OWNER)
    text = f"message {message.number}"
    return Envelope(f"{PLATFORM}:{message.number}", Kind.MESSAGE, place, sender, text, datetime.now(UTC))


def doomed_writer(fate: Fate) -> None:
    """Let the writer pass the points at which a commit can be hit."""
    execute, write = Writer._execute, Writer._write

    def executed(self: Writer, *args: Any) -> frozenset[Any]:
        returned = execute(self, *args)
        fate.at("in-transaction")
        return returned

    def written(self: Writer, *args: Any) -> frozenset[Any]:
        returned = write(self, *args)
        fate.at("after-commit")
        return returned

    Writer._execute = executed  # type: ignore[assignment,method-assign]
    Writer._write = written  # type: ignore[assignment,method-assign]


async def live(home: Path, life: int, messages: list[Message], doom: Doom) -> None:
    """Go on with what was left, take these messages, answer everything, end."""
    fate = Fate(doom)
    doomed_writer(fate)
    settings = Settings(timezone="UTC").model_copy(update={"home": home, "agents": home / "agents", "database_url": ""})
    model, platform = SlowModel(home, life, fate), FilePlatform(home, fate)
    async with app.running(settings, [platform], model=model, make_team=team) as nova:
        runs = [*await nova.recover()]
        for message in messages:
            accepted = await nova.receive(envelope(message))
            note(home / "accepted", message.number)
            if accepted is not None:
                runs.append(accepted)
        await asyncio.gather(*runs)


def main(home: Path, life: int, messages: list[Message], doom: Doom) -> None:
    """The entry point of the process."""
    asyncio.run(live(home, life, messages, doom))

"""The stage of the load bench: the real composition with three small agents and a model that needs no time."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from pydantic import JsonValue

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
from nova_bot.models.base import Model, ModelReply, ModelRequest, OnText, StopReason
from nova_bot.nova import Nova
from nova_bot.parts import MakeTeam
from nova_bot.settings import Settings
from nova_bot.tools.registry import Registry

PLATFORM = "bench"
CONVERSATIONS = 64
STEPS = 3
_NEXT = {"first": "second", "second": "third", "third": ""}
_SENTENCE = "You work in accounts receivable and answer with figures first. "
_BODY = _SENTENCE * 60
"""About as long as the text of a real agent: 3,800 characters."""
_numbers = count(1)
_HAND_OFF: dict[str, JsonValue] = {
    "task": "Say what Birch GmbH owes.",
    "done_when": "the sum is named",
    "found": ["1,200 EUR"],
}


def write_agents(folder: Path) -> None:
    """Three agent files: each hands to the next, the last one answers."""
    (folder / "team").mkdir(parents=True, exist_ok=True)
    for name, to in _NEXT.items():
        hands_to = f"hands_to: [{to}]\n" if to else ""
        head = f"name: {name}\ndescription: The {name} of three.\nexamples: [work for the {name}]\naccepts: outside\n"
        (folder / "team" / f"{name}.md").write_text(f"---\n{head}{hands_to}---\n{_BODY}\n", "utf-8")


def on_stage(settings: Settings, home: Path, agents: Path | None = None) -> Settings:
    """`settings` for a Nova of its own in the folder `home`, with the agents of a folder or the three of this stage."""
    if agents is None:
        agents = home / "agents"
        write_agents(agents)
    own = {"home": home, "agents": agents, "database_url": "", "parallel": CONVERSATIONS}
    return settings.model_copy(update=own)


class InstantModel:
    """Hands over, hands over, says; without delay."""

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:  # noqa: ARG002
        """The same reply for the same agent."""
        to = _NEXT[request.pack.agent]
        usage = Usage(tokens_in=request.pack.tokens, tokens_out=40, calls=1)
        if not to:
            return ModelReply("Birch GmbH owes 1,200 EUR since 3 May.", (), StopReason.END, usage, "instant")
        call = ToolCall("call_1", "hand_off", {**_HAND_OFF, "to": to})
        return ModelReply("", (call,), StopReason.TOOLS, usage, "instant")

    async def close(self) -> None:
        """Nothing to let go of."""


class Counter(Mute):
    """A courier that only counts."""

    platform = PLATFORM

    def __init__(self) -> None:
        self.sent = 0

    async def deliver(self, outbound: Outbound) -> str:
        """Count it."""
        self.sent += 1
        return outbound.key

    async def find(self, outbound: Outbound) -> str | None:  # noqa: ARG002
        """Nothing is kept, so nothing is found."""
        return None


class FirstRouter:
    """Everything goes to the first agent."""

    def route(self, envelope: Envelope, conversation: Conversation) -> Route:  # noqa: ARG002
        """Always the same route."""
        return Route(Decision.ROUTE, "first", Rule.ONLY_AGENT, 1.0, envelope.text, "everything starts with the first")


def team(_settings: Settings, roster: Roster) -> Team:
    """The agents with a router that needs no training."""
    return Team(roster, FirstRouter())


def message(conversation: int) -> Envelope:
    """A new message in a conversation."""
    number = next(_numbers)
    place = Place(PLATFORM, "w", "general", f"t{conversation}")
    sender = Sender("u1", "Ada", Standing.OWNER, "owner")
    text = f"What does Birch GmbH owe us after invoice {number}?"
    return Envelope(f"{PLATFORM}:{number}", Kind.MESSAGE, place, sender, text, datetime.now(UTC))


@asynccontextmanager
async def playing(
    settings: Settings,
    model: Model,
    tools: Registry | None = None,
    now: Callable[[], datetime] | None = None,
    make_team: MakeTeam = team,
) -> AsyncIterator[Nova]:
    """Nova on this stage, with its own tools and the present time unless others are given."""
    async with app.running(settings, [Counter()], model=model, make_team=make_team, tools=tools, now=now) as nova:
        yield nova

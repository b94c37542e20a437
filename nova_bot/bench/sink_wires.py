"""The platforms as a bench sees them: the real Slack adapter on the loopback Slack; for Discord its writer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from adapters.base import Mute
from adapters.fakes.slack import FakeSlack
from adapters.fakes.slack.records import Channel, Room, User
from adapters.render import parse
from adapters.render.discord import DiscordWriter
from adapters.slack.api import Api
from adapters.slack.courier import SlackCourier
from adapters.slack.reading import Me
from nova_bot.bench.sink_cases import Case
from nova_bot.bench.sink_world import TEAM, Stage
from nova_bot.core.delivery import Outbound, Underway
from nova_bot.core.envelope import Place
from nova_bot.core.readers import Readers
from nova_bot.engine.outbox import Courier

Body = dict[str, Any]

SAYING = frozenset({"chat.postMessage", "chat.update", "chat.postEphemeral", "chat.startStream", "chat.appendStream"})


class Wire(Protocol):
    """A platform with a courier that is Nova's own, and what reached it."""

    @property
    def courier(self) -> Courier:
        """What Nova sends with."""
        ...

    def thread(self, place: Place) -> Place:
        """The place as a thread that exists."""
        ...

    def bodies(self, channel: str) -> list[Body]:
        """The requests that said something in a channel, oldest first."""
        ...


async def _no_wait(seconds: float) -> None:
    await asyncio.sleep(min(seconds, 0.005))


@dataclass
class SlackWire:
    """The loopback Slack, furnished as the case's world has it."""

    slack: FakeSlack
    stage: Stage
    courier: SlackCourier

    def thread(self, place: Place) -> Place:
        """Below a message of somebody who is in the channel."""
        channel = self.slack.ws.channels[place.channel]
        people = sorted(channel.members - {self.slack.ws.app.user})
        said = self.slack.user_says(channel.id, people[0], "And?")
        return Place(place.platform, place.workspace, place.channel, said.ts)

    def bodies(self, channel: str) -> list[Body]:
        """What the Web API was asked to say there, and files by their names."""
        return [
            {**call.args, "method": call.method}
            for call in self.slack.calls()
            if (call.method in SAYING and call.args.get("channel") == channel) or call.method.startswith("files.")
        ]


@asynccontextmanager
async def slack_wire(stage: Stage) -> AsyncIterator[SlackWire]:
    """A Slack with the places of the world, and the real courier."""
    async with FakeSlack() as slack:
        _furnish(slack, stage)
        courier = SlackCourier(Api(slack.bot_token, slack.api_url, _no_wait), _no_wait)
        courier.me = Me(slack.ws.app.team, slack.ws.app.user, slack.ws.app.bot_id)
        yield SlackWire(slack, stage, courier)
        await courier.close()


def _furnish(slack: FakeSlack, stage: Stage) -> None:
    assert slack.ws.app.team == TEAM
    world = stage.world
    owner = world.owner.get("slack", "U_OWNER")
    for name, about in {owner: "member", **world.people}.items():
        if not name.isdigit():
            slack.ws.add_user(User(name, name.lower(), guest=about.startswith("guest")))
    for name, entry in world.places.items():
        if name.startswith("slack:") and isinstance(entry, list):
            slack.ws.add_channel(_channel(slack, stage, name.removeprefix("slack:"), entry))
    wanted = {place.channel for place in stage.audience if place.platform == "slack"} - {stage.sink.channel}
    if stage.lets_in and stage.sink.channel in slack.ws.channels:
        for channel in wanted & set(slack.ws.channels):
            for user in slack.ws.channels[stage.sink.channel].members:
                slack.ws.join(slack.ws.channels[channel], user)
    if "error" in str(world.places.get(f"slack:{stage.sink.channel}", "")):
        slack.ws.add_channel(Channel(stage.sink.channel, "unknown", Room.GROUP, frozenset({slack.ws.app.user, owner})))
        slack.fail("conversations.info", "internal_error", times=100)


def _channel(slack: FakeSlack, stage: Stage, name: str, entry: list[str]) -> Channel:
    """A channel with the members that the world names: in its list, or where it speaks of people."""
    world, everyone = stage.world, "slack:WORKSPACE" in entry
    owner = world.owner.get("slack", "U_OWNER")
    listed = {owner if one.split(",")[0] == "owner" else one.split(",")[0] for one in entry}
    inside = {user for user, about in world.people.items() if name in about.replace(",", " ").split()}
    members = (listed | inside | ({owner} if everyone else set())) & set(slack.ws.users)
    room = Room.CHANNEL if everyone else Room.IM if name.startswith("D") and len(members) == 1 else Room.GROUP
    shared = any("company" in one or "external" in one for one in entry)
    return Channel(name, name.lower(), room, frozenset(members | {slack.ws.app.user}), shared=shared)


@dataclass
class DiscordWire(Mute):
    """Discord's writer behind a courier that sends nowhere; who reads a place is as the world has it."""

    stage: Stage
    platform: str = "discord"
    arrived: list[tuple[str, Body]] = field(default_factory=list)

    @property
    def courier(self) -> Courier:
        """Itself."""
        return self

    def thread(self, place: Place) -> Place:
        """The place itself: what would differ is below the writer."""
        return place

    def bodies(self, channel: str) -> list[Body]:
        """What was said there."""
        return [body for where, body in self.arrived if where == channel]

    async def deliver(self, outbound: Outbound) -> str:
        """Keep a message."""
        labels = [one.label for one in outbound.buttons]
        self._keep(outbound.place, outbound.text, {"components": labels} if labels else {})
        return str(len(self.arrived))

    async def find(self, outbound: Outbound) -> str | None:  # noqa: ARG002
        """Nothing is lost here."""
        return None

    async def edit(self, receipt: str, outbound: Outbound) -> str:
        """Keep an edit."""
        self._keep(outbound.place, outbound.text, {})
        return receipt

    def progress(self, underway: Underway) -> None:
        """Keep what is shown of an unfinished answer."""
        if underway.text:
            self._keep(underway.place, underway.text, {})

    async def private(self, place: Place, person: str, text: str) -> None:
        """Keep a word for one person."""
        self._keep(place, text, {"to": person})

    async def readers(self, place: Place) -> Readers:
        """As the world has it. Raises LookupError."""
        return self.stage.readers(place)

    async def direct(self, workspace: str, user: str) -> Place:  # noqa: ARG002
        """The owner's direct messages."""
        return Place(self.platform, "G1", "DM_OWNER")

    def _keep(self, place: Place, text: str, more: Body) -> None:
        quiet = {"flags": 4, "allowed_mentions": {"parse": [], "replied_user": False}}
        self.arrived.append((place.channel, {"content": DiscordWriter().write(parse(text)), **quiet, **more}))


@asynccontextmanager
async def wires(stage: Stage) -> AsyncIterator[dict[str, Wire]]:
    """Both platforms for one case."""
    async with slack_wire(stage) as slack:
        yield {"slack": slack, "discord": DiscordWire(stage)}


def owners_channel(case: Case) -> tuple[str, ...]:
    """Where the owner is spoken to alone."""
    return ("DM_OWNER",) if case.sink.startswith("discord:") else ("D_OWNER",)

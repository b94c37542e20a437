"""The platforms as a bench sees them: the real adapters on the loopback Slack and the loopback Discord."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from adapters.discord.courier import DiscordCourier
from adapters.discord.places import PRIVATE
from adapters.fakes.discord import FakeDiscord
from adapters.fakes.slack import FakeSlack
from adapters.fakes.slack.records import Channel, Room, User
from adapters.render.slack import escaped
from adapters.slack.api import Api
from adapters.slack.courier import SlackCourier
from adapters.slack.reading import Me
from nova_bot.bench.sink_cases import Case
from nova_bot.bench.sink_world import TEAM, Stage
from nova_bot.core.delivery import Limits, Outbound, Underway
from nova_bot.core.envelope import Envelope, Place
from nova_bot.core.readers import Readers
from nova_bot.engine.outbox import Courier

Body = dict[str, Any]

MESSAGE_DEPTH = 4
"""Slashes in the route of a message; what lies deeper is reactions and threads."""
QUIET: Body = {"allowed_mentions": {"parse": []}}
"""A file notifies nobody, whatever is in it."""
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
        """What the Web API was asked to say there; files with their names and what is in them."""
        said = [
            {**call.args, "method": call.method}
            for call in self.slack.calls()
            if (call.method in SAYING and call.args.get("channel") == channel) or call.method.startswith("files.")
        ]
        files = [(one.name, one.content or b"") for one in self.slack.ws.uploads.values()]
        return [*said, *({"name": name, "content": escaped(content.decode())} for name, content in files)]


@asynccontextmanager
async def slack_wire(stage: Stage) -> AsyncIterator[SlackWire]:
    """A Slack with the places of the world, and the real courier."""
    async with FakeSlack() as slack:
        _furnish(slack, stage)
        slack.add_token(slack.bot_token, {*slack.api.tokens[slack.bot_token].scopes, "files:write"})
        api = Api(slack.bot_token, slack.api_url, _no_wait)
        courier = SlackCourier(api, _no_wait)
        courier.me = Me(slack.ws.app.team, slack.ws.app.user, slack.ws.app.bot_id)
        try:
            yield SlackWire(slack, stage, courier)
        finally:
            await courier.close()
            await api.close()


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
class NamedPlaces:
    """The real Discord courier, for places and people by the names of the world. Who reads is as the world has it."""

    stage: Stage
    real: DiscordCourier
    channels: dict[str, int]
    users: dict[str, int]
    guild: int
    platform: str = "discord"
    limits: Limits = DiscordCourier.limits

    def place(self, place: Place) -> Place:
        """Discord's own numbers for a place."""
        if place.workspace == PRIVATE:
            return place
        alone = place.channel == "DM_OWNER"
        return place._replace(workspace="" if alone else str(self.guild), channel=str(self.channels[place.channel]))

    async def deliver(self, outbound: Outbound) -> str:
        """Send it there."""
        mentions = tuple(replace(one, id=str(self.users.get(one.id, one.id))) for one in outbound.mentions)
        return await self.real.deliver(replace(outbound, place=self.place(outbound.place), mentions=mentions))

    async def find(self, outbound: Outbound) -> str | None:
        """Look for it there."""
        return await self.real.find(replace(outbound, place=self.place(outbound.place)))

    async def edit(self, receipt: str, outbound: Outbound) -> str:
        """Change it there."""
        return await self.real.edit(receipt, replace(outbound, place=self.place(outbound.place)))

    def progress(self, underway: Underway) -> None:
        """Show it there."""
        self.real.progress(replace(underway, place=self.place(underway.place)))

    async def noticed(self, envelope: Envelope) -> None:
        """Nothing came in here."""

    async def private(self, place: Place, person: str, text: str) -> None:
        """Tell the person."""
        await self.real.private(self.place(place), str(self.users[person]), text)

    async def readers(self, place: Place) -> Readers:
        """As the world has it. Raises LookupError."""
        return self.stage.readers(place)

    async def direct(self, workspace: str, user: str) -> Place:
        """The real one."""
        return await self.real.direct(workspace, str(self.users[user]))


@dataclass
class DiscordWire:
    """The loopback Discord, furnished as the case's world has it."""

    fake: FakeDiscord
    named: NamedPlaces
    threads: list[int] = field(default_factory=list)

    @property
    def courier(self) -> Courier:
        """The real one, behind the world's names."""
        return self.named

    def thread(self, place: Place) -> Place:
        """Below a message of the owner; direct messages have no threads."""
        if place.channel == "DM_OWNER":
            return place
        said = self.fake.user_says(self.fake.channel(self.named.channels[place.channel]), "owner", "And?")
        self.threads.append(said.id)
        return place._replace(thread=str(said.id))

    def bodies(self, channel: str) -> list[Body]:
        """What the REST API was asked to say there, in its threads too."""
        where = {self.named.channels[channel], *self.threads} if channel in self.named.channels else set()
        paths = tuple(f"/channels/{number}/messages" for number in where)
        posts = [post for post in self.fake.world.messages.values() if post.channel in where]
        files = [{"name": one.name, "content": one.data.decode()} for post in posts for one in post.attachments]
        said = [
            {**call.body, "files": list(call.files)}
            for call in self.fake.calls()
            if call.route.startswith(("POST ", "PATCH ")) and call.route.partition(" ")[2].startswith(paths)
            and call.route.count("/") <= MESSAGE_DEPTH and "content" in call.body
        ]  # fmt: skip
        return [*said, *(one | QUIET for one in files)]


@asynccontextmanager
async def discord_wire(stage: Stage) -> AsyncIterator[DiscordWire]:
    """A Discord with the places of the world, and the real courier."""
    people = [name for name in stage.world.people if name.isdigit()]
    users = ("owner", *(f"u{name}" for name in people))
    names = [name.partition(":")[2] for name in stage.world.places if name.startswith("discord:")]
    rooms = tuple(name.lower() for name in names if name != "DM_OWNER")
    async with FakeDiscord(users=users, channels=rooms) as fake:
        with fake.pointed():
            channels = {name: fake.channel(name.lower()).id for name in names if name != "DM_OWNER"}
            channels["DM_OWNER"] = fake.dm("owner").id
            ids = {name: fake.user(f"u{name}").id for name in people}
            ids[stage.world.owner.get("discord", "42")] = fake.user("owner").id
            real = DiscordCourier(fake.token, lambda: datetime.now(UTC))
            try:
                yield DiscordWire(fake, NamedPlaces(stage, real, channels, ids, fake.guild.id))
            finally:
                await real.close()


@asynccontextmanager
async def wires(stage: Stage) -> AsyncIterator[dict[str, Wire]]:
    """Both platforms for one case."""
    async with slack_wire(stage) as slack, discord_wire(stage) as discord:
        yield {"slack": slack, "discord": discord}


def owners_channel(case: Case) -> tuple[str, ...]:
    """Where the owner is spoken to alone."""
    return ("DM_OWNER",) if case.sink.startswith("discord:") else ("D_OWNER",)

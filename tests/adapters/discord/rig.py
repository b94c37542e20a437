"""Nova on the loopback Discord, by the real client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters.base import supervised
from adapters.discord.adapter import Discord
from adapters.discord.courier import DiscordCourier
from adapters.fakes.discord import Channel, FakeDiscord, Message
from nova_bot import app
from nova_bot.core.envelope import Place, Standing
from nova_bot.core.people import OWNER, Identity, May, People, Person
from nova_bot.nova import Nova
from tests.doubles import House, team


def people(fake: FakeDiscord) -> People:
    """Ada owns Nova, Bob may ask, a bot called robot may if it is there; nobody else is listed."""

    def identity(name: str) -> frozenset[Identity]:
        return frozenset({Identity("discord", "", str(fake.user(name).id))})

    ada = Person(OWNER, "Ada", Standing.OWNER, identities=identity("ada"))
    may = frozenset({May.ASK})
    bob = Person("bob", "Bob", Standing.MEMBER, may, identity("bob"))
    bots = [user.name for user in fake.world.users.values() if user.name == "robot"]
    return People([ada, bob, *(Person(name, name, Standing.MACHINE, may, identity(name)) for name in bots)])


@dataclass(slots=True)
class Served:
    """A running Nova with its adapter."""

    fake: FakeDiscord
    nova: Nova
    adapter: Discord
    told: list[str] = field(default_factory=list)

    async def ask(self, text: str, by: str = "ada", channel: str = "general") -> Channel:
        """Mention Nova in a channel. The thread of the answer."""
        return await self.fake.thread_of(self.fake.user_says(channel, by, f"@Nova {text}"))

    async def heard(self, thread: Channel, count: int = 1) -> str:
        """The text of the bot's n-th post."""
        return self.fake.final_text(await self.fake.heard(thread, count))

    def place(self, thread: Channel) -> Place:
        return Place("discord", str(thread.guild), str(thread.parent), str(thread.id))

    async def taken(self, message: Message) -> None:
        """Nova has heard this message and dealt with it."""
        await self.fake.until(lambda: self.adapter.heard.upto(message.channel) >= message.id)
        await self.settled()

    async def settled(self) -> None:
        """Every lane has done its work, and it is on the disk."""
        await self.fake.until(lambda: not self.nova.lanes.busy)
        await self.nova.ledger.put()


@asynccontextmanager
async def served(house: House, fake: FakeDiscord) -> AsyncIterator[Served]:
    """Nova, connected. What is left unanswered is gone on with first, as in `nova serve`."""
    courier = DiscordCourier(fake.token, house.clock)
    starting = app.running(house.settings(grace_seconds=2.0), [courier], model=house.model, make_team=team)
    async with starting as nova:
        await nova.recover()
        adapter = Discord(courier, fake.token, nova.people, house.home)
        made = Served(fake, nova, adapter)

        async def tell(text: str) -> None:
            made.told.append(text)

        serving = asyncio.create_task(supervised(adapter, nova.receive, tell))
        try:
            yield made
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
    await courier.close()


def texts(fake: FakeDiscord, channel: Channel | str) -> list[str]:
    """All that the bot says in a channel now."""
    return [fake.final_text(post) for post in fake.posts(channel)]


def pressable(fake: FakeDiscord, message: Message) -> list[str]:
    """The labels of a message's buttons."""
    return [control.label for control in fake.controls(message)]


def private_to(fake: FakeDiscord, interaction: int) -> list[str]:
    """What only the person behind an interaction reads."""
    posts = (message for message in fake.world.messages.values() if message.interaction == interaction)
    return [fake.final_text(post) for post in posts if post.ephemeral]

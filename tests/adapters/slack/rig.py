"""Nova behind the real Slack adapter and Slack's own clients, on the loopback Slack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.fakes.slack import ADA, BOB, GENERAL, FakeSlack, Message
from adapters.slack.access import Access
from adapters.slack.adapter import Slack
from nova_bot import app, parts
from nova_bot.core.envelope import Place, Standing
from nova_bot.core.people import Identity, May, People, Person
from nova_bot.nova import Nova
from tests.adapters.fakes.slack_rig import PATIENT, fake_slack
from tests.doubles import House, PuppetModel, team

TEAM = "T0TEAM"
PEOPLE = (
    Person("owner", "Ada", Standing.OWNER, identities=frozenset({Identity("slack", TEAM, ADA)})),
    Person("bob", "Bob", Standing.MEMBER, frozenset({May.ASK}), frozenset({Identity("slack", TEAM, BOB)})),
)


@dataclass
class SlackHouse:
    """A house with a Slack beside it. `open` it again and again: ledger and Slack stay."""

    house: House
    slack: FakeSlack
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> PuppetModel:
        return self.house.model

    @asynccontextmanager
    async def open(self, *, http: bool = False, recover: bool = True) -> AsyncIterator["Desk"]:
        access = Access(
            self.slack.bot_token,
            "" if http else self.slack.app_token,
            self.slack.signing_secret,
            host="127.0.0.1",
            port=0,
            base_url=self.slack.api_url,
        )
        adapter = Slack(access)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(adapter.close)
            settings = self.house.settings(**self.more)
            running = app.running(settings, [adapter.courier], model=self.house.model, make_team=team)
            async with running as nova:
                await adapter.find_out()
                runs = await nova.recover() if recover else []
                opened = self.slack.sockets.opened
                serving = asyncio.create_task(adapter.serve(nova.receive))
                try:
                    if http:
                        await self.slack.until(lambda: adapter.address or serving.done())
                        await self.slack.deliver_over_http(adapter.address)
                    else:
                        await self.slack.until(lambda: self.slack.sockets.opened > opened or serving.done(), 5.0)
                    if serving.done():
                        await serving
                    await asyncio.gather(*runs)
                    yield Desk(nova, self.slack, adapter, self.house.model, serving)
                finally:
                    serving.cancel()
                    with suppress(asyncio.CancelledError):
                        await serving


@dataclass
class Desk:
    """What a test does and sees."""

    nova: Nova
    slack: FakeSlack
    adapter: Slack
    model: PuppetModel
    serving: asyncio.Task[None]

    def ask(self, text: str, *, by: str = ADA, channel: str = GENERAL, **more: Any) -> Message:
        """Somebody mentions Nova."""
        return self.slack.user_says(channel, by, f"{self.slack.mention} {text}", **more)

    def place(self, thread: str, channel: str = GENERAL) -> Place:
        """A thread as Nova names it."""
        return Place("slack", TEAM, channel, thread)

    async def click(self, label: str, *, by: str = ADA) -> None:
        """Press the newest button with this label."""
        await pressed(self.slack, label, by)

    async def quiet(self, seconds: float = 8.0) -> None:
        """Wait until everything is delivered, answered and on the disk."""
        async with asyncio.timeout(seconds):
            await self.slack.courier.settled()
            await self.slack.until(lambda: not (self.nova.lanes.busy or self.nova.receive.busy), seconds)
            await self.nova.ledger.put()

    def heard(self, thread: str | None = None) -> list[str]:
        """The texts of Nova's messages, without their footers."""
        return [body(post) for post in self.slack.posts(thread)]


def body(post: Message) -> str:
    """What a message says, without its footer."""
    return post.text.rpartition("\n_")[0] or post.text


async def pressed(slack: FakeSlack, label: str, by: str = ADA) -> None:
    """Somebody presses the newest button with this label."""
    post, button = next(
        (post, element)
        for post in reversed(slack.posts())
        for block in post.blocks
        for element in block.get("elements", ())
        if isinstance(element.get("text"), dict) and element["text"]["text"] == label
    )
    await slack.click(post, button["action_id"], by)


@asynccontextmanager
async def slack_house(house: House, **options: Any) -> AsyncIterator[SlackHouse]:
    """A house and a Slack."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "people_of", lambda _settings: People(PEOPLE))
        async with fake_slack(**{"timing": PATIENT, **options}) as slack:
            yield SlackHouse(house, slack)

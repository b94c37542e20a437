"""Slack and Discord in one process, by their own clients: one person on both, and one platform that fails alone."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.discord import client as discord_client
from adapters.fakes.discord import Channel, FakeDiscord
from adapters.fakes.slack import ADA, FakeSlack
from nova_bot import app, parts, platforms
from nova_bot.core.envelope import Standing
from nova_bot.core.people import OWNER, Identity, People, Person
from nova_bot.ledger import overview
from nova_bot.nova import Nova
from tests.adapters.fakes.slack_rig import PATIENT, fake_slack
from tests.adapters.slack.rig import TEAM, body
from tests.agents import BOOKS, with_lines, write
from tests.doubles import House, asked, said, team, used

WITHIN = 8.0


@dataclass(slots=True)
class Both:
    """A Nova that serves both, whose owner is ada in Slack."""

    nova: Nova
    slack: FakeSlack
    discord: FakeDiscord

    async def in_slack(self, text: str) -> str:
        """Ada writes to Nova in private; what Nova answers."""
        dm, before = self.slack.dm(ADA), len(self.slack.posts())
        self.slack.user_says(dm, ADA, text)
        await self.slack.until(lambda: len(self.slack.posts()) > before, WITHIN)
        return body(self.slack.posts()[-1])

    async def in_discord(self, text: str) -> str:
        """Ada writes to Nova in private there; what Nova answers."""
        dm = self.discord.dm("ada")
        count = len(self.discord.posts(dm)) + 1
        self.discord.user_dms("ada", text)
        return self.spoken(await self._words(dm, count))

    async def mention(self, text: str) -> Channel:
        """Ada asks in a channel of Discord. The thread of the answer, in which Nova has spoken."""
        thread = await self.discord.thread_of(self.discord.user_says("general", "ada", f"@Nova {text}"), WITHIN)
        await self.discord.heard(thread, within=WITHIN)
        return thread

    async def heard(self, thread: Channel, count: int) -> str:
        """The n-th post there."""
        return self.spoken(await self._words(thread, count))

    async def _words(self, where: Channel, count: int) -> str:
        return self.discord.final_text(await self.discord.heard(where, count, within=WITHIN))

    @staticmethod
    def spoken(text: str) -> str:
        """Without the footer."""
        return text.rpartition("\n-# ")[0] or text

    async def link(self) -> None:
        """Ada becomes one person: a code shown in Slack is typed in Discord."""
        code = re.search(r"\w{4}-\w{4}", await self.in_slack("!link"))
        assert code
        assert "owner" in (await self.in_discord(f"link {code[0]}"))


@pytest.fixture
async def both(house: House, agents: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Both]:
    write(agents, "books", with_lines(BOOKS, "effects: [lab.pay]"))
    monkeypatch.setattr("adapters.slack.adapter.LOOK_EVERY_S", 0.1)
    monkeypatch.setattr(discord_client, "READY_WITHIN_S", 0.05)
    monkeypatch.setattr("adapters.base.FIRST_WAIT_S", 0.01)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(fake_slack(timing=PATIENT))
        discord = await stack.enter_async_context(FakeDiscord())
        stack.enter_context(discord.pointed())  # and back again in the end
        settings = house.settings(
            slack_bot_token=slack.bot_token,
            slack_app_token=slack.app_token,
            slack_api_url=slack.api_url,
            discord_bot_token=discord.token,
            discord_api_url=f"{discord.url}/api/v10",
        )
        ada = Person(OWNER, "Ada", Standing.OWNER, identities=frozenset({Identity("slack", TEAM, ADA)}))
        monkeypatch.setattr(parts, "people_of", lambda _: People([ada]))
        made = platforms.configured(settings)
        for platform in made:
            stack.push_async_callback(platform.close)
        couriers = [platform.courier for platform in made]
        nova = await stack.enter_async_context(app.running(settings, couriers, model=house.model, make_team=team))
        serving = platforms.serving(nova, made)
        try:
            await slack.until(lambda: slack.sockets.count, WITHIN)
            await discord.until(lambda: discord.gateway.open_links(), WITHIN)
            yield Both(nova, slack, discord)
        finally:
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)


async def test_a_code_shown_in_slack_and_typed_in_discord_makes_one_person(both: Both) -> None:
    assert "only work for" in await both.in_discord("which invoice is open?")
    await both.link()
    assert await both.in_discord("which invoice is open?") == "books has answered."
    assert [one.platform for one in both.nova.people.accounts(OWNER)] == ["discord", "slack"]


async def test_what_was_asked_in_discord_is_answered_in_slack(both: Both, house: House) -> None:
    await both.link()
    house.model.will("books", asked("Which month?", "October", "November"), said("Three in November."))
    thread = await both.mention("which invoice is open?")
    run = (await overview.latest_runs(both.nova.ledger, 1))[0].id
    assert await both.in_slack("!answer") == (
        f"• *r{run}*, discord: Which month? (October / November)\n\n"
        "Answer with `/answer r12 ...` (in Slack `!answer`), from wherever you are."
    )
    assert await both.in_slack(f"!answer r{run} November") == f"Answered r{run}, in discord."
    assert await both.heard(thread, 2) == "Three in November."
    assert await both.in_slack("!answer") == "I have asked you nothing that still waits."


async def test_what_was_asked_in_slack_is_answered_in_discord(both: Both, house: House) -> None:
    await both.link()
    house.model.will("books", asked("Which month?", "October", "November"), said("Three in November."))
    assert "Which month?" in await both.in_slack("which invoice is open?")
    before = len(both.slack.posts())
    command = both.discord.slash("nova answer", "general", "ada", text="November")
    assert both.discord.final_text(await both.discord.reply(command)).endswith(", in slack.")
    await both.slack.until(lambda: len(both.slack.posts()) > before, WITHIN)
    assert body(both.slack.posts()[-1]) == "Three in November."


async def test_an_effect_that_waits_in_discord_is_approved_in_slack(both: Both, house: House) -> None:
    await both.link()
    house.model.will("books", used(("lab.pay", {"text": "Birch"})), said("Paid."))
    thread = await both.mention("pay the invoice of Birch")
    assert "Birch" in await both.heard(thread, 1)
    assert not house.lab.calls
    assert "ada" in await both.in_slack("!approve")
    assert await both.heard(thread, 2) == "Paid."
    assert [tool for tool, *_ in house.lab.calls] == ["lab.pay"]


async def test_a_slack_that_fails_is_told_in_discord_which_goes_on(both: Both) -> None:
    await both.link()
    both.slack.revoke(both.slack.bot_token)
    assert "Slack" in await both.heard(both.discord.dm("ada"), 2)
    assert await both.in_discord("which invoice is open?") == "books has answered."


async def test_a_discord_that_fails_is_told_in_slack_which_goes_on(both: Both) -> None:
    await both.link()
    before = len(both.slack.posts())
    both.discord.drop_ws(4004)
    await both.slack.until(lambda: len(both.slack.posts()) > before, WITHIN)
    assert "DISCORD_BOT_TOKEN" in body(both.slack.posts()[-1])
    assert await both.in_slack("which invoice is open?") == "books has answered."

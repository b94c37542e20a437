"""The page of the loopback Discord."""

from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from discord import ui

from adapters.fakes.discord import FakeDiscord
from tests.adapters.fakes.discord_rig import Bot, connected


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        with server.pointed():
            yield server


@pytest.fixture
async def browser(fake: FakeDiscord) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(fake.url) as session:
        yield session


async def setup(bot: Bot) -> None:
    class Why(ui.Modal, title="Why?"):
        reason: ui.TextInput[ui.Modal] = ui.TextInput(label="Reason")

        async def on_submit(self, interaction: discord.Interaction) -> None:
            await interaction.response.send_message(f"because {self.reason.value}")

    class Buttons(ui.View):
        @ui.button(label="Why")
        async def why(self, interaction: discord.Interaction, _: ui.Button[ui.View]) -> None:
            await interaction.response.send_modal(Why())

    @bot.tree.command(description="Remind")
    async def remind(interaction: discord.Interaction, text: str, minutes: int, who: discord.Member) -> None:
        await interaction.response.send_message(f"{text} in {minutes} for {who.name}", view=Buttons())

    @bot.tree.context_menu(name="About this")
    async def about(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"it says {message.content}")

    await bot.tree.sync()


async def do(browser: aiohttp.ClientSession, action: str, **given: object) -> tuple[int, dict[str, str]]:
    answer = await browser.post(f"/page/{action}", json={"user": "ada", **given})
    return answer.status, await answer.json()


async def test_a_person_types_presses_and_fills_in(fake: FakeDiscord, browser: aiohttp.ClientSession) -> None:
    where = str(fake.channel("general").id)
    async with connected(fake, Bot(setup=setup)) as bot:
        assert (await do(browser, "say", channel=where, text="@Nova hi"))[0] == 200
        await bot.heard(f"{fake.bot.mention} hi")
        await do(browser, "slash", channel=where, line='/remind text:"call Bob" minutes:5 who:@bob')
        post = await fake.heard("general")
        assert post.content == "call Bob in 5 for bob"
        await do(browser, "click", message=str(post.id), control="Why")
        await fake.until(lambda: any(asked.answer and asked.answer.modal for asked in fake.world.interactions.values()))
        state = await (await browser.get("/page/state")).json()
        assert (state["commands"], state["menu"]) == (['/remind text:"" minutes:"" who:""'], ["About this"])
        modal = state["modals"][0]
        assert modal["fields"][0]["label"] == "Reason"
        await do(browser, "modal", interaction=modal["interaction"], values={"Reason": "it is due"})
        assert (await fake.heard("general", 2)).content == "because it is due"
        await do(browser, "menu", message=str(post.id), name="About this")
        assert (await fake.heard("general", 3)).content == "it says call Bob in 5 for bob"


async def test_the_page_shows_channels_threads_messages_and_buttons(
    fake: FakeDiscord, browser: aiohttp.ClientSession
) -> None:
    said = fake.user_says("general", "ada", "@Nova <b>hi</b>", files={"a.txt": b"x"})
    fake.user_reacts(said, "bob", "👍")
    fake.user_opens_thread("general", "ada", "plans", said)
    state = await (await browser.get("/page/state")).json()
    general, plans = state["channels"]
    shown = general["messages"][0]
    assert (plans["name"], plans["parent"]) == ("plans", general["id"])
    assert (shown["author"], shown["text"], shown["reactions"]) == ("ada", "@Nova <b>hi</b>", ["👍 1"])
    assert await (await browser.get(shown["files"][0]["url"])).read() == b"x"
    html = await (await browser.get("/")).text()
    assert "innerHTML" not in html  # what people write is only ever text


async def test_a_private_message_can_be_begun(fake: FakeDiscord, browser: aiohttp.ClientSession) -> None:
    await do(browser, "dm")
    (dm,) = [one for one in (await (await browser.get("/page/state")).json())["channels"] if one["kind"] == "dm"]
    await do(browser, "say", channel=dm["id"], text="hello")
    assert fake.world.history(fake.dm("ada").id)[0].content == "hello"


async def test_a_mistake_is_explained(fake: FakeDiscord, browser: aiohttp.ClientSession) -> None:
    where = str(fake.channel("general").id)
    status, body = await do(browser, "slash", channel=where, line="/nothing")
    assert (status, body["problem"]) == (400, "no command 'nothing' is registered, only []")


async def test_other_sites_can_neither_read_nor_write(browser: aiohttp.ClientSession) -> None:
    stranger = {"Host": "rebound.example"}
    assert (await browser.get("/page/state", headers=stranger)).status == 403
    assert (await browser.post("/page/say", json={}, headers=stranger)).status == 403
    assert (await browser.post("/page/say", data={"text": "x"})).status == 415

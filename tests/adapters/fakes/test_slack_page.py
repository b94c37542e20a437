"""The page of the fake Slack: what it shows and what can be done on it."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.fakes.slack import ADA, GENERAL, FakeSlack, Json
from tests.adapters.fakes.slack_rig import PATIENT, Bot, fake_slack, over_sockets

ASK = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "go", "value": "1", "text": {"type": "plain_text", "text": "Go on"}},
        {
            "type": "static_select",
            "action_id": "pick",
            "options": [{"text": {"type": "plain_text", "text": "Red"}, "value": "red"}],
        },
    ],
}


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack(timing=PATIENT) as running:
        yield running


@pytest.fixture
async def browser(slack: FakeSlack) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(slack.url) as session:
        yield session


async def state(browser: aiohttp.ClientSession) -> Any:
    async with browser.get("/page/state") as response:
        return await response.json()


async def send(browser: aiohttp.ClientSession, what: str, **body: str) -> tuple[int, str]:
    async with browser.post(f"/page/{what}", json=body) as response:
        return response.status, await response.text()


async def test_the_page_is_plain_html_that_loads_nothing_from_elsewhere(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/") as response:
        text = await response.text()
    assert response.content_type == "text/html"
    assert "page/state" in text
    assert "http://" not in text
    assert "https://" not in text


async def test_a_name_that_is_typed_is_a_mention(slack: FakeSlack, browser: aiohttp.ClientSession) -> None:
    await send(browser, "say", user=ADA, channel=GENERAL, text="@Nova hello", thread="")
    assert [message.text for message in slack.ws.messages.values()] == [f"{slack.mention} hello"]
    assert slack.deliveries("app_mention")


async def test_it_shows_messages_with_their_buttons(slack: FakeSlack, browser: aiohttp.ClientSession) -> None:
    bot = Bot(slack)
    root = slack.user_says(GENERAL, ADA, "pay Birch")
    line = {"type": "section", "text": {"type": "mrkdwn", "text": "Pay 1,200?"}}
    await bot.client.chat_postMessage(channel=GENERAL, thread_ts=root.ts, text="notice", blocks=[line, ASK])
    await bot.client.chat_postEphemeral(channel=GENERAL, user=ADA, text="psst")
    shown = await state(browser)
    asked, answer, private = shown["messages"]
    assert (asked["author"], asked["text"]) == ("ada", "pay Birch")
    assert (answer["author"], answer["text"]) == ("nova", "Pay 1,200?")
    assert answer["thread"] == root.ts
    assert [button["label"] for button in answer["buttons"]] == ["Go on", "Red"]
    assert private["only_for"] == ADA
    assert {"id": ADA, "name": "ada"} in shown["users"]
    assert [channel["name"] for channel in shown["channels"]][:2] == ["general", "secret"]


async def test_one_can_speak_press_and_command_on_it(slack: FakeSlack, browser: aiohttp.ClientSession) -> None:
    bot = Bot(slack)
    pressed: list[str] = []

    async def press(ack: AsyncAck, action: Json) -> None:
        await ack()
        pressed.append(action["value"])

    async def command(ack: AsyncAck, body: Json) -> None:
        await ack(f"you said {body['text']}")

    bot.app.action("go")(press)
    bot.app.command("/nova")(command)
    async with over_sockets(bot):
        said = await send(browser, "say", user=ADA, channel=GENERAL, text="hello", thread="")
        assert said == (200, '{"acked": true}')
        await slack.settled()
        await send(browser, "say", user=ADA, channel=GENERAL, text="/nova status now", thread="")
        posted = await bot.client.chat_postMessage(channel=GENERAL, text="ok?", blocks=[ASK])
        await send(browser, "click", channel=GENERAL, ts=posted["ts"], action="go", value="1", user=ADA)
    assert bot.seen[0]["event"]["text"] == "hello"
    assert slack.ephemerals(ADA)[0].text == "you said status now"
    assert pressed == ["1"]


async def test_it_says_what_can_not_be_done(slack: FakeSlack, browser: aiohttp.ClientSession) -> None:
    root = slack.user_says(GENERAL, ADA, "hello")
    in_thread = await send(browser, "say", user=ADA, channel=GENERAL, text="/nova x", thread=root.ts)
    assert in_thread == (400, "slash commands can't be used in threads")
    stranger = await send(browser, "say", user="U0EVE", channel=GENERAL, text="hello", thread="")
    assert stranger == (400, "U0EVE is not in general")
    gone = await send(browser, "click", channel=GENERAL, ts="1.0", action="go", value="1", user=ADA)
    assert gone == (400, "this message is gone")


async def test_a_form_of_another_site_is_not_obeyed(slack: FakeSlack, browser: aiohttp.ClientSession) -> None:
    async with browser.post("/page/say", data={"user": ADA, "channel": GENERAL, "text": "hello"}) as response:
        assert response.status == 415
    assert slack.deliveries() == ()

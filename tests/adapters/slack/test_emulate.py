"""Nova against a Slack that we did not write. `.ci/emulate` starts it and prints EMULATE_URL.

It has no sockets, streams and statuses, reads arguments from a POST's body only, and tells no scopes and no bot id.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from adapters.fakes.slack.courier import EVENTS
from adapters.fakes.slack.courier import Envelope as Parcel
from adapters.fakes.slack.signed import SignedHttp
from adapters.slack.access import Access
from adapters.slack.adapter import Slack
from adapters.slack.api import Api, Refused
from adapters.slack.courier import SlackCourier
from adapters.slack.reading import Me
from nova_bot import app, parts
from nova_bot.core.button import CHOOSE, Button
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place, Standing
from nova_bot.core.people import Identity, People, Person
from tests.doubles import House, team

URL = os.environ.get("EMULATE_URL", "")

pytestmark = pytest.mark.skipif(not URL, reason="EMULATE_URL is not set; .ci/emulate starts the server and prints it")

ME = Me("T000000001", "U000000002", "")
SECRET = "test-secret"


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    made = Api("xoxb-test", f"{URL}/api/")
    yield made
    await made.close()


@pytest.fixture
async def courier(api: Api) -> SlackCourier:
    made = SlackCourier(api)
    made.me = ME
    return made


@pytest.fixture
async def thread(api: Api) -> Place:
    channels = (await api.get("conversations.list"))["channels"]
    channel = next(one["id"] for one in channels if one["name"] == "general")
    root = await api.once("chat.postMessage", channel=channel, text="which invoice?")
    return ME.place(channel, str(root["ts"]))


def reply(place: Place, text: str, key: str = "r1/1", edits: str = "") -> Outbound:
    return Outbound(key, 1, place, "books", text, (Button("b1", "Acme", CHOOSE, "Acme"),), edits)


async def said(api: Api, place: Place) -> list[str]:
    messages = (await api.get("conversations.replies", channel=place.channel, ts=place.thread))["messages"]
    return [message["text"] for message in messages[1:]]


async def test_a_reply_stands_in_its_thread_and_is_found_again(api: Api, courier: SlackCourier, thread: Place) -> None:
    receipt = await courier.deliver(reply(thread, "**Three** are open."))
    assert await said(api, thread) == ["*Three* are open.\n_books · r1_"]
    assert await courier.find(reply(thread, "**Three** are open.")) == receipt
    assert await courier.find(reply(thread, "else", key="r2/1")) is None


async def test_a_reply_is_edited_where_it_stands(api: Api, courier: SlackCourier, thread: Place) -> None:
    receipt = await courier.deliver(reply(thread, "Three."))
    assert await courier.edit(receipt, reply(thread, "Four.", "r1/2", "r1/1")) == receipt
    assert await said(api, thread) == ["Four.\n_books · r1_"]


async def test_a_long_reply_is_several_messages(api: Api, courier: SlackCourier, thread: Place) -> None:
    receipt = await courier.deliver(reply(thread, "\n\n".join(f"Paragraph {n} " + "word " * 100 for n in range(20))))
    assert len(receipt.split()) == len(await said(api, thread)) >= 2


async def test_its_refusals_are_understood(api: Api, courier: SlackCourier, thread: Place) -> None:
    with pytest.raises(Refused, match="channel_not_found"):
        await api.once("chat.postMessage", channel="C0NOWHERE", text="x")


async def test_a_signed_mention_is_answered_there(house: House, monkeypatch: pytest.MonkeyPatch, thread: Place) -> None:
    """The whole way: the event as small as it may be, the answer as that Slack has it in the end."""
    asker = Person("owner", "Ada", Standing.OWNER, identities=frozenset({Identity("slack", ME.team, "U0ASKER")}))
    monkeypatch.setattr(parts, "people_of", lambda _settings: People([asker]))
    adapter = Slack(Access("xoxb-test", "", SECRET, host="127.0.0.1", port=0, base_url=f"{URL}/api/"))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(adapter.close)
        running = app.running(house.settings(), [adapter.courier], model=house.model, make_team=team)
        nova = await stack.enter_async_context(running)
        serving = asyncio.create_task(adapter.serve(nova.receive))
        stack.callback(serving.cancel)
        async with asyncio.timeout(5):
            while not adapter.address:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        http = SignedHttp(adapter.address, SECRET)
        stack.push_async_callback(http.close)
        me = (await adapter.find_out()).user
        event = {"type": "app_mention", "user": "U0ASKER", "text": f"<@{me}> which invoice?", "ts": thread.thread}
        body = {"type": "event_callback", "team_id": ME.team, "event": event | {"channel": thread.channel}}
        for retry in range(3):
            assert (await http.carry(Parcel("Ev1", EVENTS, body, retry, "http_timeout"), 3.0)).acked
        async with asyncio.timeout(5):
            while nova.lanes.busy:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert await said(adapter._api, thread) == ["books has answered.\n_books · r1_"]

"""The sending side against a Slack that we did not write. `.ci/emulate` starts it and prints EMULATE_URL.

It takes arguments from a POST's body only, so what the client puts into the query is folded into the body on the way.
"""

import os
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.api import Api, Refused
from adapters.slack.courier import SlackCourier
from adapters.slack.reading import Me
from nova_bot.core.button import CHOOSE, Button
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place

URL = os.environ.get("EMULATE_URL", "")

pytestmark = pytest.mark.skipif(not URL, reason="EMULATE_URL is not set; .ci/emulate starts the server and prints it")

ME = Me("T000000001", "U000000002", "")


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async def fold(request: web.Request) -> web.Response:
        given: dict[str, object] = dict(request.query)
        if request.can_read_body:
            given |= await request.json() if request.content_type == "application/json" else dict(await request.post())
        headers = {"Authorization": request.headers["Authorization"]}
        async with aiohttp.ClientSession() as session:
            answer = await session.post(URL + request.path, json=given, headers=headers)
            return web.json_response(await answer.json())

    server = web.Application()
    server.router.add_route("*", "/api/{method}", fold)
    async with TestServer(server, host="127.0.0.1") as running:
        made = Api("xoxb-test", str(running.make_url("/api/")))
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

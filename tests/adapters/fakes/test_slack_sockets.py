"""Socket Mode of the fake Slack as it is on the wire, without Slack's libraries."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.fakes.slack import ADA, GENERAL, FakeSlack
from tests.adapters.fakes.slack_rig import PATIENT, fake_slack, web_client


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack(timing=PATIENT) as running:
        yield running


@pytest.fixture
async def socket(slack: FakeSlack) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    url = (await web_client(slack).apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url, autoping=False) as opened:
        yield opened


async def test_a_socket_says_hello_first(socket: aiohttp.ClientWebSocketResponse) -> None:
    hello = await socket.receive_json()
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0NOVA"}
    assert "host" in hello["debug_info"]


async def test_pings_are_answered(socket: aiohttp.ClientWebSocketResponse) -> None:
    await socket.receive_json()
    await socket.ping(b"sdk-ping-pong:1")
    answer = await socket.receive(timeout=2)
    assert (answer.type, answer.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")


async def test_an_event_travels_in_an_envelope_and_is_acknowledged_by_its_id(
    slack: FakeSlack, socket: aiohttp.ClientWebSocketResponse
) -> None:
    await socket.receive_json()
    said = slack.user_says(GENERAL, ADA, "hello")
    envelope = await socket.receive_json()
    payload = envelope.pop("payload")
    envelope_id = envelope.pop("envelope_id")
    assert envelope == {
        "type": "events_api", "accepts_response_payload": False, "retry_attempt": 0, "retry_reason": "",
    }  # fmt: skip
    assert (payload["team_id"], payload["api_app_id"], payload["type"]) == ("T0TEAM", "A0NOVA", "event_callback")
    assert (payload["event"]["ts"], payload["authorizations"][0]["user_id"]) == (said.ts, "U0NOVA")
    await socket.send_json({"envelope_id": envelope_id, "payload": {"note": "taken"}})
    await slack.settled()
    (delivery,) = slack.deliveries()
    assert (delivery.acked, delivery.answer) == (True, {"note": "taken"})


async def test_an_ack_after_its_time_does_not_count(slack: FakeSlack, socket: aiohttp.ClientWebSocketResponse) -> None:
    await socket.receive_json()
    await socket.send_json({"envelope_id": "long-gone"})
    await slack.until(lambda: slack.sockets.late)
    assert slack.sockets.late == ["long-gone"]


async def test_a_socket_needs_a_fresh_ticket(slack: FakeSlack) -> None:
    url = (await web_client(slack).apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError, match="404"):
            await session.ws_connect(url)

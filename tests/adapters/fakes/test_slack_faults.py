"""Calls to the fake Slack that go wrong as planned, and what a test can ask about all calls afterwards."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.fakes.slack import ADA, GENERAL, FakeSlack
from tests.adapters.fakes.slack_rig import Clock, error_of, fake_slack, web_client


async def test_rate_limits_are_honoured_by_the_sdks_handler() -> None:
    async with fake_slack() as slack:
        slack.rate_limit("chat.postMessage", seconds=1)
        patient = web_client(slack, handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)])
        await patient.chat_postMessage(channel=GENERAL, text="hello")
        refused, done = slack.calls("chat.postMessage")
    assert (refused.status, refused.error, done.error) == (429, "ratelimited", "")
    assert done.at - refused.at >= 1
    assert len(slack.posts()) == 1


async def test_without_a_handler_a_rate_limit_reaches_the_caller(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.rate_limit("users.info", seconds=7)
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user=ADA)
    assert (error_of(caught), caught.value.response.headers["Retry-After"]) == ("ratelimited", "7")
    assert (await client.users_info(user=ADA))["ok"]


async def test_a_call_dropped_before_it_took_effect_is_not_stored(slack: FakeSlack) -> None:
    slack.drop_before("chat.postMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await web_client(slack, handlers=[]).chat_postMessage(channel=GENERAL, text="hello")
    assert slack.posts() == ()


async def test_a_call_dropped_after_it_took_effect_is_stored_once(slack: FakeSlack) -> None:
    slack.drop_after("chat.postMessage")
    careful = web_client(slack, handlers=[])
    root = slack.user_says(GENERAL, ADA, "hello")
    mark = {"event_type": "nova_reply", "event_payload": {"key": "r1/1"}}
    with pytest.raises(aiohttp.ClientConnectionError):
        await careful.chat_postMessage(channel=GENERAL, thread_ts=root.ts, text="hi", metadata=mark)
    found = await careful.conversations_replies(channel=GENERAL, ts=root.ts, include_all_metadata=True)
    assert [message.get("metadata") for message in found["messages"]] == [None, mark]
    assert slack.duplicates() == ()


async def test_a_client_that_repeats_after_a_lost_answer_posts_twice(slack: FakeSlack) -> None:
    slack.drop_after("chat.postMessage")
    soon = FixedValueRetryIntervalCalculator(0.01)
    client = web_client(slack, handlers=[AsyncConnectionErrorRetryHandler(interval_calculator=soon)])
    mark = {"event_type": "nova_reply", "event_payload": {"key": "r1/1"}}
    await client.chat_postMessage(channel=GENERAL, text="hi", metadata=mark)
    assert [len(group) for group in slack.duplicates()] == [2]


async def test_planned_failures_end_after_their_number(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.fail("users.info", error="internal_error")
    slack.fail("users.info", status=503)
    with pytest.raises(SlackApiError, match="internal_error"):
        await client.users_info(user=ADA)
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user=ADA)
    assert caught.value.response.status_code == 503
    assert (await client.users_info(user=ADA))["ok"]


async def test_a_failure_must_say_what_it_is(slack: FakeSlack) -> None:
    with pytest.raises(ValueError, match="needs an error or a status"):
        slack.fail("users.info")


async def test_a_delayed_call_takes_effect_though_its_caller_gave_up(slack: FakeSlack) -> None:
    slack.delay("chat.postMessage", 0.1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(web_client(slack, handlers=[]).chat_postMessage(channel=GENERAL, text="hello"), 0.05)
    assert slack.posts() == ()
    await slack.until(slack.posts)


async def test_edits_per_second_are_counted(slack: FakeSlack, client: AsyncWebClient, clock: Clock) -> None:
    ts = (await client.chat_postMessage(channel=GENERAL, text="0"))["ts"]
    for number in (1, 2, 3):
        await client.chat_update(channel=GENERAL, ts=ts, text=f"{number}")
        clock.now += 0.4
    clock.now += 10
    await client.chat_update(channel=GENERAL, ts=ts, text="done")
    assert slack.max_edit_rate(GENERAL) == 3
    assert slack.max_edit_rate("C404") == 0
    assert slack.final_text(ts) == "done"


async def test_live_mentions_are_found_wherever_they_are_said(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=GENERAL, text="&lt;!channel&gt; is escaped, <#C1|a> is no mention")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C404", text="<!channel> nobody hears this")
    assert slack.mentions_sent() == ()
    ts = (await client.chat_postMessage(channel=GENERAL, text=f"hello <@{ADA}>"))["ts"]
    block = {"type": "markdown", "text": "<!here> and <!subteam^S1|team>"}
    await client.chat_update(channel=GENERAL, ts=ts, text="hello", blocks=[block])
    assert slack.mentions_sent() == (f"<@{ADA}>", "<!here>", "<!subteam^S1|team>")


async def test_the_text_of_an_unknown_message_is_no_text(slack: FakeSlack) -> None:
    with pytest.raises(LookupError):
        slack.final_text("1.000000")

"""Signed HTTP events of the fake Slack, received by a real Bolt app."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.fakes.slack import ADA, GENERAL, QUICK, FakeSlack, Forgery, Order
from tests.adapters.fakes.slack_rig import PATIENT, Bot, fake_slack, over_http

Serve = Callable[[web.Request], Awaitable[web.Response]]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack(timing=PATIENT) as running:
        yield running


@pytest.fixture
async def hasty() -> AsyncIterator[FakeSlack]:
    async with fake_slack(timing=QUICK) as running:
        yield running


@asynccontextmanager
async def serving(slack: FakeSlack, answer: Serve) -> AsyncIterator[list[web.Request]]:
    """A hand-made receiver that gives the challenge back, and answers all else as told."""
    got: list[web.Request] = []

    async def serve(request: web.Request) -> web.Response:
        body = await request.json()
        if body["type"] == "url_verification":
            return web.Response(text=body["challenge"])
        got.append(request)
        return await answer(request)

    server = web.Application()
    server.router.add_post("/", serve)
    async with TestServer(server, host="127.0.0.1") as running:
        await slack.deliver_over_http(str(running.make_url("/")))
        yield got


async def test_a_mention_arrives_twice_over_http(slack: FakeSlack) -> None:
    bot = Bot(slack)
    async with over_http(bot):
        slack.user_says(GENERAL, ADA, f"{slack.mention} hello", order=Order.MENTION_FIRST, gap=0.02)
        await slack.settled()
    assert bot.kinds == ["app_mention", "message"]
    assert bot.retries == ["", ""]
    assert slack.unacked() == ()


@pytest.mark.parametrize("forgery", list(Forgery))
async def test_a_forged_request_is_turned_away(slack: FakeSlack, forgery: Forgery) -> None:
    bot = Bot(slack)
    async with over_http(bot):
        slack.forge(forgery)
        slack.user_says(GENERAL, ADA, "let me in")
        await slack.settled()
        assert bot.seen == []
        (delivery,) = slack.unacked()
        assert [attempt.status for attempt in delivery.attempts] == [401] * 4
        slack.forge(None)
        slack.user_says(GENERAL, ADA, "it is me")
        await slack.settled()
    assert bot.last["text"] == "it is me"


async def test_nothing_can_be_forged_on_a_socket(slack: FakeSlack) -> None:
    with pytest.raises(ValueError, match="only requests over HTTP are signed"):
        slack.forge(Forgery.WRONG_SIGNATURE)


async def test_an_error_brings_the_event_again_with_retry_headers(slack: FakeSlack) -> None:
    async def fail_once(request: web.Request) -> web.Response:
        return web.Response(status=500 if "X-Slack-Retry-Num" not in request.headers else 200)

    async with serving(slack, fail_once) as got:
        slack.user_says(GENERAL, ADA, "hello")
        await slack.settled()
    assert len(got) == 2
    assert (got[1].headers["X-Slack-Retry-Num"], got[1].headers["X-Slack-Retry-Reason"]) == ("1", "http_error")


async def test_a_slow_answer_counts_as_none(hasty: FakeSlack) -> None:
    async def sleep_once(request: web.Request) -> web.Response:
        if "X-Slack-Retry-Num" not in request.headers:
            await asyncio.sleep(0.5)
        return web.Response()

    async with serving(hasty, sleep_once) as got:
        hasty.user_says(GENERAL, ADA, "hello")
        await hasty.settled()
    assert got[1].headers["X-Slack-Retry-Reason"] == "http_timeout"


async def test_the_app_can_decline_retries(slack: FakeSlack) -> None:
    async def decline(_: web.Request) -> web.Response:
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async with serving(slack, decline) as got:
        slack.user_says(GENERAL, ADA, "hello")
        await slack.settled()
    assert len(got) == len(slack.unacked()) == 1


async def test_an_app_that_is_down_is_tried_four_times(slack: FakeSlack) -> None:
    async def fine(_: web.Request) -> web.Response:
        return web.Response()

    async with serving(slack, fine):
        pass
    slack.user_says(GENERAL, ADA, "hello")
    await slack.settled()
    (delivery,) = slack.unacked()
    assert [attempt.reason for attempt in delivery.attempts] == ["connection_failed"] * 4


async def test_a_url_that_does_not_give_the_challenge_back_is_refused(slack: FakeSlack) -> None:
    async def shrug(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    server = web.Application()
    server.router.add_post("/", shrug)
    async with TestServer(server, host="127.0.0.1") as running:
        with pytest.raises(ValueError, match="answered 200 and not the challenge"):
            await slack.deliver_over_http(str(running.make_url("/")))

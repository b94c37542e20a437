"""Connects a real Bolt app to the fake Slack, and notes what reaches it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.fakes.slack import FakeSlack, Json, Timing

PATIENT = Timing(ack=2.0, retries=(0.0, 0.05, 0.1))  # an ack may take its time on a busy machine
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
Step = Callable[["Bot"], Awaitable[None]]


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


class Bot:
    """A Bolt app that notes each event before it acknowledges it, and takes every event."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.client = web_client(slack)
        self.app = AsyncApp(client=self.client, signing_secret=slack.signing_secret)
        self.seen: list[Json] = []
        self.retries: list[str] = []
        self.before_ack: Step | None = None
        self.app.use(self._note)
        self.app.event(re.compile(".*"))(_take)

    @property
    def kinds(self) -> list[str]:
        """The types of the events seen, in order."""
        return [body["event"]["type"] for body in self.seen if "event" in body]

    @property
    def last(self) -> Json:
        """The latest event."""
        event: Json = self.seen[-1]["event"]
        return event

    async def sees(self, count: int) -> None:
        """Wait for this many events and interactions."""
        await self.slack.until(lambda: len(self.seen) >= count)

    async def _note(self, req: AsyncBoltRequest, next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002
        self.seen.append(req.body)
        self.retries.append(req.headers.get("x-slack-retry-num", [""])[0])
        if self.before_ack:
            await self.before_ack(self)
        await next()


async def _take(event: Json) -> None:
    """The catch-all listener: there is nothing left to do."""


@asynccontextmanager
async def fake_slack(**options: Any) -> AsyncIterator[FakeSlack]:
    """A FakeSlack, reached directly: Slack's libraries would use a proxy even for this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in PROXIES:
            patch.delenv(name, raising=False)
        async with FakeSlack(**options) as slack:
            yield slack


def web_client(
    slack: FakeSlack, token: str | None = None, handlers: Sequence[AsyncRetryHandler] | None = None
) -> AsyncWebClient:
    """The real Web API client; `handlers` None means the SDK's own."""
    kept: Any = None if handlers is None else list(handlers)
    return AsyncWebClient(token=token or slack.bot_token, base_url=slack.api_url, retry_handlers=kept)


@asynccontextmanager
async def over_sockets(bot: Bot, ping_s: float = 10.0) -> AsyncIterator[AsyncSocketModeHandler]:
    """The bot, connected by Socket Mode."""
    handler = AsyncSocketModeHandler(bot.app, bot.slack.app_token, ping_interval=ping_s)
    before = bot.slack.sockets.opened
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await bot.slack.until(lambda: bot.slack.sockets.opened > before)
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
        await asyncio.sleep(0)


@asynccontextmanager
async def over_http(bot: Bot) -> AsyncIterator[None]:
    """The bot, behind a URL that the fake Slack posts to."""

    async def serve(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bot.app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_post("/slack/events", serve)
    async with TestServer(server, host="127.0.0.1") as running:
        await bot.slack.deliver_over_http(str(running.make_url("/slack/events")))
        yield


def error_of(caught: pytest.ExceptionInfo[SlackApiError]) -> str:
    """What Slack called the mistake."""
    return str(caught.value.response["error"])

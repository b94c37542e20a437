"""Slack as an adapter: Bolt receives, the desk keeps everything before it is acknowledged, the courier sends."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adapters.slack import checks
from adapters.slack.access import Access
from adapters.slack.api import Api, Unclear
from adapters.slack.courier import SlackCourier
from adapters.slack.desk import Desk
from adapters.slack.manifest import PATH
from adapters.slack.missed import THREADS_MAX, missed
from adapters.slack.reading import PLATFORM, Me, concerns
from nova_bot.dispatch.reception import Reception
from nova_bot.ledger import places

if TYPE_CHECKING:
    from slack_bolt.app.async_app import AsyncApp
    from slack_bolt.response import BoltResponse

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
LONG_AWAY_S = 2 * LOOK_EVERY_S
"""Slack itself repeats what was not acknowledged, for five minutes; a shorter gap needs nothing more."""

PING_S = 3.0
"""How often the socket is looked at; a dead one is left after four times."""

Json = dict[str, Any]
Next = Callable[[], Awaitable[None]]


class Slack:
    """One workspace."""

    name = checks.NAME

    def __init__(self, access: Access) -> None:
        self._access = access
        self.address = ""
        """Where events are awaited, once they are, over HTTP."""
        self._api = Api(access.bot_token, access.base_url)
        self._courier = SlackCourier(self._api)
        self._receive: Reception
        self._me: Me
        self._desk: Desk

    @property
    def courier(self) -> SlackCourier:
        """Its sending side."""
        return self._courier

    async def close(self) -> None:
        """Let go of everything; nothing can be sent after it."""
        await self._courier.close()
        await self._api.close()

    async def find_out(self) -> Me:
        """Who Nova is here. Raises CannotServe or Unclear."""
        found = await checks.check(self._api, self._access.app_token, self._access.base_url)
        self._me = self._courier.me = found.me
        if found.lacking:
            log.warning("Slack: scopes not granted: %s", ", ".join(sorted(found.lacking)))
        return found.me

    async def serve(self, receive: Reception) -> None:
        """Receive until cancelled. Raises CannotServe when a token is bad, Unclear when Slack can't be reached."""
        self._receive = receive
        self._desk = Desk(self._api, self._courier, await self.find_out(), receive)
        since = await places.latest_at(receive.ledger, PLATFORM)
        if since is not None:
            await self._catch_up(since)
        app = self._app()
        homes = asyncio.create_task(self._desk.homes.follow(), name="home tabs")
        try:
            await (self._over_sockets(app) if self._access.app_token else self._over_http(app))
        finally:
            homes.cancel()
            await asyncio.gather(homes, return_exceptions=True)
            await self._courier.close()

    async def _over_sockets(self, app: "AsyncApp") -> None:
        from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

        handler = AsyncSocketModeHandler(app, self._access.app_token, ping_interval=PING_S)
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]
            last = self._receive.clock()
            while True:
                await asyncio.sleep(LOOK_EVERY_S)
                if not await handler.client.is_connected():
                    await self.find_out()  # the SDK tries for ever, also with a token that was revoked
                    continue
                await self._still_welcome()
                now = self._receive.clock()
                if (now - last).total_seconds() > LONG_AWAY_S:
                    await self._catch_up(last)
                last = now
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]

    async def _still_welcome(self) -> None:
        """Raises CannotServe when the token was revoked meanwhile; a Slack that can't be reached may be back soon."""
        try:
            await checks.check(self._api)
        except Unclear as error:
            log.warning("Slack does not answer: %s", error, extra={"action": "slack.check"})

    async def _catch_up(self, since: datetime) -> None:
        """Bring in what was said while nobody listened."""
        place = self._me.place("")
        threads = await places.latest(self._receive.ledger, PLATFORM, place.workspace, THREADS_MAX)
        events = await missed(self._api, (one for one in threads if one.thread), since, self._receive.clock())
        for event in events:
            await self._desk.event(event)
        if events:
            log.info("read %d messages", len(events), extra={"action": "slack.missed"})

    async def _over_http(self, app: "AsyncApp") -> None:
        from aiohttp import web
        from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

        async def handle(request: web.Request) -> web.Response:
            try:
                asked = await to_bolt_request(request)
            except (ValueError, TypeError, AttributeError, KeyError):  # it is read before its signature is looked at
                log.warning("a request that can't be read", extra={"action": "slack.unreadable"})
                return web.Response(status=400)
            return await to_aiohttp_response(await app.async_dispatch(asked))

        server = web.Application(client_max_size=8 << 20)
        server.router.add_post(PATH, handle)
        runner = web.AppRunner(server)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._access.host, self._access.port).start()
            host, port = runner.addresses[0][:2]
            self.address = f"http://{host}:{port}{PATH}"
            while True:
                await asyncio.sleep(LOOK_EVERY_S)
                await self._still_welcome()
        finally:
            await runner.cleanup()

    def _app(self) -> "AsyncApp":
        from slack_bolt.app.async_app import AsyncApp
        from slack_bolt.authorization import AuthorizeResult
        from slack_sdk.web.async_client import AsyncWebClient

        me, token = self._me, self._access.bot_token
        bolt = log.getChild("bolt")
        bolt.setLevel(logging.ERROR)  # its warnings are for who writes a bot: the token is in the environment, ...

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None, team_id=me.team, bot_user_id=me.user, bot_id=me.bot, bot_token=token
            )

        app = AsyncApp(
            logger=bolt,
            client=AsyncWebClient(base_url=self._api.client.base_url),  # Bolt complains about one with a token
            signing_secret=self._access.signing_secret or None,
            authorize=authorize,
            request_verification_enabled=not self._access.app_token,
        )
        app.use(self._keep)
        app.command(re.compile(".*"))(self._desk.slash)
        return app

    async def _keep(self, body: Json, next: Next) -> "BoltResponse | None":  # noqa: A002 - Bolt's name for it
        """Bolt's middleware: what raises here is not acknowledged, so Slack delivers it again."""
        from slack_bolt.response import BoltResponse

        if not concerns(body, self._me):
            log.warning("something of the unknown team %s", body.get("team_id"), extra={"action": "slack.team"})
            return BoltResponse(status=200)
        if body.get("command"):
            await next()
            return None
        await self._desk.take(body)
        return BoltResponse(status=200)  # whatever it is, or it would be delivered again

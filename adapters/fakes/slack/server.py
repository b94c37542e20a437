"""FakeSlack: the whole of it, served on a loopback port in the running event loop."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Self

from aiohttp import web

from adapters.fakes.slack import events, hooks
from adapters.fakes.slack.args import SlackError, json_object
from adapters.fakes.slack.checking import Checking
from adapters.fakes.slack.courier import Courier
from adapters.fakes.slack.faults import Breaking, Faults
from adapters.fakes.slack.page import Page
from adapters.fakes.slack.pressing import Pressing
from adapters.fakes.slack.records import AS_SLACK, Call, Channel, Json, Room, StreamState, Timing, Token, Upload, User
from adapters.fakes.slack.signed import Forgery, SignedHttp
from adapters.fakes.slack.sockets import Sockets
from adapters.fakes.slack.speaking import Speaking
from adapters.fakes.slack.state import Workspace
from adapters.fakes.slack.webapi import WebApi

ADA, BOB, PAGER = "U0ADA", "U0BOB", "U0PAGER"
GENERAL, SECRET_ROOM = "C0GENERAL", "G0SECRET"
MANIFEST_SCOPES = frozenset(
    {"app_mentions:read", "assistant:write", "chat:write", "commands", "users:read", "im:write"}
    | {"reactions:read", "reactions:write"}
    | {f"{kind}:{right}" for kind in ("channels", "groups", "im", "mpim") for right in ("history", "read")}
)
APP_SCOPES = frozenset({"connections:write"})
HOST = "127.0.0.1"


class FakeSlack(Speaking, Pressing, Breaking, Checking):
    """One Slack team with one app. Use as `async with FakeSlack() as slack`; events go over Socket Mode by default.

    `clock` gives the time in seconds for everything but signatures and the waits between deliveries; `subscribed`
    names the events that the app gets (None: all); `echo` False keeps the app's own messages from coming back to it.
    There are ADA and BOB, the bot PAGER, and the app in GENERAL; SECRET_ROOM is private and has only ADA and BOB.
    """

    bot_token = "xoxb-test"  # noqa: S105 - opens nothing but this fake
    app_token = "xapp-test"  # noqa: S105
    signing_secret = "test-secret"  # noqa: S105

    def __init__(
        self,
        *,
        port: int = 0,
        timing: Timing = AS_SLACK,
        clock: Callable[[], float] = time.time,
        subscribed: Iterable[str] | None = None,
        echo: bool = True,
    ) -> None:
        self.ws = Workspace(clock, timing)
        self.ws.publish = self._publish
        self.ws.subscribed = None if subscribed is None else frozenset(subscribed)
        self.faults = Faults()
        self.sockets = Sockets(self.ws.app)
        self.api = WebApi(self.ws, self.sockets, self.faults)
        self.courier = Courier(self.sockets, timing, clock)
        self._echo = echo
        self._port = port
        self._http: SignedHttp | None = None
        self._runner: web.AppRunner | None = None
        self.add_token(self.bot_token, MANIFEST_SCOPES)
        self.add_token(self.app_token, APP_SCOPES)
        _furnish(self.ws)

    async def __aenter__(self) -> Self:
        server = web.Application(client_max_size=64 << 20)
        server.router.add_route("*", "/api/{method}", self.api.handle)
        server.router.add_get("/link", self.sockets.open)
        server.router.add_post("/response/{hook}", self._respond)
        server.router.add_post("/upload/{file}", self._upload)
        server.router.add_get("/file/{file}", self._download)
        Page(self.ws, self, self).add_to(server.router)
        self._runner = web.AppRunner(server, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        self.ws.address = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.courier.close()
        await self.sockets.close()
        if self._http:
            await self._http.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The address of the page for people."""
        return self.ws.address

    @property
    def api_url(self) -> str:
        """The `base_url` for AsyncWebClient."""
        return f"{self.url}/api/"

    @property
    def mention(self) -> str:
        """How a message names the app."""
        return self.ws.app.mention

    def add_user(self, user: User) -> User:
        """Let somebody into the team."""
        return self.ws.add_user(user)

    def add_channel(self, channel_id: str, name: str, members: Iterable[str], room: Room = Room.CHANNEL) -> Channel:
        """Add or replace a channel."""
        return self.ws.add_channel(Channel(channel_id, name, room, frozenset(members)))

    def file(self, name: str, content: bytes, kind: str = "text/plain") -> Json:
        """A file for `user_says`, which a token with `files:read` can get at its address."""
        kept = Upload(self.ws.next_id("F"), name, len(content), content, shared=True)
        self.ws.uploads[kept.id] = kept
        address = f"{self.url}/file/{kept.id}"
        about = {"id": kept.id, "name": name, "title": name, "mimetype": kind, "size": kept.length, "mode": "hosted"}
        return about | {"url_private": address, "url_private_download": address}

    def archive(self, channel: str) -> None:
        """Close a channel for writing."""
        self.ws.add_channel(replace(self.ws.channels[channel], archived=True))

    def dm(self, *users: str) -> str:
        """The id of the direct (or group) message between these people and the app."""
        return self.ws.direct(users).id

    def add_token(self, value: str, scopes: Iterable[str]) -> None:
        """Make a token valid, with these scopes only; also to change the scopes of a known one."""
        self.api.tokens[value] = Token(value, frozenset(scopes))

    def revoke(self, value: str) -> None:
        """Make a token useless, as after an uninstallation."""
        self.api.tokens[value] = replace(self.api.tokens[value], revoked=True)

    def expire_streams(self) -> None:
        """End the time of every open stream now."""
        for key, stream in self.ws.streams.items():
            if stream.state is StreamState.OPEN:
                self.ws.streams[key] = replace(stream, state=StreamState.EXPIRED)

    def redeliver(self, event_id: str, reason: str = "timeout") -> None:
        """Deliver an event once more as a retry, for example one that was acknowledged minutes ago."""
        self.courier.send_again(event_id, reason)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every socket to reconnect: `refresh_requested`, `warning` or `too_many_websockets`."""
        await self.sockets.disconnect(reason)

    def kill_sockets(self) -> None:
        """Cut every socket without a word."""
        self.sockets.kill()

    def deafen_sockets(self) -> None:
        """Leave the sockets open but dead: their pings and acks are ignored."""
        self.sockets.deafen()

    async def deliver_over_http(self, url: str) -> None:
        """Send everything to this URL from now on. Raises ValueError if the app does not answer the challenge."""
        http = SignedHttp(url, self.signing_secret)
        try:
            await http.verify()
        except BaseException:
            await http.close()
            raise
        if self._http:
            await self._http.close()
        self._http = http
        self.courier.transport = http

    def forge(self, forgery: Forgery | None) -> None:
        """Make the coming HTTP requests bad ones; None makes them good again."""
        if self._http is None:
            raise ValueError("only requests over HTTP are signed: call deliver_over_http first")
        self._http.forgery = forgery

    def _publish(self, event: Json, after: float = 0.0) -> None:
        if self.ws.subscribed is not None and events.subscription(event) not in self.ws.subscribed:
            return
        if not self._echo and events.is_own(self.ws.app, event):
            return
        event_id = self.ws.next_id("Ev")
        self.courier.send(event_id, events.callback(self.ws.app, event, event_id, self.ws.clock()), after)

    async def _respond(self, request: web.Request) -> web.Response:
        body, error, status = {}, "", 200
        try:
            body = json_object(await request.text())
            hooks.use(self.ws, request.match_info["hook"], body)
        except SlackError as refusal:
            error, status = refusal.error, 404 if refusal.error.endswith("_url") else 400
        self.api.calls.append(Call("response_url", body, "", self.ws.clock(), status, error))
        return web.json_response({"ok": False, "error": error}, status=status) if error else web.Response(text="ok")

    async def _download(self, request: web.Request) -> web.Response:
        upload = self.ws.uploads.get(request.match_info["file"])
        token = self.api.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or token.revoked or "files:read" not in token.scopes:
            raise web.HTTPFound(f"{self.url}/login")  # as Slack does, instead of a refusal
        if upload is None or upload.content is None:
            raise web.HTTPNotFound
        return web.Response(body=upload.content)

    async def _upload(self, request: web.Request) -> web.Response:
        upload = self.ws.uploads.get(request.match_info["file"])
        content = await request.read()
        if upload is None or len(content) != upload.length:
            return web.Response(status=400, text="this file was not announced, or with another length")
        self.ws.uploads[upload.id] = replace(upload, content=content)
        return web.Response(text=f"OK - {len(content)}")


def _furnish(ws: Workspace) -> None:
    """The people and channels that every fake begins with."""
    app = ws.app
    for user in (
        User(ADA, "ada"),
        User(BOB, "bob", tz="America/New_York"),
        User(app.user, app.name, bot_id=app.bot_id),
        User(PAGER, "pager", bot_id="B0PAGER"),
    ):
        ws.add_user(user)
    ws.add_channel(Channel(GENERAL, "general", Room.CHANNEL, frozenset({ADA, BOB, PAGER, app.user})))
    ws.add_channel(Channel(SECRET_ROOM, "secret", Room.GROUP, frozenset({ADA, BOB})))
    ws.direct([ADA])
    ws.direct([BOB])

"""Slack as an adapter: Bolt receives, everything is kept before it is acknowledged, the courier sends."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from adapters.render import parse
from adapters.render.slack import MrkdwnWriter, escaped
from adapters.slack import checks, forms
from adapters.slack.access import Access
from adapters.slack.api import Api, Refused, Unclear
from adapters.slack.courier import SlackCourier
from adapters.slack.files import Files
from adapters.slack.home import Homes
from adapters.slack.manifest import PATH
from adapters.slack.messages import ACTION
from adapters.slack.missed import THREADS_MAX, missed
from adapters.slack.names import Names
from adapters.slack.reading import PLATFORM, Deleted, Edited, Me, Opened, Posted, Stopped, concerns, plain, read
from adapters.slack.threads import Threads
from nova_bot.core.envelope import Envelope, Kind, Place, Quoted, QuotedKind, Sender, Standing
from nova_bot.core.form import Form
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.dispatch.commands import Overview
from nova_bot.dispatch.reception import Reception

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
        self._names = Names(self._api)
        self._locks: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()
        self._threads = Threads(self._api, self._names)
        self._files = Files(self._api)
        self._courier = SlackCourier(self._api)
        self._homes = Homes(self._api, self._overview)
        self._receive: Reception
        self._me: Me

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
        await self.find_out()
        since = await receive.ledger.latest_at(PLATFORM)
        if since is not None:
            await self._catch_up(since)
        app = self._app()
        homes = asyncio.create_task(self._homes.follow(), name="home tabs")
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
        threads = await self._receive.ledger.latest_places(PLATFORM, place.workspace, THREADS_MAX)
        events = await missed(self._api, (one for one in threads if one.thread), since, self._receive.clock())
        for event in events:
            await self._event(event)
        if events:
            log.info("read %d messages", len(events), extra={"action": "slack.missed"})

    async def _over_http(self, app: "AsyncApp") -> None:
        from aiohttp import web
        from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

        async def handle(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

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

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None, team_id=me.team, bot_user_id=me.user, bot_id=me.bot, bot_token=token
            )

        app = AsyncApp(
            client=AsyncWebClient(base_url=self._api.client.base_url),  # Bolt complains about one with a token
            signing_secret=self._access.signing_secret or None,
            authorize=authorize,
            request_verification_enabled=not self._access.app_token,
        )
        app.use(self._keep)
        app.event(re.compile(".*"))(_taken)
        app.command("/nova")(self._slash)
        app.action(re.compile(".*"))(_acknowledged)
        app.view(re.compile(".*"))(_acknowledged)
        return app

    async def _keep(self, body: Json, next: Next) -> "BoltResponse | None":  # noqa: A002 - Bolt's name for it
        """Bolt's middleware: what raises here is not acknowledged, so Slack delivers it again."""
        from slack_bolt.response import BoltResponse

        if not concerns(body, self._me):
            log.warning("something of the unknown team %s", body.get("team_id"), extra={"action": "slack.team"})
            return BoltResponse(status=200)
        if body.get("type") == "event_callback":
            await self._event(body.get("event") or {})
        elif body.get("type") == "block_actions":
            await self._pressed(body)
        elif body.get("type") == "view_submission":
            await self._sent(body)
        await next()
        return None

    async def _event(self, event: Json) -> None:
        try:
            found = read(event, self._me)
        except (KeyError, TypeError, ValueError, AttributeError):
            log.warning("an event that can't be read", exc_info=True, extra={"action": "slack.unreadable"})
            return
        match found:
            case Posted():
                await self._posted(found)
            case Edited(channel=channel, ts=ts, text=text):
                await self._receive.revise(self._me.identity(channel, ts), text)
            case Deleted(channel=channel, ts=ts):
                await self._receive.withdraw(self._me.identity(channel, ts))
            case Stopped(channel=channel, thread=thread, user=user):
                place = self._me.place(channel, thread)
                await self._receive.whisper("stop", "", place, await self._sender(user))
            case Opened(user=user, tab="home"):
                await self._homes.opened(user)
            case Opened(channel=channel, tab="messages") if channel:
                await self._courier.suggest(channel)

    async def _posted(self, post: Posted) -> None:
        """Accept a message. Those of one thread stay in their order, however long a name takes."""
        if post.begins and not post.mentioned:
            return
        place = self._me.place(post.channel, post.thread)
        async with self._locks.setdefault(place, asyncio.Lock()):
            quoted: tuple[Quoted, ...] | None = ()
            if not post.begins and not await self._receive.knows(place):
                quoted = await self._threads.before(self._me, post, place)
            if quoted is not None:
                self._receive.expect(place)
                await self._accept(post, place, quoted)

    async def _accept(self, post: Posted, place: Place, quoted: tuple[Quoted, ...]) -> None:
        sender = await self._sender(post.user, bot=post.bot)
        if sender.standing is Standing.MACHINE:
            return
        if not (post.text or post.mentioned or post.attached):
            return  # a picture for others
        quoted += tuple(Quoted(QuotedKind.QUOTE, text) for text in post.attached)
        quoted += await self._files.along_with(post.files)
        text = post.text or (say("adapter", "about_default") if post.attached or post.files else "")
        twin = f"{PLATFORM}:{self._me.team}:{post.channel}:{post.gesture}" if post.gesture else None
        identity = self._me.identity(post.channel, post.ts)
        await self._receive(
            Envelope(identity, Kind.MESSAGE, place, sender, text, post.at, post.mentioned, twin=twin, quoted=quoted)
        )

    async def _pressed(self, body: Json) -> None:
        place = _place(body, self._me)
        sender = await self._sender(str(body["user"]["id"]))
        for action in body.get("actions", ()):
            if not str(action.get("action_id", "")).startswith(ACTION):
                continue
            button = str(action.get("value") or "")
            identity = f"{PLATFORM}:{self._me.team}:press:{button}:{sender.id}:{action.get('action_ts')}"
            press = Envelope(identity, Kind.PRESS, place, sender, "", datetime.now(UTC), press=button)
            form = await self._receive.form(press)
            asking = form is not None and not form.verb
            if form is not None and asking and await self._asked(form, press, body):
                continue  # what is filled in will be the press
            await self._receive(press)
            if form is not None and not asking:
                await self._asked(form, press, body)

    async def _asked(self, form: Form, press: Envelope, body: Json) -> bool:
        """Open the form. False where Slack doesn't: then the conversation has to ask."""
        made = forms.view(form, press.press or "", press.place)
        try:
            await self._api.once("views.open", trigger_id=str(body.get("trigger_id") or ""), view=made)
        except (Refused, Unclear) as error:
            log.info("no form: %s", error, extra={"action": "slack.form"})
            return False
        return True

    async def _sent(self, body: Json) -> None:
        """A form came back: the press that it belongs to, or a command."""
        try:
            found = forms.filled(body)
        except (KeyError, TypeError, ValueError, AttributeError):
            log.warning("a form that can't be read", exc_info=True, extra={"action": "slack.unreadable"})
            return
        if found is not None:
            sender = await self._sender(str(body["user"]["id"]))
            identity = f"{PLATFORM}:{self._me.team}:form:{found.view}"
            kind, button = (Kind.COMMAND, None) if found.verb else (Kind.PRESS, found.button)
            now = datetime.now(UTC)
            await self._receive(Envelope(identity, kind, found.place, sender, found.says(), now, press=button))

    async def _slash(self, ack: Callable[..., Awaitable[None]], command: Json) -> None:
        """`/nova verb` is answered to this person alone; `/nova anything else` is a request, in a new thread."""
        text = plain(str(command.get("text") or ""), self._me) or "help"
        sender = await self._sender(str(command["user_id"]))
        place = self._me.place(str(command["channel_id"]))
        verb, _, rest = text.partition(" ")
        answer = await self._receive.whisper(verb.casefold(), rest, place, sender)
        if answer is not None:
            await ack(MrkdwnWriter().write(parse(answer)))
            return
        try:
            thread = await self._opened(place, sender, text)
        except (Refused, Unclear) as error:
            await ack(say("slack", "not_here", why=error.words if isinstance(error, Refused) else str(error)))
            return
        identity = self._me.identity(place.channel, thread)
        there = self._me.place(place.channel, thread)
        await self._receive(Envelope(identity, Kind.MESSAGE, there, sender, text, datetime.now(UTC)))
        await ack()

    async def _opened(self, place: Place, sender: Sender, text: str) -> str:
        """A message that shows what was asked; the answer goes below it."""
        shown = say("slack", "asked", name=f"<@{sender.id}>", text=escaped(clip(text, 500)))
        answer = await self._api.once(
            "chat.postMessage",
            channel=place.channel,
            text=shown,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": "nova_request", "event_payload": {}},
        )
        return str(answer["ts"])

    async def _overview(self, user: str) -> Overview:
        return await self._receive.overview(await self._sender(user))

    async def _sender(self, user: str, *, bot: bool = False) -> Sender:
        name = user if bot else await self._names.of(user)
        return self._receive.people.sender(PLATFORM, self._me.team, user, name, bot=bot)


def _place(body: Json, me: Me) -> Place:
    """Where a button was pressed; the App Home has no channel."""
    container = body.get("container") or {}
    thread = container.get("thread_ts") or container.get("message_ts") or ""
    return me.place(str(container.get("channel_id") or ""), str(thread))


async def _taken() -> None:
    """The catch-all: without a listener Bolt would not acknowledge, and Slack deliver again."""


async def _acknowledged(ack: Callable[[], Awaitable[None]]) -> None:
    """A press was kept by the middleware."""
    await ack()

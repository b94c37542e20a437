"""The desk: what people say, press and fill in on Slack becomes Envelopes, in the order in which it was said."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

from adapters.render import parse
from adapters.render.slack import MrkdwnWriter, escaped
from adapters.slack import forms
from adapters.slack.api import Api, Refused, Unclear
from adapters.slack.courier import SlackCourier
from adapters.slack.files import Files
from adapters.slack.home import Homes
from adapters.slack.messages import ACTION
from adapters.slack.names import Names
from adapters.slack.reading import PLATFORM, Deleted, Edited, Me, Opened, Posted, Stopped, plain, read
from adapters.slack.threads import Threads
from nova_bot.core.envelope import Envelope, Kind, Place, Quoted, QuotedKind, Sender, Standing
from nova_bot.core.form import Form
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.dispatch.commands import Overview
from nova_bot.dispatch.reception import Reception

log = logging.getLogger(__name__)

Json = dict[str, Any]


class Desk:
    """One for each time that Nova serves; it knows who Nova is. `homes` are the tabs that were opened."""

    def __init__(self, api: Api, courier: SlackCourier, me: Me, receive: Reception) -> None:
        self._api = api
        self._courier = courier
        self._me = me
        self._receive = receive
        self._names = Names(api)
        self._threads = Threads(api, self._names)
        self._files = Files(api)
        self._locks: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()
        self.homes = Homes(api, self._overview)

    async def take(self, body: Json) -> None:
        """Keep what a payload brings. What is raised here has not been kept."""
        match body.get("type"):
            case "event_callback":
                await self.event(body.get("event") or {})
            case "block_actions":
                await self._pressed(body)
            case "view_submission":
                await self._sent(body)

    async def event(self, event: Json) -> None:
        """Something happened, or had happened while nobody listened."""
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
                await self.homes.opened(user)
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
        sender = await self._sender(post.user, bot=post.bot, home=post.home)
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
        sender = await self._user(body)
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
            sender = await self._user(body)
            identity = f"{PLATFORM}:{self._me.team}:form:{found.view}"
            kind, button = (Kind.COMMAND, None) if found.verb else (Kind.PRESS, found.button)
            now = datetime.now(UTC)
            await self._receive(Envelope(identity, kind, found.place, sender, found.says(), now, press=button))

    async def slash(self, ack: Callable[..., Awaitable[None]], command: Json) -> None:
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

    async def _user(self, body: Json) -> Sender:
        """Who pressed, or filled in a form."""
        return await self._sender(str(body["user"]["id"]), home=str(body["user"].get("team_id") or ""))

    async def _sender(self, user: str, *, bot: bool = False, home: str = "") -> Sender:
        name = user if bot else await self._names.of(user)
        return self._receive.people.sender(PLATFORM, self._me.team, user, name, bot=bot, home=home)


def _place(body: Json, me: Me) -> Place:
    """Where a button was pressed; the App Home has no channel."""
    container = body.get("container") or {}
    thread = container.get("thread_ts") or container.get("message_ts") or ""
    return me.place(str(container.get("channel_id") or ""), str(thread))

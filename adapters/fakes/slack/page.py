"""The page for people: what is in the fake Slack, and a line to speak into it."""

import re
from collections.abc import Iterator
from importlib.resources import files

from aiohttp import web

from adapters.fakes.slack import elements
from adapters.fakes.slack.pressing import Pressing
from adapters.fakes.slack.records import Json, Message, StreamState, View
from adapters.fakes.slack.speaking import Speaking
from adapters.fakes.slack.state import Workspace

BUTTONS = ("button", "icon_button")


class Page:
    """Serves the page, its state as JSON, and what is done on it."""

    def __init__(self, ws: Workspace, speaking: Speaking, pressing: Pressing) -> None:
        self._ws = ws
        self._speaking = speaking
        self._pressing = pressing

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Put the page at `/`."""
        router.add_get("/", self._html)
        router.add_get("/page/state", self._state)
        router.add_post("/page/say", self._say)
        router.add_post("/page/click", self._click)
        router.add_post("/page/form", self._form)
        router.add_post("/page/home", self._home)

    async def _html(self, _: web.Request) -> web.Response:
        text = files(__package__).joinpath("page.html").read_text("utf-8")
        return web.Response(text=text, content_type="text/html", charset="utf-8")

    async def _state(self, _: web.Request) -> web.Response:
        people = [{"id": user.id, "name": user.name} for user in self._ws.users.values() if not user.bot_id]
        messages = [*self._ws.messages.values(), *self._ws.ephemerals.values()]
        shown = [self._shown(message) for message in sorted(messages, key=lambda message: message.ts)]
        views = [view for view in self._ws.views.values() if view.open]
        return web.json_response(
            {
                "users": people,
                "channels": self._channels(),
                "messages": shown,
                "forms": [form(view) for view in views if view.kind == "modal"],
                "homes": {view.user: "\n".join(elements.texts(view.body)) for view in views if view.kind == "home"},
            }
        )

    async def _say(self, request: web.Request) -> web.Response:
        said = await _body(request)
        user, channel, text = said["user"], said["channel"], self._with_mentions(said["text"])
        try:
            if text.startswith("/"):
                command, _, rest = text.partition(" ")
                delivery = await self._pressing.slash(command, rest, user, channel, said.get("thread") or None)
                return _done(delivery.acked)
            self._speaking.user_says(channel, user, text, said.get("thread") or None)
        except (LookupError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return _done(True)

    def _with_mentions(self, text: str) -> str:
        """`@name` of a user, in whatever case, as Slack's own client sends it."""
        for user in self._ws.users.values():
            text = re.sub(rf"@{re.escape(user.name)}\b", f"<@{user.id}>", text, flags=re.IGNORECASE)
        return text

    async def _click(self, request: web.Request) -> web.Response:
        pressed = await _body(request)
        key = pressed["channel"], pressed["ts"]
        message = self._ws.messages.get(key) or self._ws.ephemerals.get(key)
        if message is None:
            raise web.HTTPBadRequest(text="this message is gone")
        try:
            delivery = await self._pressing.click(message, pressed["action"], pressed["user"], pressed["value"])
        except LookupError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return _done(delivery.acked)

    async def _form(self, request: web.Request) -> web.Response:
        """A form is sent with its `values`, or closed without."""
        sent = await _body(request)
        view = self._ws.views.get(sent["view"])
        if view is None or not view.open:
            raise web.HTTPBadRequest(text="this form is gone")
        try:
            if sent.get("values") is None:
                await self._pressing.close_view(view, view.user)
                return _done(True)
            delivery = await self._pressing.submit_view(view, view.user, sent["values"])
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return _done(delivery.acked)

    async def _home(self, request: web.Request) -> web.Response:
        self._speaking.open_home((await _body(request))["user"], "home")
        return _done(True)

    def _channels(self) -> list[Json]:
        people = self._ws.users
        return [
            {
                "id": channel.id,
                "members": sorted(channel.members),
                "name": channel.name or ", ".join(sorted(people[one].name for one in channel.members)),
            }
            for channel in self._ws.channels.values()
        ]

    def _shown(self, message: Message) -> Json:
        author = self._ws.users.get(message.user)
        stream = self._ws.stream(message.channel, message.ts)
        status = self._ws.statuses.get((message.channel, message.ts))
        return {
            "channel": message.channel,
            "ts": message.ts,
            "thread": message.thread,
            "author": message.username or (author.name if author else message.user),
            "text": readable(message),
            "only_for": message.seen_by,
            "edited": bool(message.edited),
            "streaming": bool(stream and stream.state is StreamState.OPEN),
            "tasks": [f"{task['status']}: {task['title']}" for task in stream.tasks] if stream else [],
            "status": status.text if status else "",
            "reactions": [f":{r.name}: {len(r.users)}" for r in message.reactions],
            "buttons": list(buttons(message)),
        }


def form(view: View) -> Json:
    """What a modal asks for."""
    fields = [
        {
            "action": block["element"]["action_id"],
            "label": block["label"]["text"],
            "hint": block["element"].get("placeholder", {}).get("text", ""),
            "options": [[one["value"], one["text"]["text"]] for one in block["element"].get("options", ())],
        }
        for block in view.body["blocks"]
        if block["type"] == "input"
    ]
    return {"view": view.id, "user": view.user, "title": view.body["title"]["text"], "fields": fields}


def readable(message: Message) -> str:
    """What a person reads: the blocks if there are any (without what stands on buttons), else text and attachments."""
    shown = [block for block in message.blocks if block["type"] not in ("actions", "context_actions")]
    if shown:
        return "\n".join(elements.texts(shown))
    return "\n".join(filter(None, (message.text, *elements.texts(message.attachments))))


def buttons(message: Message) -> Iterator[Json]:
    """Everything on a message that one press can use: buttons, and each option of a menu."""
    for _, element in elements.interactive(message.blocks):
        for value in elements.values(element):
            label = elements.used(element, value).get("text") or _option_text(element, value)
            yield {"action": element["action_id"], "value": value, "label": label["text"]}


def _option_text(element: Json, value: str) -> Json:
    found = next(part for part in elements.parts(element) if part.get("value") == value and "text" in part)
    text: Json = found["text"]
    return text


async def _body(request: web.Request) -> Json:
    """The body, only as JSON: a form on some other site can't send that."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    body: Json = await request.json()
    return body


def _done(acked: bool) -> web.Response:
    return web.json_response({"acked": acked})

"""The page at `/`: a person's view of the fake Discord, to type and click in."""

import json
import shlex
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import PurePosixPath

from aiohttp import web

from adapters.fakes.discord.commands import find_command
from adapters.fakes.discord.components import controls, shown
from adapters.fakes.discord.modal import fields
from adapters.fakes.discord.people import People
from adapters.fakes.discord.records import Channel, Interaction, Json, Message
from adapters.fakes.discord.refusals import Refused

TYPED, ON_MESSAGE = 1, 3
SUBCOMMAND, GROUP = 1, 2
HOSTS = ("127.0.0.1", "localhost")


class Page:
    """Serves the page, what it shows, and what is done on it."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._world = people.world
        self._actions: Mapping[str, Callable[[Json], None]] = {
            "say": self._say, "click": self._click, "slash": self._slash, "modal": self._modal, "react": self._react,
            "dm": self._dm, "menu": self._menu,
        }  # fmt: skip

    def mount(self, app: web.Application) -> None:
        """Add the page's addresses."""
        app.router.add_get("/", self._index)
        app.router.add_get("/page/state", self._state)
        app.router.add_post("/page/{action}", self._act)
        app.router.add_get("/attachments/{channel}/{attachment}/{name}", self._file)

    async def _index(self, _: web.Request) -> web.Response:
        html = files(__package__).joinpath("page.html").read_text("utf-8")
        return web.Response(text=html, content_type="text/html")

    async def _state(self, request: web.Request) -> web.Response:
        _check_origin(request)
        return web.json_response(self.view())

    async def _act(self, request: web.Request) -> web.Response:
        _check_origin(request)
        if request.content_type != "application/json":  # another site's form can't send this type
            raise web.HTTPUnsupportedMediaType
        try:
            self._actions[request.match_info["action"]](json.loads(await request.text()))
        except (LookupError, ValueError, TypeError, Refused) as error:
            return web.json_response({"problem": str(error)}, status=400)
        return web.json_response({})

    async def _file(self, request: web.Request) -> web.Response:
        wanted = int(request.match_info["attachment"])
        for message in self._world.messages.values():
            for attachment in message.attachments:
                if attachment.id == wanted:
                    name = PurePosixPath(attachment.name).name
                    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
                    return web.Response(body=attachment.data, content_type=attachment.content_type, headers=headers)
        raise web.HTTPNotFound

    def view(self) -> Json:
        """Everything the page shows. Ids are text: they are too long for JavaScript's numbers."""
        people = [user.name for user in self._world.users.values() if not user.bot]
        known = [command for listed in self._world.commands.values() for command in listed]
        return {
            "users": people,
            "commands": [line for command in known if command["type"] == TYPED for line in _lines(command)],
            "menu": sorted({command["name"] for command in known if command["type"] == ON_MESSAGE}),
            "channels": [self._channel(channel) for channel in self._world.channels.values()],
            "modals": [_modal(asked) for asked in self._open_modals()],
        }

    def _channel(self, channel: Channel) -> Json:
        seen = (message for message in self._world.messages.values() if message.channel == channel.id)
        return {"id": str(channel.id), "name": channel.name, "kind": channel.room.name.lower(),
                "parent": channel.parent and str(channel.parent), "archived": channel.archived,
                "messages": [self._message(message) for message in seen]}  # fmt: skip

    def _message(self, message: Message) -> Json:
        author = message.webhook_name or self._world.users[message.author].name
        return {
            "id": str(message.id), "author": author, "text": self._readable(shown(message)),
            "at": message.sent_at.isoformat(), "edited": message.edited_at is not None, "loading": message.loading,
            "ephemeral": message.ephemeral, "embeds": [_embed_text(embed) for embed in message.embeds],
            "files": [{"name": a.name, "url": f"/attachments/{message.channel}/{a.id}/{a.name}"}
                      for a in message.attachments],
            "reactions": [f"{reaction.emoji} {len(reaction.users)}" for reaction in message.reactions],
            "controls": [{"id": c.custom_id, "label": c.label or c.custom_id, "disabled": c.disabled,
                          "options": list(c.options)} for c in controls(message)],
        }  # fmt: skip

    def _readable(self, text: str) -> str:
        for user in self._world.users.values():
            text = text.replace(user.mention, f"@{user.name}").replace(f"<@!{user.id}>", f"@{user.name}")
        return text

    def _open_modals(self) -> list[Interaction]:
        """Modals that were not submitted yet: the newest of each person."""
        newest = {asked.user: asked for asked in self._world.interactions.values()}
        return [asked for asked in newest.values() if asked.answer and asked.answer.modal]

    def _say(self, given: Json) -> None:
        self._people.user_says(int(given["channel"]), given["user"], given["text"])

    def _dm(self, given: Json) -> None:
        self._people.dm(given["user"])

    def _menu(self, given: Json) -> None:
        self._people.message_menu(given["name"], self._world.messages[int(given["message"])], given["user"])

    def _click(self, given: Json) -> None:
        message = self._world.messages[int(given["message"])]
        self._people.click(message, given["control"], given["user"], tuple(given.get("values", ())))

    def _react(self, given: Json) -> None:
        self._people.user_reacts(self._world.messages[int(given["message"])], given["user"], given["emoji"])

    def _modal(self, given: Json) -> None:
        self._people.submit_modal(self._world.interactions[int(given["interaction"])], given["values"])

    def _slash(self, given: Json) -> None:
        place = self._people.channel(int(given["channel"]))
        line, options = self._parsed(place, given["line"])
        self._people.slash(line, place, given["user"], **options)

    def _parsed(self, place: Channel, line: str) -> tuple[str, dict[str, object]]:
        """`/nova remind text:"call Bob" minutes:5` as the command with its subcommands, and its options."""
        words = shlex.split(line.removeprefix("/"))
        path = [word for word in words if ":" not in word]
        kinds = _option_kinds(find_command(self._world, place.guild, path[0] if path else ""))
        pairs = (word.split(":", 1) for word in words if ":" in word)
        return " ".join(path), {name: self._value(kinds.get(name, 3), text) for name, text in pairs}

    def _value(self, kind: int, text: str) -> object:
        readers: Mapping[int, Callable[[str], object]] = {
            4: int, 5: lambda word: word == "true", 6: lambda word: self._people.user(word.removeprefix("@")),
            7: lambda word: self._people.channel(word.removeprefix("#")), 10: float,
        }  # fmt: skip
        return readers.get(kind, str)(text)


def _lines(command: Json) -> list[str]:
    """What can be typed: the command, or each of its subcommands, with the options that it needs."""
    options = command.get("options") or []
    below = [option for option in options if option["type"] in (SUBCOMMAND, GROUP)]
    if below:
        return [f"/{command['name']} {line[1:]}" for option in below for line in _lines(option)]
    needed = (f' {option["name"]}:""' for option in options if option.get("required"))
    return ["".join([f"/{command['name']}", *needed])]


def _option_kinds(part: Json) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for option in part.get("options") or ():
        kinds |= {option["name"]: option["type"]} | _option_kinds(option)
    return kinds


def _embed_text(embed: Json) -> str:
    rows = [f"{row['name']}: {row['value']}" for row in embed.get("fields") or ()]
    return "\n".join(filter(None, (embed.get("title"), embed.get("description"), *rows)))


def _modal(asked: Interaction) -> Json:
    assert asked.answer
    assert asked.answer.modal
    modal = asked.answer.modal
    rows = [{"label": label, "value": part.get("value") or "", "options": [o["value"] for o in part.get("options", ())]}
            for label, part in fields(modal).items()]  # fmt: skip
    return {"interaction": str(asked.id), "title": modal["title"], "fields": rows}


def _check_origin(request: web.Request) -> None:
    """Only this machine's own page: a website that resolves its name to 127.0.0.1 sends its own Host."""
    if request.url.host not in HOSTS:
        raise web.HTTPForbidden

"""REST: users, channels, messages, reactions and threads."""

import re
from dataclasses import replace

from adapters.fakes.discord.front import Handler, Request
from adapters.fakes.discord.gateway import Gateway
from adapters.fakes.discord.hub import Hub
from adapters.fakes.discord.records import Channel, Draft, Flag, Intent, Json, Kind, Message, Room, User
from adapters.fakes.discord.refusals import Refused, Why, require
from adapters.fakes.discord.state import World
from adapters.fakes.discord.validate import read_draft, read_id
from adapters.fakes.discord.wire import (
    OWN_EMOJI,
    application_json,
    blanked,
    channel_json,
    guild_json,
    message_json,
    user_json,
)

ARCHIVE_AFTER = (60, 1440, 4320, 10080)
THREAD_FIELDS = {"name": str, "archived": bool, "locked": bool, "auto_archive_duration": int}
SYSTEM = (Kind.THREAD_CREATED, Kind.THREAD_STARTER)
_MESSAGES = "/channels/{channel}/messages"
_MESSAGE = _MESSAGES + "/{message}"
_REACTION = _MESSAGE + "/reactions/{emoji}/@me"
_SHORTCODE = re.compile(r"[\w+:-]+", re.ASCII)


class Rest:
    """The handlers. Each one is a request in, JSON out."""

    def __init__(self, world: World, hub: Hub, gateway: Gateway) -> None:
        self._world = world
        self._hub = hub
        self._gateway = gateway

    def routes(self) -> dict[str, Handler]:
        """What is served, by method and path."""
        return {
            "GET /users/@me": lambda _: user_json(self._world.bot),
            "POST /users/@me/channels": self.open_dm,
            "GET /users/{user}": self.get_user,
            "GET /oauth2/applications/@me": self.get_application,
            "GET /applications/@me": self.get_application,
            "GET /gateway": lambda _: {"url": self._gateway.url},
            "GET /gateway/bot": self.get_gateway,
            "GET /guilds/{guild}": self.get_guild,
            "GET /guilds/{guild}/threads/active": self.get_threads,
            "GET /channels/{channel}": self.get_channel,
            "PATCH /channels/{channel}": self.edit_channel,
            "POST /channels/{channel}/typing": self.type,
            "POST /channels/{channel}/threads": self.open_thread,
            "GET /channels/{channel}/threads/archived/public": self.get_archived,
            "PUT /channels/{channel}/thread-members/@me": self.join_thread,
            f"GET {_MESSAGES}": self.get_history,
            f"POST {_MESSAGES}": self.post,
            f"GET {_MESSAGE}": self.get_message,
            f"PATCH {_MESSAGE}": self.edit,
            f"DELETE {_MESSAGE}": self.delete,
            f"POST {_MESSAGE}/threads": self.open_thread,
            f"PUT {_REACTION}": self.react,
            f"DELETE {_REACTION}": self.unreact,
        }

    def get_application(self, _: Request) -> Json:
        """The application, whose flags show the privileged intents."""
        return application_json(self._world, self._gateway.application_flags)

    def get_gateway(self, _: Request) -> Json:
        """Where the gateway is."""
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return {"url": self._gateway.url, "shards": 1, "session_start_limit": limit}

    def get_user(self, request: Request) -> Json:
        """A user."""
        return user_json(self._user(request.id("user")))

    def get_guild(self, request: Request) -> Json:
        """A guild."""
        return guild_json(self._world, self._world.guilds[self._guild(request)])

    def get_threads(self, request: Request) -> Json:
        """The threads of a guild that are not archived."""
        threads = [channel_json(self._world, thread) for thread in self._world.threads(self._guild(request))]
        return {"threads": threads, "members": [], "has_more": False}

    def get_archived(self, request: Request) -> Json:
        """The archived threads of a channel, those that were archived last first."""
        parent = self._channel(request).id
        asleep = [c for c in self._world.channels.values() if c.parent == parent and c.archived]
        latest = sorted(asleep, key=lambda thread: thread.archived_at or thread.made_at, reverse=True)
        return {"threads": [channel_json(self._world, one) for one in latest], "members": [], "has_more": False}

    def open_dm(self, request: Request) -> Json:
        """The direct messages with a user."""
        return channel_json(self._world, self._world.dm(self._user(read_id(request.body, "recipient_id"))))

    def get_channel(self, request: Request) -> Json:
        """A channel or thread."""
        return channel_json(self._world, self._channel(request))

    def edit_channel(self, request: Request) -> Json:
        """Change a thread: the bot has no business with other channels."""
        channel, body = self._writable(request), request.body
        require(body.keys() <= THREAD_FIELDS.keys(), "body", f"Only {', '.join(THREAD_FIELDS)} can be changed here.")
        if not channel.is_thread:
            raise Refused(Why.WRONG_CHANNEL_TYPE)
        for name, value in body.items():
            require(isinstance(value, THREAD_FIELDS[name]), name, f"Must be a {THREAD_FIELDS[name].__name__}.")
        changes = {"archive_after" if name == "auto_archive_duration" else name: body[name] for name in body}
        return channel_json(self._world, self._hub.change_thread(channel, **changes))

    def type(self, request: Request) -> None:
        """Note that the bot is typing."""
        self._world.typed.append(self._writable(request).id)

    def join_thread(self, request: Request) -> None:
        """Every thread is open to the bot already."""
        self._channel(request)

    def get_history(self, request: Request) -> list[Json]:
        """The newest messages before an id, the oldest after it, or those around it; newest first."""
        query = {name: read_id(dict(request.query), name) for name in request.query}
        limit = query.get("limit", 50)
        require(1 <= limit <= 100, "limit", "int value should be between 1 and 100.")
        found = _window(self._world.history(self._channel(request).id), query, limit)
        return [self._readable(message) for message in reversed(found)]

    def post(self, request: Request) -> Json:
        """Send a message; a nonce used before gives the message it was used for."""
        channel = self._writable(request)
        self._check_known(request)
        reference = request.body.get("message_reference") or {}
        draft = read_draft(request.body, request.uploads)
        draft = self._resolved(channel, draft, strict=reference.get("fail_if_not_exists", True))
        first = self._world.posted_with(self._world.bot.id, draft.nonce) if draft.enforce_nonce else None
        return message_json(self._world, first or self._hub.post(channel, self._world.bot, draft))

    def get_message(self, request: Request) -> Json:
        """One message."""
        return message_json(self._world, self._message(request))

    def edit(self, request: Request) -> Json:
        """Change one of the bot's own messages."""
        message = self._message(request)
        if message.author != self._world.bot.id:
            raise Refused(Why.NOT_YOURS)
        self._check_open(self._channel(request))
        self._check_known(request)
        self._world.note_edit(message.channel)
        return message_json(self._world, self._hub.edit(message, read_draft(request.body, request.uploads)))

    def delete(self, request: Request) -> None:
        """Delete one of the bot's own messages."""
        message = self._message(request)
        if message.author != self._world.bot.id:
            raise Refused(Why.MISSING_PERMISSIONS)
        self._hub.delete(message)

    def react(self, request: Request) -> None:
        """Put the bot's emoji on a message."""
        emoji, message = request.path["emoji"], self._message(request)
        if _SHORTCODE.fullmatch(emoji) and not OWN_EMOJI.fullmatch(emoji):
            raise Refused(Why.UNKNOWN_EMOJI)
        self._check_open(self._channel(request))
        self._hub.react(message, self._world.bot, emoji)

    def unreact(self, request: Request) -> None:
        """Take the bot's emoji off a message."""
        self._hub.unreact(self._message(request), self._world.bot, request.path["emoji"])

    def open_thread(self, request: Request) -> Json:
        """A new thread, below a message when the address names one."""
        parent, name = self._writable(request), request.body.get("name")
        start = self._message(request) if "message" in request.path else None
        require(isinstance(name, str) and 1 <= len(name) <= 100, "name", "Must be between 1 and 100 in length.")
        archive_after = request.body.get("auto_archive_duration") or ARCHIVE_AFTER[1]
        require(archive_after in ARCHIVE_AFTER, "auto_archive_duration", f"Must be one of {ARCHIVE_AFTER}.")
        thread = self._hub.open_thread(parent, self._world.bot, str(name), archive_after, start)
        return channel_json(self._world, thread)

    def _readable(self, message: Message) -> Json:
        """A message as the bot may read it: without the intent, only what is addressed to it."""
        shown, bot = message_json(self._world, message), self._world.bot.id
        may = Intent.MESSAGE_CONTENT in self._gateway.granted or bot in (message.author, *message.pinged)
        return shown if may or self._world.channels[message.channel].guild is None else blanked(shown)

    def _channel(self, request: Request) -> Channel:
        return self._world.visible_channel(request.id("channel"))

    def _message(self, request: Request) -> Message:
        return self._world.visible_message(request.id("channel"), request.id("message"))

    def _writable(self, request: Request) -> Channel:
        channel = self._channel(request)
        if {channel.id, channel.parent} & self._world.silenced:
            raise Refused(Why.MISSING_PERMISSIONS)
        if channel.room is Room.FORUM:
            raise Refused(Why.NO_TEXT_CHANNEL)
        if channel.room is Room.DM and not self._world.users[channel.person].takes_dms:
            raise Refused(Why.DM_CLOSED)
        return channel

    def _check_known(self, request: Request) -> None:
        is_v2 = int(request.body.get("flags") or 0) & Flag.COMPONENTS_V2
        require(self._world.knows_components_v2 or not is_v2, "flags", "Unknown flags.")

    def _check_open(self, channel: Channel) -> None:
        if channel.archived:
            raise Refused(Why.ARCHIVED)

    def _resolved(self, channel: Channel, draft: Draft, *, strict: bool) -> Draft:
        """The draft, whose reference may only lead to a message that a person can answer."""
        quoted = self._world.messages.get(draft.reply_to or 0)
        if quoted and quoted.channel == channel.id:
            require(quoted.kind not in SYSTEM, "message_reference", "Cannot reply to a system message")
            return draft
        require(draft.reply_to is None or not strict, "message_reference", "Unknown message")
        return replace(draft, reply_to=None)

    def _user(self, user_id: int) -> User:
        if user_id not in self._world.users:
            raise Refused(Why.UNKNOWN_USER)
        return self._world.users[user_id]

    def _guild(self, request: Request) -> int:
        guild = request.id("guild")
        if guild not in self._world.guilds or guild in self._world.away:
            raise Refused(Why.UNKNOWN_GUILD)
        return guild


def _window(history: list[Message], query: dict[str, int], limit: int) -> list[Message]:
    """Part of a history that is given oldest first."""
    if "around" in query:
        half = limit // 2
        older = [message for message in history if message.id <= query["around"]]
        return older[-half - 1 :] + history[len(older) :][:half]
    if "after" in query:
        return [message for message in history if message.id > query["after"]][:limit]
    return [message for message in history if message.id < query.get("before", 1 << 63)][-limit:]

"""The workspace: who and what is in it, and what the app has posted. No I/O; what happens is told to `publish`."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Protocol

from adapters.fakes.slack import events
from adapters.fakes.slack.args import SlackError
from adapters.fakes.slack.records import (
    AS_SLACK,
    Channel,
    Hook,
    Json,
    Message,
    Room,
    Session,
    Status,
    Stream,
    StreamState,
    Timing,
    Upload,
    User,
    View,
)

Key = tuple[str, str]


class Publish(Protocol):
    """What happens with an event, `after` seconds from now."""

    def __call__(self, event: Json, after: float = 0.0) -> None:
        """Take the event."""
        ...


def _unheard(event: Json, after: float = 0.0) -> None:
    """What a workspace without a server does with an event."""


@dataclass
class Workspace:
    """One Slack team with one app in it. Messages, streams, statuses and sessions are keyed by (channel, ts)."""

    clock: Callable[[], float] = time.time
    timing: Timing = AS_SLACK
    app: events.App = field(default_factory=events.App)
    address: str = ""  # of the server, without a slash at the end
    publish: Publish = _unheard
    subscribed: frozenset[str] | None = None  # names of events; None: all of them
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[Key, Message] = field(default_factory=dict)
    ephemerals: dict[Key, Message] = field(default_factory=dict)
    streams: dict[Key, Stream] = field(default_factory=dict)
    statuses: dict[Key, Status] = field(default_factory=dict)
    titles: dict[Key, str] = field(default_factory=dict)
    prompts: dict[Key, tuple[Json, ...]] = field(default_factory=dict)
    sessions: dict[Key, Session] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    _last_ts: int = 0
    _serial: Iterator[int] = field(default_factory=lambda: count(1))

    def next_ts(self) -> str:
        """A new timestamp, later than every one before it."""
        self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """A new id, like Ev00000007."""
        return f"{prefix}{next(self._serial):08d}"

    def add_user(self, user: User) -> User:
        """Let somebody in."""
        self.users[user.id] = user
        return user

    def add_channel(self, channel: Channel) -> Channel:
        """Add or replace a channel."""
        self.channels[channel.id] = channel
        return channel

    def direct(self, people: Iterable[str]) -> Channel:
        """The direct or group message between the app and these people, opened when new."""
        members = frozenset(people) | {self.app.user}
        for channel in self.channels.values():
            if channel.room in (Room.IM, Room.MPIM) and channel.members == members:
                return channel
        room = Room.IM if len(members) == 2 else Room.MPIM
        return self.add_channel(Channel(self.next_id("D" if room is Room.IM else "G"), "", room, members))

    def visible(self, channel_id: str) -> Channel:
        """A channel that the app can see. Raises SlackError("channel_not_found")."""
        channel = self.channels.get(channel_id)
        if channel is None or (channel.private and self.app.user not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def joined(self, channel_id: str) -> Channel:
        """A channel that the app is a member of and can write to. Raises SlackError."""
        channel = self.visible(channel_id)
        if channel.archived:
            raise SlackError("is_archived")
        if self.app.user not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def message(self, channel_id: str, ts: str) -> Message:
        """A stored message. Raises SlackError("message_not_found")."""
        try:
            return self.messages[channel_id, ts]
        except KeyError:
            raise SlackError("message_not_found") from None

    def check_thread(self, channel_id: str, thread_ts: str) -> None:
        """Can one reply to this message? Raises SlackError: it must exist and stand at the root."""
        root = self.messages.get((channel_id, thread_ts))
        if root is None:
            raise SlackError("thread_not_found")
        if root.is_reply:
            raise SlackError("cannot_reply_to_message", "thread_ts must be that of the root, not of a reply")

    def thread(self, channel_id: str, ts: str) -> list[Message]:
        """A message and the replies below it, oldest first."""
        inside = (m for (channel, _), m in self.messages.items() if channel == channel_id and m.thread == ts)
        return sorted(inside, key=lambda message: message.ts)

    def post(self, message: Message) -> Message:
        """Store a new message and tell the members' apps."""
        self.messages[message.channel, message.ts] = message
        if message.bot_id == self.app.bot_id:
            self.statuses.pop((message.channel, message.thread), None)
        self.tell(message.channel, events.message(self, message))
        return message

    def change(self, message: Message, *, silent: bool = False) -> Message:
        """Replace a stored message; `silent` for what makes no event."""
        before = self.messages[message.channel, message.ts]
        self.messages[message.channel, message.ts] = message
        if not silent:
            self.tell(message.channel, events.changed(self, before, message))
        return message

    def remove(self, message: Message) -> None:
        """Delete a message. A root with replies leaves a tombstone without its text."""
        if len(self.thread(message.channel, message.ts)) > 1:
            grave = Message(message.channel, message.ts, "USLACKBOT", subtype="tombstone", thread_ts=message.ts)
            self.messages[message.channel, message.ts] = replace(grave, text="This message was deleted.")
        else:
            del self.messages[message.channel, message.ts]
        self.tell(message.channel, events.deleted(self, message))

    def join(self, channel: Channel, user_id: str) -> Channel:
        """Make somebody a member."""
        joined = self.add_channel(replace(channel, members=channel.members | {user_id}))
        self.tell(channel.id, events.joined(self, joined, user_id))
        return joined

    def stream(self, channel_id: str, ts: str) -> Stream | None:
        """The stream that wrote a message, expired if its time is over."""
        stream = self.streams.get((channel_id, ts))
        if stream and stream.state is StreamState.OPEN and self.clock() - stream.started >= self.timing.stream:
            stream = self.streams[channel_id, ts] = replace(stream, state=StreamState.EXPIRED)
        return stream

    def new_trigger(self, user_id: str) -> str:
        """A trigger_id for somebody who just used something."""
        trigger = f"{self.next_id('')}.{self.app.team}.{user_id}"
        self.triggers[trigger] = user_id, self.clock()
        return trigger

    def use_trigger(self, trigger: str) -> str:
        """The user behind a trigger_id, which is used up. Raises SlackError."""
        user_id, born = self.triggers.get(trigger, ("", 0.0))
        if not user_id:
            raise SlackError("invalid_trigger_id" if trigger not in self.triggers else "exchanged_trigger_id")
        if self.clock() - born > self.timing.trigger:
            raise SlackError("expired_trigger_id")
        self.triggers[trigger] = "", born
        return user_id

    def tell(self, channel_id: str, event: Json) -> None:
        """Publish what happened in a channel, if the app is a member there."""
        if self.app.user in self.channels[channel_id].members:
            self.publish(event)

"""What the fake Slack stores: frozen records. Times are seconds since 1970 by its clock; a `ts` is Slack's text."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Room(StrEnum):
    """The kinds of channel, by the name that events give them."""

    CHANNEL = "channel"
    GROUP = "group"
    IM = "im"
    MPIM = "mpim"


@dataclass(frozen=True, slots=True)
class Timing:
    """Slack's limits, in seconds. `retries` are the waits before each further delivery of an event."""

    ack: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger: float = 3.0
    stream: float = 300.0
    status: float = 120.0
    response_url: float = 1800.0


AS_SLACK = Timing()
QUICK = Timing(ack=0.2, retries=(0.0, 0.05, 0.1))


@dataclass(frozen=True, slots=True)
class User:
    """A person, or a bot when `bot_id` is set. `tz` is an IANA zone. `team` is another company's, "" for this one."""

    id: str
    name: str
    tz: str = "Europe/Berlin"
    bot_id: str = ""
    guest: bool = False
    team: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, private channel, direct message or group message, with the ids of its members."""

    id: str
    name: str
    room: Room
    members: frozenset[str]
    archived: bool = False
    shared: bool = False

    @property
    def private(self) -> bool:
        """Can only members see it?"""
        return self.room is not Room.CHANNEL


@dataclass(frozen=True, slots=True)
class Reaction:
    """One emoji on one message, and who put it there."""

    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `seen_by` is set for an ephemeral one, `edited` is the ts of the last visible edit."""

    channel: str
    ts: str
    user: str
    text: str = ""
    bot_id: str = ""
    username: str = ""
    subtype: str = ""
    thread_ts: str = ""
    client_msg_id: str = ""
    edited: str = ""
    seen_by: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()
    metadata: Json | None = None
    reactions: tuple[Reaction, ...] = ()

    @property
    def thread(self) -> str:
        """The ts of the message at the root of its thread: its own, unless it is a reply."""
        return self.thread_ts or self.ts

    @property
    def is_reply(self) -> bool:
        """Does it stand below another message?"""
        return self.thread_ts not in ("", self.ts)


class StreamState(StrEnum):
    """Whether a stream still takes text."""

    OPEN = "open"
    STOPPED = "stopped"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Stream:
    """A message being streamed. `mode` is fixed by the first content: "text" or "chunks", "" before it."""

    channel: str
    ts: str
    thread_ts: str
    started: float
    mode: str = ""
    state: StreamState = StreamState.OPEN
    tasks: tuple[Json, ...] = ()
    plan: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A modal or an App Home tab, as one user has it. `body` is what the app sent."""

    id: str
    user: str
    body: Json
    hash: str
    previous: str = ""
    open: bool = True

    @property
    def kind(self) -> str:
        """`modal` or `home`."""
        return str(self.body["type"])


@dataclass(frozen=True, slots=True)
class Status:
    """The line under a thread that says what the app is doing."""

    channel: str
    thread_ts: str
    text: str
    since: float
    loading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """An agent session: active, processing, suspended or closed."""

    channel: str
    thread_ts: str
    status: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way: first promised with its length, then sent, then shared."""

    id: str
    name: str
    length: int
    content: bytes | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Hook:
    """A response_url. `message` is the ts it can replace, or "" for a command's."""

    id: str
    channel: str
    user: str
    born: float
    message: str = ""
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """What a token may do. An app token (`xapp-`) only opens sockets."""

    value: str
    scopes: frozenset[str]
    revoked: bool = False

    @property
    def is_app(self) -> bool:
        """Is it an app-level token?"""
        return self.value.startswith("xapp-")


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call (or use of a response_url) and how it was answered. `error` is "" when it worked."""

    method: str
    args: Json
    token: str
    at: float
    status: int
    error: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery of one event. `retry` counts from 0; `answer` is the payload of the ack, `took` the wait for it."""

    retry: int
    envelope_id: str
    at: float
    acked: bool
    reason: str = ""
    status: int = 0
    answer: Json | None = None
    took: float = 0.0


class Fate(StrEnum):
    """What became of a delivery."""

    PENDING = "pending"
    ACKED = "acked"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something sent to the app: `id` is the event id, or one of its own for commands and interactions."""

    id: str
    type: str
    payload: Json
    attempts: tuple[Attempt, ...] = ()
    fate: Fate = Fate.PENDING

    @property
    def acked(self) -> bool:
        """Did the app take it?"""
        return self.fate is Fate.ACKED

    @property
    def answer(self) -> Json:
        """What the app answered with its ack; empty without one."""
        return (self.attempts[-1].answer if self.attempts else None) or {}

    @property
    def event(self) -> Json:
        """The inner event of an event delivery, else empty."""
        inner: Json = self.payload.get("event", {})
        return inner

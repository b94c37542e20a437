"""What the fake Discord stores: frozen records. Ids are snowflakes, times are in UTC."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any

Json = dict[str, Any]


class Room(IntEnum):
    """The kinds of channel."""

    TEXT = 0
    DM = 1
    THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


class Kind(IntEnum):
    """The kinds of message. Only PLAIN and REPLY are something a person said."""

    PLAIN = 0
    THREAD_CREATED = 18
    REPLY = 19
    COMMAND = 20
    THREAD_STARTER = 21
    MENU_COMMAND = 23


class Flag(IntFlag):
    """Message flags."""

    NONE = 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SILENT = 1 << 12
    COMPONENTS_V2 = 1 << 15


class Intent(IntFlag):
    """What a session asked to be told about. The bits that no event here depends on are left out."""

    NONE = 0
    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_REACTIONS = 1 << 10
    GUILD_TYPING = 1 << 11
    DM_MESSAGES = 1 << 12
    DM_REACTIONS = 1 << 13
    DM_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


class Asked(IntEnum):
    """The kinds of interaction."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answered(IntEnum):
    """The kinds of answer to an interaction."""

    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot. Whoever does not take direct messages is answered with 50007."""

    id: int
    name: str
    bot: bool = False
    takes_dms: bool = True

    @property
    def mention(self) -> str:
        """How a message names this user."""
        return f"<@{self.id}>"


@dataclass(frozen=True, slots=True)
class Guild:
    """A server. `bot_role` is the role that Discord makes for the bot; people mention it by mistake."""

    id: int
    name: str
    owner: int
    bot_role: int


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel, a thread or a direct message. `archive_after` is in minutes, `person` the other one in a DM."""

    id: int
    room: Room
    name: str
    made_at: datetime
    guild: int | None = None
    parent: int | None = None
    owner: int = 0
    person: int = 0
    archived: bool = False
    locked: bool = False
    archive_after: int = 1440
    archived_at: datetime | None = None
    overwrites: tuple[Json, ...] = ()

    @property
    def is_thread(self) -> bool:
        """Is it a thread of a text channel?"""
        return self.room in (Room.THREAD, Room.PRIVATE_THREAD)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in. `index` is the n of the form field `files[n]`."""

    index: int
    name: str
    data: bytes
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file of a message."""

    id: int
    name: str
    data: bytes
    content_type: str = "application/octet-stream"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """One emoji on one message, and who put it there."""

    emoji: str
    users: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `allowed` is `allowed_mentions` as it was sent, `pinged` who was notified because of it."""

    id: int
    channel: int
    author: int
    sent_at: datetime
    content: str = ""
    kind: Kind = Kind.PLAIN
    edited_at: datetime | None = None
    reply_to: int | None = None
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    flags: Flag = Flag.NONE
    nonce: str | int | None = None
    allowed: Json | None = None
    pinged: tuple[int, ...] = ()
    pinged_roles: tuple[int, ...] = ()
    pings_everyone: bool = False
    webhook: int | None = None
    webhook_name: str = ""
    interaction: int | None = None

    @property
    def ephemeral(self) -> bool:
        """Does only one person see it?"""
        return Flag.EPHEMERAL in self.flags

    @property
    def loading(self) -> bool:
        """Is it still the "thinking" placeholder of a deferred answer?"""
        return Flag.LOADING in self.flags


@dataclass(frozen=True, slots=True)
class Draft:
    """The content of a new message, or of an edit. None: not given, so it stays as it is."""

    content: str | None = None
    embeds: tuple[Json, ...] | None = None
    components: tuple[Json, ...] | None = None
    flags: Flag | None = None
    allowed: Json | None = None
    keep: tuple[int, ...] | None = None
    uploads: tuple[Upload, ...] = ()
    descriptions: dict[int, str] = field(default_factory=dict)
    nonce: str | int | None = None
    enforce_nonce: bool = False
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """How the bot answered an interaction, and how long that took in seconds."""

    kind: Answered
    seconds: float
    message: int | None = None
    choices: tuple[Json, ...] = ()
    modal: Json | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """A slash command, press of a button, autocompletion or modal. `messages` answered it, the original first."""

    id: int
    token: str
    kind: Asked
    user: int
    channel: int
    guild: int | None
    asked_at: datetime
    data: Json
    message: int | None = None
    answer: Answer | None = None
    messages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A gateway event. `needs`: one of these intents; `guarded`: the text is blanked without message content."""

    name: str
    data: Json
    needs: Intent = Intent.NONE
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One REST request and how it was answered; status 0 when the connection was cut, `code` Discord's own number."""

    route: str
    at: datetime
    status: int
    code: int
    query: Json
    body: Json
    files: tuple[str, ...] = ()

    @property
    def unknown(self) -> bool:
        """Was it to an address that the double does not have?"""
        return self.status == 404 and self.code == 0

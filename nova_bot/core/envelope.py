"""Envelope: one incoming thing, normalised by an adapter: a message, a command, a press or the clock."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from nova_bot.core.text import storable


class Place(NamedTuple):
    """Where something was said; `thread` is "" for the channel itself. A tuple, since every label is compared by it."""

    platform: str
    workspace: str
    channel: str
    thread: str = ""

    @property
    def key(self) -> str:
        """The exact tuple as one text, for tables and logs."""
        return json.dumps(self, ensure_ascii=False)

    @property
    def room(self) -> "Place":
        """The channel without the thread: a thread has its channel's readers."""
        return Place(self.platform, self.workspace, self.channel)

    @classmethod
    def from_key(cls, key: str) -> "Place":
        """The inverse of `key`."""
        return cls(*json.loads(key))


class Standing(StrEnum):
    """Who a sender is, decided from configuration by platform id, never from text."""

    OWNER = "owner"
    MEMBER = "member"
    GUEST = "guest"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Sender:
    """A platform identity and its standing. The name is whatever its bearer chose.

    `person` is the id of the person behind it (`People.sender` knows), the same for all identities linked to him.
    """

    id: str
    name: str
    standing: Standing
    person: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", storable(self.name))


class Kind(StrEnum):
    """What came in."""

    MESSAGE = "message"
    COMMAND = "command"
    PRESS = "press"
    CLOCK = "clock"
    REPLAY = "replay"
    """A run is played again: nothing came in."""


class QuotedKind(StrEnum):
    """How a text that came along belongs to the message."""

    ROOT = "root"
    PARENT = "parent"
    QUOTE = "quote"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text that came along with a message and is not its sender's word there.

    The thread's first message, the one that is answered, a quotation, a forwarded or attached text. `author` is
    whatever the platform calls its writer, "" where nobody is named.
    """

    kind: QuotedKind
    text: str
    author: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", storable(self.text))
        object.__setattr__(self, "author", storable(self.author))


@dataclass(frozen=True, slots=True)
class Envelope:
    """One incoming thing, its text made storable.

    `identity` is the platform's own identity of it (unique: the same identity is the same envelope).
    `twin` is a second identity, where the platform has one: an envelope with either is the same one.
    `mentioned` is False for a thread message that does not name Nova, and for a reminder that is only to be said.
    `press` is the value of a pressed button. `quoted` came along with the message, from outside.
    """

    identity: str
    kind: Kind
    place: Place
    sender: Sender
    text: str
    at: datetime
    mentioned: bool = True
    press: str | None = None
    twin: str | None = None
    quoted: tuple[Quoted, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", storable(self.text))

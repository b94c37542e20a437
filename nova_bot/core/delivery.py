"""Outbound and Delivery: a reply written before it is sent, and the platform's receipt for it."""

from dataclasses import dataclass
from datetime import datetime

from nova_bot.core.button import Button
from nova_bot.core.envelope import Place
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.mention import Mention

NOVAS_OWN = Label(Integrity.DIRECTORY, "nova")
"""The label of a sentence that code wrote and that is about nobody's matters."""
UNCHECKED = Label(Integrity.OUTSIDE, "unknown")
"""The label of words whose maker said nothing about them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes: characters and buttons of one message, and seconds between two edits of one.

    `feedback` is True where thumbs can stand under an answer without being in the way.
    """

    text: int
    buttons: int = 0
    edit_every_s: float = 0.0
    feedback: bool = False


@dataclass(frozen=True, slots=True)
class Outbound:
    """A reply to be sent. `key` is stable over restarts, so that an adapter can find what was already sent.

    `agent` and `run` stand in the footer. `edits` is the key of the reply whose message this one replaces, "" for a
    message of its own. `label` says whose words it is made of and who may read it; `links` are the addresses that may
    stay links (`trust.sinks`). `mentions` are notified; an edit notifies nobody.
    """

    key: str
    run: int
    place: Place
    agent: str
    text: str
    buttons: tuple[Button, ...] = ()
    edits: str = ""
    label: Label = UNCHECKED
    links: frozenset[str] = frozenset()
    mentions: tuple[Mention, ...] = ()

    @property
    def message(self) -> str:
        """The key of the message that this is, or that this edits."""
        return self.edits or self.key

    @property
    def is_reply(self) -> bool:
        """Is it what its run says at its end, and not what a tool posted meanwhile?"""
        return self.key.startswith(f"r{self.run}/")


@dataclass(frozen=True, slots=True)
class Delivery:
    """The platform's receipt: its own id of the message."""

    key: str
    receipt: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Offered:
    """A button under a message, and who pressed it: `press` is the identity of the envelope that did, "" for none.

    `message` is what the message says now.
    """

    button: Button
    message: Outbound
    pressed_by: str = ""
    pressed_at: datetime | None = None
    press: str = ""


@dataclass(frozen=True, slots=True)
class Underway:
    """How far a run is: whose step it is, the answer so far ("" at the step's start), and what it cost until then.

    `asker` is the id of the sender who waits for it; `usd` is None where no price is known.
    """

    place: Place
    asker: str
    run: str
    agent: str
    step: int
    text: str
    started: datetime
    usd: float | None = 0.0
    label: Label = UNCHECKED
    links: frozenset[str] = frozenset()

"""Outbound and Delivery: a reply written before it is sent, and the platform's receipt for it."""

from dataclasses import dataclass
from datetime import datetime

from nova_bot.core.envelope import Place


@dataclass(frozen=True, slots=True)
class Outbound:
    """A reply to be sent. `key` is stable over restarts, so that an adapter can find what was already sent.

    `choices` become buttons where the platform has them; `agent` and `run` stand in the footer.
    """

    key: str
    run: int
    place: Place
    agent: str
    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """The platform's receipt: its own id of the message."""

    key: str
    receipt: str
    at: datetime

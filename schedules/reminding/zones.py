"""Whose clock a person means: the settings say, or the owner's machine, or the person was asked once."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from nova_bot.core.envelope import Sender, Standing
from nova_bot.core.people import People
from nova_bot.ledger import zones as kept
from nova_bot.ledger.store import Ledger

HERE = "terminal"
"""Whoever sits at this machine's terminal lives by its clock."""


class Zones:
    """`own` is the owner's IANA zone."""

    def __init__(self, ledger: Ledger, people: People, own: str, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._people = people
        self.own = own
        self._now = now

    async def of(self, sender: Sender) -> str:
        """The person's zone, "" when nobody knows it yet."""
        person = self._people.of(sender.person)
        if sender.standing is Standing.OWNER:
            return self.own
        if person.tz:
            return person.tz
        if any(identity.platform == HERE for identity in person.identities):
            return self.own
        return await kept.of(self._ledger, sender.person)

    async def learn(self, sender: Sender, tz: str) -> None:
        """Keep a zone that a person named, or that his platform knows."""
        await kept.keep(self._ledger, sender.person, tz, self._now())


def named(text: str) -> str:
    """The zone of a city, or a zone by its own name; "" when there is none."""
    wanted = "_".join(text.strip(" .!?,").split()).casefold()
    return _names().get(wanted, "")


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in sorted(available_timezones(), key=lambda name: (not name.startswith(_CONTINENTS), name)):
        found.setdefault(name.casefold(), name)
        found.setdefault(name.rpartition("/")[2].casefold(), name)
    return found


_CONTINENTS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")

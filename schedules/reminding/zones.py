"""Whose clock a person means: the settings say, or the platform's profile, or the person was asked once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Protocol, runtime_checkable
from zoneinfo import available_timezones

from nova_bot.core.envelope import Place, Sender, Standing
from nova_bot.core.people import People
from nova_bot.ledger import zones as kept
from nova_bot.ledger.store import Ledger

HERE = "terminal"
"""Whoever sits at this machine's terminal lives by its clock."""


@runtime_checkable
class KnowsZones(Protocol):
    """A platform whose profiles have a zone."""

    async def zone(self, user: str) -> str:
        """The zone of a user's profile, "" when it can't be had."""
        ...


class Zones:
    """`own` is the owner's IANA zone; `platforms` are asked for profiles, by their names."""

    def __init__(
        self,
        ledger: Ledger,
        people: People,
        own: str,
        now: Callable[[], datetime],
        platforms: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        self._ledger = ledger
        self._people = people
        self.own = own
        self._now = now
        self._platforms = platforms

    async def of(self, sender: Sender, place: Place) -> str:
        """The zone of who speaks at `place`, "" when nobody knows it yet."""
        person = self._people.of(sender.person)
        if sender.standing is Standing.OWNER:
            return self.own
        if person.tz:
            return person.tz
        if any(identity.platform == HERE for identity in person.identities):
            return self.own
        platform = self._platforms.get(place.platform)
        profile = await platform.zone(sender.id) if isinstance(platform, KnowsZones) else ""
        if profile in available_timezones():
            return profile
        return await kept.of(self._ledger, sender.person)

    async def learn(self, sender: Sender, tz: str) -> None:
        """Keep a zone that a person named."""
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

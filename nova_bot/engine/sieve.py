"""The sieve: looks up who reads along, and puts everything that leaves through the one filter of `trust.sinks`."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from nova_bot.core.delivery import NOVAS_OWN, UNCHECKED, Outbound, Underway
from nova_bot.core.envelope import Place
from nova_bot.core.labels import Label
from nova_bot.core.people import OWNER, People
from nova_bot.core.readers import Readers
from nova_bot.core.wording import say
from nova_bot.trust import sinks
from nova_bot.trust.secrets import Secrets

log = logging.getLogger(__name__)


@runtime_checkable
class Rooms(Protocol):
    """What an adapter knows about its places. A courier that isn't one has places with unknown readers.

    Readers may be named by the keys of their identities; which person that is, `People` knows.
    """

    async def readers(self, place: Place) -> Readers:
        """Who can read the place now. Raises whatever goes wrong, and then nothing private is said there."""
        ...

    async def direct(self, workspace: str, user: str) -> Place:
        """Where this user is spoken to alone."""
        ...


@dataclass(frozen=True, slots=True)
class Sieve:
    """`rooms` by platform. `hosts` is the allow-list of the settings."""

    people: People
    rooms: Mapping[str, object]
    secrets: Secrets
    hosts: frozenset[str] = frozenset()

    async def checked(self, outbound: Outbound, reader: str = "") -> Outbound | sinks.Refuse:
        """The message as it may leave. `reader` is the person id of the one who alone will see it, "" for the place."""
        place, label = outbound.place, outbound.label
        away = label.audience - {place.room}
        if away or (reader and label.audience):
            found = Readers.of(reader) if reader else await self.readers(place)
            audience = [await self.readers(one) for one in sorted(label.audience if reader else away)]
            verdict = sinks.filtered(outbound.text, label, self._facts(outbound), found, audience)
        else:
            verdict = sinks.Deliver(sinks.clean(outbound.text, label, self._facts(outbound)))
        if isinstance(verdict, sinks.Refuse):
            return verdict
        facts = self._facts(outbound)
        buttons = tuple(replace(one, label=sinks.line(one.label, label, facts)) for one in outbound.buttons)
        return replace(outbound, text=verdict.text, buttons=buttons)

    def line(self, text: str, label: Label) -> str:
        """A text of one line for somebody who may read it, as in a form."""
        return sinks.line(text, label, sinks.Facts(frozenset(), self.hosts, self.secrets))

    def cleaned(self, text: str) -> str:
        """Words that nobody vouches for, for one person who may read them: no secrets, and no live addresses."""
        return sinks.clean(text, UNCHECKED, sinks.Facts(hosts=self.hosts, secrets=self.secrets))

    def underway(self, underway: Underway) -> Underway:
        """An unfinished answer as it may be shown: nothing at all where others may read along."""
        if not underway.text:
            return underway
        if underway.label.audience - {underway.place.room}:
            return replace(underway, text="")
        facts = sinks.Facts(underway.links, self.hosts, self.secrets)
        return replace(underway, text=sinks.clean(sinks.growing(underway.text), underway.label, facts))

    def reader(self, place: Place, user: str) -> str:
        """The person id of a platform's user."""
        return self.people.person(place.platform, place.workspace, user).id

    async def readers(self, place: Place) -> Readers | None:
        """Who can read a place now, None when that can't be found out."""
        rooms = self.rooms.get(place.platform)
        if not isinstance(rooms, Rooms):
            return None
        try:
            found = await rooms.readers(place.room)
            people = frozenset(replace(one, person=self.people.of(one.person).id) for one in found.people)
            return Readers(people, found.groups)
        except Exception:
            log.warning("who reads %s is unknown", place.room.key, exc_info=True, extra={"action": "readers.unknown"})
            return None

    async def direct(self, near: Place, user: str) -> Place | None:
        """Where a user of the platform of `near` is spoken to alone; None where that is nowhere."""
        rooms = self.rooms.get(near.platform)
        if not isinstance(rooms, Rooms):
            return None
        try:
            return await rooms.direct(near.workspace, user)
        except Exception:
            log.warning("no way to %s alone", user, exc_info=True, extra={"action": "direct"})
            return None

    async def owners_place(self, near: Place) -> Place | None:
        """Where the owner is spoken to alone: on the platform of `near` if he has an account there."""
        known = [one for one in self.people.accounts(OWNER) if isinstance(self.rooms.get(one.platform), Rooms)]
        for identity in sorted(known, key=lambda one: (one.platform != near.platform, one)):
            rooms = self.rooms[identity.platform]
            assert isinstance(rooms, Rooms)
            try:
                return await rooms.direct(identity.workspace, identity.id)
            except Exception:
                log.warning("no way to the owner on %s", identity.platform, exc_info=True, extra={"action": "owner"})
        return None

    def _facts(self, outbound: Outbound) -> sinks.Facts:
        return sinks.Facts(outbound.links, self.hosts, self.secrets)


def withheld(outbound: Outbound) -> Outbound:
    """What is said in place of a message that may not leave."""
    return replace(outbound, text=say("sink", "withheld"), buttons=(), label=NOVAS_OWN, links=frozenset(), mentions=())


def told_owner(outbound: Outbound, why: str, to: Place) -> Outbound:
    """The one line for the owner: who wanted to say something where, and what it rested on."""
    places = sorted(sinks.literal(_name(place)) for place in outbound.label.audience)
    rested = ", ".join(places) or say("sink", "unknown")
    place, reason = sinks.literal(_name(outbound.place)), say("sink", why)
    text = say("sink", "owner", agent=outbound.agent, run=f"r{outbound.run}", place=place, why=reason, rested=rested)
    return Outbound(f"{outbound.key}/owner", outbound.run, to, "nova", text, label=NOVAS_OWN)


def _name(place: Place) -> str:
    return " ".join(filter(None, (place.platform, place.workspace, place.channel)))

"""The door: before anything is routed, who may speak to Nova at all, how often, and who proves to be whom."""

import re
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from nova_bot.core.envelope import Envelope, Kind, Place, Standing
from nova_bot.core.people import OWNER, Identity, May, People, Person, Strangers
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.wording import say
from nova_bot.ledger import people as kept
from nova_bot.ledger.store import Ledger

NOVA = "nova"
"""Who speaks when no agent does: routing questions and refusals."""

MINUTE = timedelta(minutes=1)
REMEMBERED = 2_000
"""How many people's and rooms' latest messages are counted."""

K = TypeVar("K")
V = TypeVar("V")

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LINK = re.compile(r"[/!]?link(?:\s+(?P<code>[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class House:
    """The rules of the house. `per_minute` counts one person's messages, `bot_hops` a bot's in a row in one room."""

    strangers: Strangers = Strangers.REFUSE
    per_minute: int = 20
    bot_hops: int = 3


def new_code() -> str:
    """A fresh code, easy to read out: `7KQM-2XVB`."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


@dataclass(slots=True)
class Counts:
    """How often people spoke lately, and how many bot messages stand in a row in a room."""

    spoke: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)
    bots: OrderedDict[Place, int] = field(default_factory=OrderedDict)

    def said(self, person: str, now: datetime) -> int:
        """How many messages of this person came within a minute, with this one."""
        times = self.spoke.setdefault(person, deque(maxlen=1_000))
        times.append(now)
        while times[0] <= now - MINUTE:
            times.popleft()
        _latest(self.spoke, person)
        return len(times)

    def in_a_row(self, room: Place, *, bot: bool) -> int:
        """How many messages of bots stand in a row in this room, with this one."""
        self.bots[room] = self.bots.get(room, 0) + 1 if bot else 0
        _latest(self.bots, room)
        return self.bots[room]


def _latest(counted: OrderedDict[K, V], key: K) -> None:
    counted.move_to_end(key)
    while len(counted) > REMEMBERED:
        counted.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Door:
    """`codes` makes a code. A Route that comes back is the whole answer; None lets the envelope in."""

    ledger: Ledger
    people: People
    house: House
    clock: Callable[[], datetime]
    codes: Callable[[], str] = new_code
    counts: Counts = field(default_factory=Counts)

    async def admit(self, envelope: Envelope) -> Route | None:
        """Turn away, answer about linking, or let in."""
        if envelope.kind not in (Kind.MESSAGE, Kind.COMMAND) or envelope.sender.standing is Standing.MACHINE:
            return None
        person = self.people.of(envelope.sender.person)
        turned = self._too_much(envelope, person)
        if turned is not None:
            return turned
        if found := _LINK.fullmatch(envelope.text.strip()):
            return await self._link(envelope, person, found["code"])
        return None if self._may_ask(envelope) else self._stranger(envelope)

    def _may_ask(self, envelope: Envelope) -> bool:
        may = self.people.of(envelope.sender.person).may
        is_owner = envelope.sender.standing is Standing.OWNER
        return is_owner or May.ASK in may or self.house.strangers is Strangers.ANSWER

    def _too_much(self, envelope: Envelope, person: Person) -> Route | None:
        """A flood is told once and then not answered; so is a bot that answers a bot."""
        bot = person.standing is Standing.MACHINE
        hops = self.counts.in_a_row(envelope.place.room, bot=bot)
        if bot and hops > self.house.bot_hops:
            return _said(envelope, Rule.LOOP, "loop", once=hops == self.house.bot_hops + 1, limit=self.house.bot_hops)
        if envelope.sender.standing is Standing.OWNER:
            return None
        most = self.house.per_minute
        count = self.counts.said(person.id or envelope.sender.id, self.clock())
        if count <= most:
            return None
        return _said(envelope, Rule.FLOOD, "flood", once=count == most + 1, limit=most)

    def _stranger(self, envelope: Envelope) -> Route:
        silent = self.house.strangers is Strangers.SILENT or not envelope.mentioned
        return _said(envelope, Rule.STRANGER, "stranger", once=not silent)

    async def _link(self, envelope: Envelope, person: Person, code: str | None) -> Route:
        """Show a code, or take one. A stranger who guesses learns nothing: he gets what every stranger gets."""
        now = self.clock()
        if code is None:
            if not self._may_ask(envelope):
                return self._stranger(envelope)
            made = self.codes()
            await kept.keep_code(self.ledger, made, person.id, now)
            return _said(envelope, Rule.LINK, "code", code=made)
        owner_of_code = await kept.redeem(self.ledger, code, now)
        identity = self._unclaimed(person)
        if owner_of_code is None or identity is None or not self.people.link(identity, owner_of_code):
            return _said(envelope, Rule.LINK, "wrong") if self._may_ask(envelope) else self._stranger(envelope)
        await kept.link(self.ledger, identity, self.people.links[identity], now)
        return _said(envelope, Rule.LINK, "linked_owner" if owner_of_code == OWNER else "linked")

    def _unclaimed(self, person: Person) -> Identity | None:
        """The identity of somebody who is not listed and not linked yet: only that can become somebody else's.

        So typing a stranger's code can't cost anyone what he is.
        """
        identity = next(iter(person.identities), None)
        return identity if identity is not None and identity.key == person.id else None


def _said(envelope: Envelope, rule: Rule, sentence: str, *, once: bool = True, **facts: object) -> Route:
    """The whole answer to an envelope that is not routed; silence unless `once`."""
    decision = Decision.GENERAL if once else Decision.SILENT
    said = say("door", sentence, **facts) if once else ""
    return Route(decision, NOVA, rule, 1.0, envelope.text, say("door_why", rule), said=said)

"""Interactions that can still be answered: for fifteen minutes, and never after a restart.

Only what one person alone sees depends on them; everything else is sent as ordinary messages.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from adapters.discord.places import PRIVATE
from adapters.discord.rest import Rest
from nova_bot.core.envelope import Place

REMEMBERED = 5_000
GOOD_FOR = timedelta(minutes=14, seconds=30)
"""Discord takes answers for fifteen minutes. Counted from when a ticket came in: clocks differ."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to answer one interaction. `message` is the answer that waits to be filled, 0 if there is none."""

    application: int
    token: str
    expires: datetime
    message: int = 0


class Tickets:
    """The latest ticket of each person in each room."""

    def __init__(self, rest: Rest, clock: Callable[[], datetime]) -> None:
        self._rest = rest
        self._clock = clock
        self._kept: OrderedDict[tuple[Place, str], Ticket] = OrderedDict()
        self._filled: OrderedDict[str, str] = OrderedDict()

    def keep(self, place: Place, interaction: discord.Interaction, message: int = 0) -> None:
        """Remember how this person can be answered at `place`."""
        ticket = Ticket(interaction.application_id, interaction.token, self._clock() + GOOD_FOR, message)
        self._kept[_key(place, str(interaction.user.id))] = ticket
        for known in (self._kept, self._filled):
            while len(known) > REMEMBERED:
                known.popitem(last=False)

    def of(self, place: Place, person: str) -> Ticket | None:
        """The ticket of this person there, if it is still good."""
        ticket = self._kept.get(_key(place, person))
        return ticket if ticket and self._clock() < ticket.expires else None

    def fills(self, ticket: Ticket, key: str) -> bool:
        """Is it this reply that fills the answer that waits? The first one does; others follow behind it."""
        return bool(ticket.message) and self._filled.setdefault(ticket.token, key) == key

    async def hook(self, ticket: Ticket) -> discord.Webhook:
        """Where its answers go."""
        hook = discord.Webhook.partial(ticket.application, ticket.token, client=await self._rest.client())
        hook.type = discord.WebhookType.application  # else discord.py refuses to send what one person sees
        return hook


def _key(place: Place, person: str) -> tuple[Place, str]:
    """What one person asked in private is kept apart; in a room the latest counts."""
    return (place if place.workspace == PRIVATE else place.room, person)

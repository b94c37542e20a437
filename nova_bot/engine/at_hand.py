"""The conversations at hand: this process is the only one that adds to them, so it need not read them each time."""

from collections import OrderedDict

from nova_bot.core.conversation import Conversation
from nova_bot.core.envelope import Envelope, Kind, Place
from nova_bot.ledger.store import Ledger

MOST = 2_000


class AtHand:
    """The latest conversations, as the ledger has them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._kept: OrderedDict[Place, Conversation] = OrderedDict()
        self._stale: set[Place] = set()

    async def of(self, envelope: Envelope) -> Conversation:
        """The conversation an envelope belongs to. What a reminder says needs none, so it is not read for that."""
        spoken = envelope.kind is Kind.CLOCK and not envelope.mentioned
        if not spoken or envelope.place in self._kept:
            return await self.at(envelope.place)
        self._stale.add(envelope.place)  # it lacks its earlier turns
        return Conversation(envelope.place)

    async def at(self, place: Place) -> Conversation:
        """The conversation of a place."""
        if place in self._kept:
            self._kept.move_to_end(place)
            return self._kept[place]
        return await self._ledger.conversation(place)

    def keep(self, conversation: Conversation) -> None:
        """Have it at hand, unless something else changed it meanwhile."""
        if conversation.place in self._stale:
            self._stale.discard(conversation.place)
            return
        self._kept[conversation.place] = conversation
        self._kept.move_to_end(conversation.place)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def forget(self, place: Place, *, in_use: bool = False) -> None:
        """Read it anew next time. One that is `in_use` is not kept as its run leaves it either."""
        self._kept.pop(place, None)
        if in_use:
            self._stale.add(place)

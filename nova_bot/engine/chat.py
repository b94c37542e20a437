"""Chat over the outbox: a post in another place is a row before it is sent, like every reply."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Label
from nova_bot.engine.outbox import Outbox
from nova_bot.ledger.store import Ledger

POST = "chat.post"


@dataclass(frozen=True, slots=True)
class OutboxChat:
    """The `Chat` of `nova_bot.core.chat`. `places` are those that the settings name."""

    ledger: Ledger
    outbox: Outbox
    places: Mapping[str, Place]

    async def post(
        self, key: str, run: int, agent: str, place: Place, text: str, label: Label, links: frozenset[str]
    ) -> str:
        """Post `text`; the same key twice makes one message. Raises ToolError when it did not arrive.

        Who may read it was settled before the call was made, if need be by a person who was shown the new readers.
        """
        granted = replace(label, audience=frozenset({place.room}))
        await self.outbox.post(Outbound(key, run, place, agent, text, label=granted, links=links))
        await self.ledger.put()  # the receipt is on its way to the disk
        sent = [one for one in await self.ledger.message(key) if one.outbound.key == key]
        if sent and sent[0].receipt:
            return sent[0].receipt
        why = sent[0].failed if sent and sent[0].failed else "it waits in the outbox for the platform"
        raise ToolError(tool=POST, what=f"not delivered yet: {why}")

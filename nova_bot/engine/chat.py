"""Chat over the outbox: a post in another place is a row before it is sent, like every reply."""

from collections.abc import Mapping
from dataclasses import dataclass

from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.core.errors import ToolError
from nova_bot.engine.outbox import Outbox
from nova_bot.ledger.store import Ledger

POST = "chat.post"


@dataclass(frozen=True, slots=True)
class OutboxChat:
    """The `Chat` of `nova_bot.core.chat`. `places` are those that the settings name."""

    ledger: Ledger
    outbox: Outbox
    places: Mapping[str, Place]

    async def post(self, key: str, run: int, agent: str, place: Place, text: str) -> str:
        """Post `text`; the same key twice makes one message. Raises ToolError when it did not arrive."""
        await self.outbox.post(Outbound(key, run, place, agent, text))
        await self.ledger.put()  # the receipt is on its way to the disk
        sent = [one for one in await self.ledger.message(key) if one.outbound.key == key]
        if sent and sent[0].receipt:
            return sent[0].receipt
        why = (
            sent[0].failed
            if sent and sent[0].failed
            else "it waits in the outbox and is sent when the platform is back"
        )
        raise ToolError(tool=POST, what=f"not delivered yet: {why}")

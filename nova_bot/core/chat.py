"""Chat: posting in another place that the owner has named in the settings."""

from collections.abc import Mapping
from typing import Protocol

from nova_bot.core.envelope import Place


class Chat(Protocol):
    """Where an agent may be asked to post."""

    @property
    def places(self) -> Mapping[str, Place]:
        """The places that have a name."""
        ...

    async def post(self, key: str, run: int, agent: str, place: Place, text: str) -> str:
        """Post `text` and give the platform's receipt; the same key twice makes one message. Raises ToolError."""
        ...

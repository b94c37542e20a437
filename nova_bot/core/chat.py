"""Chat: posting in another place that the owner has named in the settings, and notifying people."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place


class Chat(Protocol):
    """Where an agent may be asked to post."""

    @property
    def places(self) -> Mapping[str, Place]:
        """The places that have a name."""
        ...

    @property
    def names(self) -> Collection[str]:
        """The names of the settings that a call may use: places, and people who can be notified."""
        ...

    async def post(self, outbound: Outbound) -> str:
        """Post what a tool says and give the platform's receipt. The same key twice makes one message.

        Raises ToolError when it did not arrive.
        """
        ...

    async def ping(self, outbound: Outbound, who: Sequence[str]) -> str:
        """Post as above, and notify those whom `who` names: people of the settings, or crowds (`core.mention`).

        Raises ToolError, also when somebody has no account there.
        """
        ...

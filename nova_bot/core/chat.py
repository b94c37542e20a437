"""Chat: posting in another place that the owner has named in the settings, and notifying people."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from nova_bot.core.envelope import Place
from nova_bot.core.labels import Label


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

    async def post(
        self, key: str, run: int, agent: str, place: Place, text: str, label: Label, links: frozenset[str]
    ) -> str:
        """Post `text`, in which `links` may stay addresses, and give the platform's receipt.

        The same key twice makes one message. Raises ToolError.
        """
        ...

    async def ping(
        self,
        key: str,
        run: int,
        agent: str,
        place: Place,
        who: Sequence[str],
        text: str,
        label: Label,
        links: frozenset[str],
    ) -> str:
        """Post `text` as above, and notify those whom `who` names: people of the settings, or crowds (`core.mention`).

        Raises ToolError, also when somebody has no account there.
        """
        ...

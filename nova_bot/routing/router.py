"""Router: the ladder with a roster, a brain and the owner's corrections; what the engine and the CLI call."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

from nova_bot.core.conversation import Conversation
from nova_bot.core.envelope import Envelope
from nova_bot.core.roster import Roster
from nova_bot.core.route import Route
from nova_bot.routing.case import Brain, Case
from nova_bot.routing.ladder import decide


def nothing_taught(_text: str) -> str | None:
    """The memory of a Nova that was never corrected."""
    return None


@dataclass(frozen=True, slots=True)
class LadderRouter:
    """Stamps each decision with the milliseconds it took."""

    roster: Roster
    brain: Brain
    taught: Callable[[str], str | None] = nothing_taught

    def route(self, envelope: Envelope, conversation: Conversation) -> Route:
        """Which agent gets `envelope`."""
        began = perf_counter()
        route = decide(Case(envelope, conversation, self.roster, self.brain, self.taught))
        return replace(route, ms=(perf_counter() - began) * 1_000)

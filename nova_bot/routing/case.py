"""Case: one envelope to be routed, with everything that the rungs of the ladder look at."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from nova_bot.core.conversation import Conversation
from nova_bot.core.envelope import Envelope
from nova_bot.core.roster import Roster
from nova_bot.core.route import Candidate, Decision, Route, Rule
from nova_bot.core.text import visible
from nova_bot.routing import address

GENERAL = "general"
SHORTLIST = 5
BUTTONS = 3

TURNED_TO = 2.0
"""How much more than its probability an agent that the holder hands to counts for when people leave the holder, and how
much less general does.
"""

_RANKED = (Rule.CLASSIFIER, Rule.HOLDER, Rule.PATTERN, Rule.OUT_OF_SCOPE)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When the ladder acts. `route` is chosen by cross-validation and kept with the fitted router. The others are
    constants, chosen on the moods' cross-validation over their own data, which are written to be harder than traffic.

    `route`: a message is routed when its best agent has at least this probability. `general`: the same for general,
    which does little harm and passes on what is not its own; never above `route`. `switch`: another agent takes over a
    thread. `people`: a thread message is for Nova; there talk that is answered and wishes that are missed are about as
    many. `vague`: a message says too little.
    """

    route: float = 0.7
    general: float = 0.7
    switch: float = 0.5
    people: float = 0.45
    vague: float = 0.4

    def enough(self, agent: str) -> float:
        """The probability from which on a message is routed to `agent`."""
        return min(self.general, self.route) if agent == GENERAL else self.route


class Brain(Protocol):
    """What was learnt from the declared utterances. Pure: the same text gives the same answer."""

    @property
    def thresholds(self) -> Thresholds:
        """Those in force."""
        ...

    def rank(self, text: str) -> tuple[Candidate, ...]:
        """All agents, the likeliest first, with calibrated probabilities."""
        ...

    def example_of(self, text: str) -> str | None:
        """The agent that has exactly this text among its examples."""
        ...

    def p_stay(self, text: str, holder: str, previous: str, ranking: tuple[Candidate, ...]) -> float:
        """How probably a message goes on with the work of a thread's `holder`; `previous` is the last request there."""
        ...

    def p_for_nova(self, text: str) -> float:
        """How probably a thread message that does not name Nova is meant for it."""
        ...

    def p_vague(self, text: str, ranking: tuple[Candidate, ...]) -> float:
        """How probably a message says too little to choose an agent."""
        ...


@dataclass(frozen=True)
class Case:
    """One envelope to be routed, with what the rungs look at."""

    envelope: Envelope
    conversation: Conversation
    roster: Roster
    brain: Brain
    taught: Callable[[str], str | None]

    @cached_property
    def text(self) -> str:
        """What a person sees of the message, without the call of Nova."""
        return address.without_mention(visible(self.envelope.text))

    @property
    def mentioned(self) -> bool:
        """Did the platform, or the text itself, say that it is for Nova?"""
        return self.envelope.mentioned or address.mentions(self.envelope.text)

    @cached_property
    def ranking(self) -> tuple[Candidate, ...]:
        """All agents by probability."""
        return self.brain.rank(self.text)

    @property
    def best(self) -> Candidate:
        """The likeliest agent."""
        return self.ranking[0]

    @property
    def best_other(self) -> Candidate:
        """The agent that most likely takes over from the thread's holder."""
        holder = self.roster.get(self.conversation.holder)

        def weight(candidate: Candidate) -> float:
            neighbour = candidate.agent in holder.hands_to
            return candidate.p * TURNED_TO ** (neighbour - (candidate.agent == GENERAL))

        return max((candidate for candidate in self.ranking if candidate.agent != holder.name), key=weight)

    @cached_property
    def stays(self) -> float:
        """How probably the message goes on with the holder's work."""
        previous = address.without_mention(visible(self.conversation.previous_request))
        return self.brain.p_stay(self.text, self.conversation.holder, previous, self.ranking)

    def to(self, agent: str, rule: Rule, p: float, why: str, request: str = "", would_change: str = "") -> Route:
        """A route to `agent`."""
        decision = Decision.GENERAL if agent == GENERAL else Decision.ROUTE
        ranking = self.ranking[:SHORTLIST] if rule in _RANKED else ()
        return Route(decision, agent, rule, p, request or self.text, why, ranking, would_change=would_change)

    def ask(self, rule: Rule, question: str, why: str, would_change: str = "") -> Route:
        """A question with the best agents, and General."""
        specialists = [candidate for candidate in self.ranking if candidate.agent != GENERAL][:BUTTONS]
        general = next(candidate for candidate in self.ranking if candidate.agent == GENERAL)
        return Route(
            Decision.ASK,
            self.best.agent,
            rule,
            self.best.p,
            self.text,
            why,
            (*specialists, general),
            question,
            would_change,
        )

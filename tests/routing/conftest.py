"""A brain whose answers a test sets, and the ladder over it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from nova_bot.agent_files import load
from nova_bot.core.conversation import Asking, Conversation, OpenQuestion
from nova_bot.core.envelope import Envelope, Kind, Sender
from nova_bot.core.roster import Roster
from nova_bot.core.route import Candidate, Route
from nova_bot.routing.case import Case, Thresholds
from nova_bot.routing.ladder import decide
from nova_bot.tools.all import REGISTRY
from tests.doubles import NOON, OWNER
from tests.records import PLACE, a_turn


@dataclass
class SetBrain:
    """Says what it was told to say."""

    p: dict[str, float] = field(default_factory=lambda: {"books": 0.9})
    stay: float = 0.5
    for_nova: float = 1.0
    vague: float = 0.0
    thresholds: Thresholds = field(default_factory=lambda: Thresholds(route=0.7, switch=0.5))

    def rank(self, text: str) -> tuple[Candidate, ...]:
        names = ("books", "chaser", "general", "mailer")
        found = [Candidate(name, self.p.get(name, 0.01), f"an utterance of {name}") for name in names]
        return tuple(sorted(found, key=lambda c: -c.p))

    def example_of(self, text: str) -> str | None:
        return "mailer" if text == "the usual letter" else None

    def p_stay(self, text: str, holder: str, previous: str, ranking: tuple[Candidate, ...]) -> float:
        return self.stay

    def p_for_nova(self, text: str) -> float:
        return self.for_nova

    def p_vague(self, text: str, ranking: tuple[Candidate, ...]) -> float:
        return self.vague


@dataclass
class Desk:
    """Routes messages in one thread."""

    roster: Roster
    brain: SetBrain = field(default_factory=SetBrain)
    conversation: Conversation = field(default_factory=lambda: Conversation(PLACE))
    taught: Callable[[str], str | None] = lambda _text: None

    def route(
        self,
        text: str,
        *,
        mentioned: bool = True,
        press: str | None = None,
        sender: Sender = OWNER,
        kind: Kind = Kind.MESSAGE,
    ) -> Route:
        envelope = Envelope("E1", kind, PLACE, sender, text, NOON, mentioned, press)
        return decide(Case(envelope, self.conversation, self.roster, self.brain, self.taught))

    def held_by(self, agent: str, request: str = "list the open invoices") -> None:
        turns = (a_turn(3, request), a_turn(3, "here they are", agent=agent))
        self.conversation = Conversation(PLACE, agent, turns)

    def asked(self, asking: Asking, agent: str, *choices: str, request: str = "sort this out") -> None:
        self.held_by(agent)
        question = OpenQuestion(3, asking, agent, "Who should take this?", request, choices)
        self.conversation = replace(self.conversation, question=question)


@pytest.fixture
def desk(agents: Path) -> Desk:
    from tests.agents import AGENTS, write

    write(agents, "books", AGENTS["books"].replace("accepts: outside", "accepts: outside\npatterns: ['^LEDGER-\\d+']"))
    outward = dict(REGISTRY.outward()) | {"lab.read": False}
    return Desk(load(agents, outward))

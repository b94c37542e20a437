"""Route: the routing decision, with its rule, its confidence and what else was near."""

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """What routing decided: an agent, a question, General because no specialist fits, or silence."""

    ROUTE = "route"
    ASK = "ask"
    GENERAL = "general"
    SILENT = "silent"


class Rule(StrEnum):
    """The rung of the ladder that decided."""

    EMPTY = "empty"
    BOT = "bot"
    EXPLICIT = "explicit"
    UNKNOWN_NAME = "unknown-name"
    ANSWER = "answer"
    CORRECTION = "correction"
    LEARNED = "learned"
    PATTERN = "pattern"
    EXAMPLE = "example"
    PEOPLE = "people"
    HOLDER = "holder"
    CLASSIFIER = "classifier"
    ARBITER = "arbiter"
    OUT_OF_SCOPE = "out-of-scope"
    UNSURE = "unsure"
    VAGUE = "vague"
    ONLY_AGENT = "only-agent"
    PRESS = "press"
    CLOCK = "clock"
    COMMAND = "command"
    WITHDRAWN = "withdrawn"
    BROKEN = "broken"
    STRANGER = "stranger"
    FLOOD = "flood"
    LOOP = "loop"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent, its calibrated probability and the declared utterance nearest to the message."""

    agent: str
    p: float
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """`agent` is the chosen one (for a question: the likeliest). `request` is the text the agent works on.

    `why` is one sentence for a person, `question` what is asked when the decision is to ask, `instead_of` what a
    person's choice overruled. `ms` is the time it took.
    `arbiter` is the model that was asked to choose, "" for none, with what that cost. `said` is the whole answer of
    an envelope that is turned away at the door.
    """

    decision: Decision
    agent: str
    rule: Rule
    p: float
    request: str
    why: str
    candidates: tuple[Candidate, ...] = ()
    question: str = ""
    would_change: str = ""
    instead_of: str = ""
    arbiter: str = ""
    arbiter_tokens: int = 0
    arbiter_usd: float | None = 0.0
    ms: float = 0.0
    said: str = ""

    @property
    def runner_up(self) -> str:
        """The best agent that was not chosen, or ""."""
        return next((c.agent for c in self.candidates if c.agent != self.agent), "")

"""Conversation: everything in one thread that the next message may need."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from nova_bot.core.claims import Claim, ClaimId
from nova_bot.core.envelope import Place
from nova_bot.core.outcome import ToolCall


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said in the thread: by a person (`agent` is "") or by an agent. Its text is the claim's text."""

    run: int
    agent: str
    claim: Claim
    at: datetime
    speaker: str = ""


class Asking(StrEnum):
    """What an open question is about. UNCLEAR: Nova itself asks what an agent can't know; its choices are code's."""

    ROUTE = "route"
    AGENT = "agent"
    SKILL = "skill"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question of ours that the next message may answer. `request` is the text that waits for the answer."""

    run: int
    asking: Asking
    agent: str
    text: str
    request: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A tool call of an earlier run, and the text that it found."""

    call: ToolCall
    found: str


@dataclass(frozen=True, slots=True)
class Outdated:
    """Claims of one earlier run that are out of date, and the calls by which all that may be the reason was found.

    `answer` is what that run said here: its label is at least as wary as that of anything the calls were made of.
    """

    answer: ClaimId
    claims: frozenset[ClaimId]
    reads: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """`holder` is the agent that answered last ("" at the start). `turns` are the recent ones, oldest first.

    `earlier` counts the turns before those; nothing of them is lost, they are in the ledger. `doubtful` are the
    claims among the turns that rest on an assumption. `needed` are live claims of this room that the agent at work
    asks for (`needs` in its file); `outdated` is what it can read again of what earlier runs found. Both are looked up
    for each step. `acted` are the tools by which earlier runs here had an effect.
    """

    place: Place
    holder: str = ""
    turns: tuple[Turn, ...] = ()
    earlier: int = 0
    question: OpenQuestion | None = None
    doubtful: frozenset[ClaimId] = frozenset()
    needed: tuple[Claim, ...] = ()
    acted: frozenset[str] = frozenset()
    outdated: tuple[Outdated, ...] = ()

    @property
    def previous_request(self) -> str:
        """What a person said last in his own words in this thread, or ""."""
        said = (turn.claim for turn in reversed(self.turns) if not turn.agent)
        return next((claim.text for claim in said if not claim.is_pressed), "")

    def then(
        self,
        turns: tuple[Turn, ...],
        holder: str,
        question: OpenQuestion | None,
        doubtful: frozenset[ClaimId] = frozenset(),
        acted: frozenset[str] = frozenset(),
        keep: int = 40,
    ) -> "Conversation":
        """The conversation after `turns`, held by `holder`, with at most `keep` turns at hand.

        `doubtful` are claims of this run that rest on an assumption, `acted` the tools by which it had an effect.
        """
        everything = self.turns + turns
        gone = max(0, len(everything) - keep)
        kept = everything[gone:]
        return replace(
            self,
            holder=holder,
            turns=kept,
            earlier=self.earlier + gone,
            question=question,
            needed=(),
            outdated=(),
            acted=self.acted | acted,
            doubtful=(self.doubtful | doubtful) & {turn.claim.id for turn in kept},
        )

"""Skills: what Nova does itself, without a model, because code understands the request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nova_bot.core.conversation import Conversation
from nova_bot.core.labels import Label
from nova_bot.core.outcome import Ask, Say, Stop
from nova_bot.core.route import Rule
from nova_bot.core.run import Run
from nova_bot.engine.door import NOVA

OPEN = frozenset(
    {
        Rule.CLOCK,
        Rule.PATTERN,
        Rule.HOLDER,
        Rule.EXAMPLE,
        Rule.CLASSIFIER,
        Rule.ARBITER,
        Rule.OUT_OF_SCOPE,
        Rule.UNSURE,
        Rule.VAGUE,
        Rule.ONLY_AGENT,
        Rule.BROKEN,
    }
)
"""What was routed by another rule was meant for somebody by name, or for nobody."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A button before it has an id."""

    label: str
    act: str
    value: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An outcome with buttons that only `presser` may press ("": anybody there).

    `request` is what waits for the answer to a question; "" for the request of the run. `label` is that of what it
    repeats beside the request.
    """

    outcome: Say | Ask | Stop
    offers: tuple[Offer, ...] = ()
    presser: str = ""
    request: str = ""
    label: Label | None = None


class Skill(Protocol):
    """Something that code alone can answer."""

    async def answer(self, run: Run, conversation: Conversation) -> Card | None:
        """The answer, None when this is not understood. Called again for the same run after a crash."""
        ...


async def answered(skills: Sequence[Skill], run: Run, conversation: Conversation) -> Card | None:
    """What the first skill that understands the request says; None leaves it to the agents."""
    if run.route.rule not in OPEN and not _replies(run, conversation):
        return None
    for skill in skills:
        card = await skill.answer(run, conversation)
        if card is not None:
            return card
    return None


def _replies(run: Run, conversation: Conversation) -> bool:
    """Is this said in a thread, without naming Nova, right after Nova's own words there?"""
    return run.route.rule is Rule.PEOPLE and bool(conversation.turns) and conversation.turns[-1].agent == NOVA

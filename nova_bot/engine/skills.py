"""Skills: what Nova does itself, without a model, because code understands the request."""

from collections.abc import Sequence
from typing import Protocol

from nova_bot.core.conversation import Conversation
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


class Skill(Protocol):
    """Something that code alone can answer."""

    async def answer(self, run: Run, conversation: Conversation) -> Say | Ask | Stop | None:
        """The answer, None when this is not understood. Called again for the same run after a crash."""
        ...


async def answered(skills: Sequence[Skill], run: Run, conversation: Conversation) -> Say | Ask | Stop | None:
    """What the first skill that understands the request says; None leaves it to the agents."""
    if run.route.rule not in OPEN and not _replies(run, conversation):
        return None
    for skill in skills:
        outcome = await skill.answer(run, conversation)
        if outcome is not None:
            return outcome
    return None


def _replies(run: Run, conversation: Conversation) -> bool:
    """Is this said in a thread, without naming Nova, right after Nova's own words there?"""
    return run.route.rule is Rule.PEOPLE and bool(conversation.turns) and conversation.turns[-1].agent == NOVA

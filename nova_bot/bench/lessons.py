"""What one correction is worth: the same message, near repeats of it, and everything else.

The owner corrects messages that the router asked about or got wrong. Near repeats are made of them: said politely,
without capitals and punctuation, with a typing error, with a word left out. A refit comes later and is not measured
here: this is what happens at once.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from nova_bot.bench.route_data import Messages
from nova_bot.commands.route import Asked, decide
from nova_bot.core.lesson import How, Lesson
from nova_bot.core.route import Decision, Route
from nova_bot.judged import Labelled
from nova_bot.routing.address import without_mention
from nova_bot.routing.brain import LearntBrain
from nova_bot.routing.learning import Memory
from nova_bot.routing.router import LadderRouter
from nova_bot.routing.typos import mistyped

MOST = 60
"""Corrections that are made."""

_THEN = datetime(2026, 1, 1, tzinfo=UTC)


def measure(router: LadderRouter, messages: Messages) -> dict[str, float]:
    """`same_text` and `near_repeats`, the shares that go to the right agent after the corrections, and `moved`, the
    share of the other messages that are decided otherwise than before.
    """
    before = [(message, _decided(router, message.text)) for message in messages]
    wrong = [message for message, route in before if not _right(message, route)][:MOST]
    others = [(message, route) for message, route in before if message not in wrong]
    corrected = _corrected(router, wrong)
    if corrected is None or not wrong:
        return {}
    same = [_right(message, _decided(corrected, message.text)) for message in wrong]
    near = [_right(message, _decided(corrected, text)) for message in wrong for text in repeats(message.text)]
    moved = [_decided(corrected, message.text).agent != route.agent for message, route in others]
    figures = {"same_text": same, "near_repeats": near, "moved": moved}
    return {key: sum(found) / len(found) for key, found in figures.items() if found}


def repeats(text: str) -> Iterator[str]:
    """The same wish in slightly other words."""
    bare = without_mention(text)
    yield f"please {bare[0].lower()}{bare[1:]}"
    yield " ".join(re.findall(r"[\w'’]+", bare.casefold()))
    yield mistyped(bare)
    words = bare.split(" ")
    if len(words) > 4:
        yield " ".join(words[: len(words) // 2] + words[len(words) // 2 + 1 :])


def _corrected(router: LadderRouter, wrong: list[Labelled]) -> LadderRouter | None:
    """The router after its owner said whose these messages are."""
    if not isinstance(router.brain, LearntBrain):
        return None
    memory = Memory(router.brain.classifier.pair.idf, router.brain.classifier.encode)
    memory.learn(
        Lesson(without_mention(message.text), message.agent, "", "owner", How.SAID, _THEN, None, n)
        for n, message in enumerate(wrong)
    )
    return replace(router, taught=memory.recall)


def _decided(router: LadderRouter, text: str) -> Route:
    return decide(router, Asked(text=text))


def _right(message: Labelled, route: Route) -> bool:
    return route.decision in (Decision.ROUTE, Decision.GENERAL) and route.agent in message.right

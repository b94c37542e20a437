"""Brain: what was learnt, behind the few questions that the ladder asks."""

import re
from dataclasses import dataclass

from nova_bot.core.route import Candidate
from nova_bot.routing.classifier import Classifier
from nova_bot.routing.ladder import Thresholds

_EMPTY_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "it",
        "this",
        "that",
        "is",
        "are",
        "was",
        "be",
        "to",
        "of",
        "in",
        "on",
        "for",
        "me",
        "my",
        "we",
        "you",
        "please",
        "can",
        "could",
        "do",
    ]
)


@dataclass(frozen=True, slots=True)
class LearntBrain:
    """The classifier and the thread rules."""

    classifier: Classifier

    @property
    def thresholds(self) -> Thresholds:
        """Those of the tier in force."""
        return Thresholds(route=self.classifier.tier.route)

    def rank(self, text: str) -> tuple[Candidate, ...]:
        """See Brain."""
        return self.classifier.rank(text)

    def p_stay(self, text: str, previous: str, holder: str, ranking: tuple[Candidate, ...]) -> float:  # noqa: ARG002
        """A short message or an unsure one stays."""
        if len(text.split()) <= 3:
            return 0.9
        return 1 - ranking[0].p

    def p_for_nova(self, text: str) -> float:  # noqa: ARG002
        """Every thread message is for Nova."""
        return 1.0

    def p_vague(self, text: str, ranking: tuple[Candidate, ...]) -> float:
        """Fewer than two words that mean something are vague."""
        content = [word for word in re.findall(r"\w+", text.casefold()) if word not in _EMPTY_WORDS]
        return 1.0 if len(content) < 2 and ranking[0].p < 0.9 else 0.0

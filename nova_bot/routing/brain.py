"""Brain: what was learnt, behind the few questions that the ladder asks."""

from dataclasses import dataclass

import numpy as np

from nova_bot.core.route import Candidate
from nova_bot.core.text import comparable
from nova_bot.routing import signs
from nova_bot.routing.classifier import Classifier, read
from nova_bot.routing.ladder import Thresholds
from nova_bot.routing.pair import Pair
from nova_bot.routing.regression import softmax
from nova_bot.routing.training import Moods


@dataclass(frozen=True, slots=True)
class LearntBrain:
    """The classifier and the moods."""

    classifier: Classifier
    moods: Moods

    @property
    def thresholds(self) -> Thresholds:
        """Those of the tier in force."""
        return Thresholds(route=self.classifier.tier.route)

    def rank(self, text: str) -> tuple[Candidate, ...]:
        """See Brain."""
        return self.classifier.rank(text)

    def example_of(self, text: str) -> str | None:
        """See Brain."""
        return self.classifier.declared.examples.get(comparable(text))

    def p_stay(self, text: str, holder: str, ranking: tuple[Candidate, ...]) -> float:
        """See Brain."""
        return _p(self.moods.staying, text, signs.of_staying(text, holder, ranking))

    def p_for_nova(self, text: str) -> float:
        """See Brain."""
        return _p(self.moods.addressed, text, signs.of_address(text))

    def p_vague(self, text: str, ranking: tuple[Candidate, ...]) -> float:
        """See Brain."""
        return _p(self.moods.vague, text, signs.of_vagueness(text, ranking))


def _p(mood: Pair, text: str, features: list[float]) -> float:
    rows = mood.idf.rows([read(text).both])
    return float(softmax(mood.scores(rows, np.array([features], np.float32)))[0, 1])

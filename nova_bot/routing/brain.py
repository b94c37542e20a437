"""Brain: what was learnt, behind the few questions that the ladder asks."""

from dataclasses import dataclass

import numpy as np

from nova_bot.core.route import Candidate
from nova_bot.core.text import comparable
from nova_bot.routing import signs
from nova_bot.routing.address import without_mention
from nova_bot.routing.case import Thresholds
from nova_bot.routing.classifier import Classifier, read
from nova_bot.routing.moods import Moods
from nova_bot.routing.pair import Pair
from nova_bot.routing.regression import softmax
from nova_bot.routing.scale import cosine


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

    def p_stay(self, text: str, holder: str, previous: str, ranking: tuple[Candidate, ...]) -> float:
        """See Brain."""
        thread = signs.Thread(holder)
        if previous:
            before = self.classifier.rank(previous, named=0)
            likeness = cosine(self.classifier.vector(text), self.classifier.vector(previous))
            thread = signs.Thread(holder, previous, before, likeness)
        return self._p(self.moods.staying, text, signs.of_staying(text, thread, ranking))

    def p_for_nova(self, text: str) -> float:
        """See Brain."""
        return self._p(self.moods.addressed, text, signs.of_address(text))

    def p_vague(self, text: str, ranking: tuple[Candidate, ...]) -> float:
        """See Brain."""
        return self._p(self.moods.vague, text, signs.of_vagueness(text, ranking))

    def _p(self, mood: Pair, text: str, features: list[float]) -> float:
        """The probability of a mood; without the encoder the message counts as one of average sense."""
        assert mood.dense is not None
        dense = np.zeros(len(mood.dense.weights), np.float32)
        dense[: len(features)] = features
        vector = self.classifier.vector(without_mention(text))
        if vector is not None and len(features) < len(dense):
            dense[len(features) :] = vector
        return float(softmax(mood.scores(mood.idf.rows([read(text).both]), dense[None]))[0, 1])

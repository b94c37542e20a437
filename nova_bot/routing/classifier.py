"""The classifier: from a text to one calibrated probability per agent."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nova_bot.core.route import Candidate
from nova_bot.core.text import clip, comparable
from nova_bot.routing import gloss
from nova_bot.routing.ngrams import Floats, Rows
from nova_bot.routing.pair import Pair
from nova_bot.routing.regression import softmax

NAMED = 3
"""How many candidates get their nearest utterance."""

Encode = Callable[[str], Floats]
"""A text to its sentence vector, shape (384,)."""


@dataclass(frozen=True)
class Declared:
    """The declared utterances, sorted by agent: `owner[i]` is the index of the agent of `texts[i]`.

    `typical[i]` marks the examples of the agent files: what people usually say, without the border cases.
    """

    agents: tuple[str, ...]
    texts: tuple[str, ...]
    owner: NDArray[np.intp]
    typical: NDArray[np.bool_]

    @cached_property
    def examples(self) -> dict[str, str]:
        """The examples in comparable form, and whose they are."""
        return {comparable(self.texts[i]): self.agents[self.owner[i]] for i in np.flatnonzero(self.typical)}


@dataclass(frozen=True, slots=True)
class Tier:
    """How far the scores are spread, and from which probability on a message is routed."""

    temperature: float
    route: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as the classifier reads it."""

    text: str
    english: str

    @property
    def both(self) -> str:
        """The text, with its gloss if it has one: names and borrowed words keep their own form."""
        return self.text if self.text == self.english else f"{self.text}\n{self.english}"


def read(text: str) -> Reading:
    """Gloss a message if it is foreign."""
    return Reading(text, gloss.english(text))


@dataclass(frozen=True, slots=True)
class Classifier:
    """Scores messages with the fitted `pair`; `encode` is None without the encoder's weights.

    `lexical` is the tier in force without the encoder, `full` the one with it. `rows` are the utterances' n-grams, for
    naming the nearest one.
    """

    declared: Declared
    pair: Pair
    rows: Rows
    lexical: Tier
    full: Tier
    encode: Encode | None

    @property
    def tier(self) -> Tier:
        """The tier in force."""
        return self.lexical if self.encode is None or self.pair.dense is None else self.full

    def rank(self, text: str) -> tuple[Candidate, ...]:
        """All agents, the likeliest first, the first three with their utterance nearest to `text`."""
        reading = read(text)
        row = self.pair.idf.rows([reading.both])
        vector = None if self.encode is None or self.pair.dense is None else self.encode(reading.english)[None]
        p = softmax(self.pair.scores(row, vector)[0] / np.float32(self.tier.temperature))
        return self.candidates(p, row)

    def candidates(self, p: Floats, row: Rows) -> tuple[Candidate, ...]:
        """The agents in the order of their probabilities `p`, for the message with the n-grams `row`."""
        order = np.argsort(-p, kind="stable")
        return tuple(
            Candidate(self.declared.agents[i], float(p[i]), self._nearest(row, int(i)) if place < NAMED else "")
            for place, i in enumerate(order)
        )

    def _nearest(self, row: Rows, agent: int) -> str:
        """The agent's declared utterance that shares most with the message."""
        first, last = np.searchsorted(self.declared.owner, [agent, agent + 1])
        likeness = self.rows.take(np.arange(first, last)).like(row)
        return clip(self.declared.texts[first + int(np.argmax(likeness))], 80)

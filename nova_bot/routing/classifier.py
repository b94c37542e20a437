"""The classifier: from a text to one calibrated probability per agent."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

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
"""A text to its scaled sentence vector."""


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


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """Gloss a message if it is foreign."""
    return Reading(text, gloss.english(text))


@dataclass(frozen=True, slots=True)
class Classifier:
    """Scores messages with the fitted `pair`; `encode` is None without the encoder's weights.

    `lexical` is the tier in force without the encoder, `full` the one with it. `rows` are the utterances' words, for
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

    def vector(self, text: str) -> Floats | None:
        """The scaled sentence vector of a text's English form, None where words alone decide."""
        return None if self.encode is None or self.pair.dense is None else self.encode(read(text).english)

    def rank(self, text: str, named: int = NAMED) -> tuple[Candidate, ...]:
        """All agents, the likeliest first, the first `named` with their utterance nearest to `text`."""
        row = self.pair.idf.rows([read(text).both])
        vector = self.vector(text)
        scores = self.pair.scores(row, None if vector is None else vector[None])[0]
        p = softmax(scores / np.float32(self.tier.temperature))
        return tuple(
            Candidate(self.declared.agents[i], float(p[i]), self._nearest(row, int(i)) if place < named else "")
            for place, i in enumerate(np.argsort(-p, kind="stable"))
        )

    def _nearest(self, row: Rows, agent: int) -> str:
        """The agent's declared utterance that shares most with the message."""
        first, last = np.searchsorted(self.declared.owner, [agent, agent + 1])
        likeness = self.rows.take(np.arange(first, last)).like(row)
        return clip(self.declared.texts[first + int(np.argmax(likeness))], 80)

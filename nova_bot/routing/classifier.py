"""The classifier: from a text to one calibrated probability per agent.

Two softmax regressions are added up: over word and character n-grams of the message (with its gloss, where it is
German, Spanish or French), and over the sentence vector of its English form. Without the encoder's weights the
n-grams decide alone. Each of the two tiers has its own temperature, found by cross-validation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nova_bot.core.route import Candidate
from nova_bot.core.text import clip
from nova_bot.routing import gloss
from nova_bot.routing.ngrams import Floats, Idf, Rows
from nova_bot.routing.regression import Regression, softmax

Encode = Callable[[str], Floats]
"""A text to its sentence vector, shape (384,)."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The declared utterances, sorted by agent: `owner[i]` is the index of the agent of `texts[i]`."""

    agents: tuple[str, ...]
    texts: tuple[str, ...]
    owner: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Tier:
    """What one tier needs beside its weights: how far its scores are spread, and when it is sure enough to route."""

    temperature: float
    route: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """Everything that was learnt. `rows` are the utterances' n-grams, for naming the nearest one."""

    idf: Idf
    rows: Rows
    lexical: Regression
    dense: Regression | None
    dense_share: float
    lexical_tier: Tier
    full_tier: Tier


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
    """Scores messages with what was `fitted` over the `declared` utterances; `encode` is None without weights."""

    declared: Declared
    fitted: Fitted
    encode: Encode | None

    @property
    def tier(self) -> Tier:
        """The tier in force."""
        return self.fitted.full_tier if self._dense else self.fitted.lexical_tier

    @property
    def _dense(self) -> bool:
        return self.encode is not None and self.fitted.dense is not None

    def scores(self, text: str) -> Floats:
        """Probabilities, shape (agents,)."""
        reading = read(text)
        total = log_softmax(self.fitted.lexical.logits(self.fitted.idf.rows([reading.both])))[0]
        if self.encode is not None and self.fitted.dense is not None:
            vector = self.encode(reading.english)[None]
            total = total + self.fitted.dense_share * log_softmax(self.fitted.dense.logits(vector))[0]
        return softmax(total / np.float32(self.tier.temperature))

    def rank(self, text: str) -> tuple[Candidate, ...]:
        """All agents, the likeliest first, the first three with their utterance nearest to `text`."""
        p = self.scores(text)
        order = np.argsort(-p, kind="stable")
        return tuple(
            Candidate(self.declared.agents[i], float(p[i]), self._nearest(text, int(i)) if place < 3 else "")
            for place, i in enumerate(order)
        )

    def _nearest(self, text: str, agent: int) -> str:
        """The agent's declared utterance that shares most with `text`."""
        first, last = np.searchsorted(self.declared.owner, [agent, agent + 1])
        row = self.fitted.idf.rows([read(text).both])
        wanted = np.zeros(len(self.fitted.idf.weight), np.float32)
        np.add.at(wanted, row.columns, row.values)
        own = self.fitted.rows.take(np.arange(first, last))
        likeness = own.times(wanted[:, None])[:, 0]
        return clip(self.declared.texts[first + int(np.argmax(likeness))], 80)


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)

"""Pair: a probabilistic classifier of texts, made of two softmax regressions whose log-probabilities are added up.

One reads word and character n-grams of the message (with its gloss, where it is German, Spanish or French). The other
reads the sentence vector of its English form, or a few plain features, or both. The same mechanism tells agents apart,
a message for Nova from talk between people, a vague message from a clear one, and a follow-up from a new request.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nova_bot.routing.ngrams import Counts, Floats, Idf, Rows
from nova_bot.routing.regression import Regression, fit


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a pair is fitted; chosen by cross-validation over our own data.

    `share` is the weight of the dense half. `level` takes back that share of a class's advantage from having more texts
    than others.
    """

    share: float
    level: float
    epochs: int
    batch: int
    decay: float
    dense_epochs: int
    dense_decay: float


AGENTS = Recipe(share=0.3, level=0.5, epochs=4, batch=512, decay=1e-5, dense_epochs=8, dense_decay=1e-5)
MOODS = Recipe(share=1.0, level=0.0, epochs=8, batch=64, decay=1e-4, dense_epochs=40, dense_decay=1e-3)
THREADS = Recipe(share=0.7, level=0.0, epochs=8, batch=64, decay=1e-3, dense_epochs=40, dense_decay=5e-3)


@dataclass(frozen=True, slots=True)
class Pair:
    """`dense` is None where only the words decide."""

    idf: Idf
    lexical: Regression
    dense: Regression | None
    share: float

    def scores(self, rows: Rows, dense: Floats | None) -> Floats:
        """Summed log-probabilities, shape (texts, classes); `dense` is ignored by a pair that has no dense half."""
        total = log_softmax(self.lexical.logits(rows))
        if self.dense is not None and dense is not None:
            total = total + np.float32(self.share) * log_softmax(self.dense.logits(dense))
        return total


@dataclass(frozen=True, slots=True)
class Seen:
    """Texts as a pair reads them: their n-grams, and one row of `dense` for each; None where only the words decide."""

    counts: Counts
    dense: Floats | None

    def take(self, texts: NDArray[np.intp]) -> "Seen":
        """These texts, in this order."""
        return Seen(self.counts.take(texts), None if self.dense is None else self.dense[texts])

    def followed_by(self, others: "Seen") -> "Seen":
        """These texts and then the others."""
        both = None if self.dense is None or others.dense is None else np.vstack([self.dense, others.dense])
        return Seen(self.counts.followed_by(others.counts), both)


def learn(seen: Seen, y: NDArray[np.intp], classes: int, recipe: Recipe, spoilt: Seen | None = None) -> Pair:
    """A pair for the classes `y` of the texts; `spoilt` are the same ones with typing errors, which then count too."""
    idf = Idf.of(seen.counts)
    everything = seen.followed_by(spoilt) if spoilt else seen
    right = np.resize(y, len(everything.counts))
    lexical = fit(
        idf.weigh(everything.counts),
        right,
        classes,
        epochs=recipe.epochs,
        batch=recipe.batch,
        rate=0.03,
        decay=recipe.decay,
    )
    head_start = recipe.level * np.log(np.maximum(np.bincount(y, minlength=classes), 1) * classes / len(y))
    lexical = Regression(lexical.weights, (lexical.bias - head_start).astype(np.float32))
    half, dense = None, everything.dense
    if dense is not None:
        half = fit(dense, right, classes, epochs=recipe.dense_epochs, batch=128, rate=0.03, decay=recipe.dense_decay)
    return Pair(idf, lexical, half, recipe.share)


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)

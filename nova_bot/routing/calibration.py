"""Calibration: probabilities that mean what they say, from cross-validation over the declared utterances alone."""

import numpy as np
from numpy.typing import NDArray

from nova_bot.routing.ngrams import Floats
from nova_bot.routing.regression import softmax

TEMPERATURES = np.geomspace(0.2, 5.0, 60)
PRECISION = 0.95
BINS = 15


def temperature(logits: Floats, y: NDArray[np.intp]) -> float:
    """The temperature with the least log-loss over held-out scores."""

    def loss(t: float) -> float:
        p = softmax(logits / np.float32(t))
        return float(-np.log(np.maximum(p[np.arange(len(y)), y], 1e-12)).mean())

    return float(min(TEMPERATURES, key=loss))


def threshold(p: Floats, y: NDArray[np.intp], precision: float = PRECISION) -> float:
    """The lowest probability from which on the best guesses are right at least `precision` of the time."""
    best = p.max(axis=1)
    right = p.argmax(axis=1) == y
    order = np.argsort(-best)
    good = np.cumsum(right[order]) / np.arange(1, len(y) + 1)
    enough = np.flatnonzero(good >= precision)
    return float(best[order][enough[-1]]) if len(enough) else 1.0


def error(p: Floats, right: NDArray[np.bool_], bins: int = BINS) -> float:
    """Expected calibration error of the best guesses, 0 to 1, over bins of equal width (Guo et al. 2017)."""
    best = p.max(axis=1)
    place = np.minimum((best * bins).astype(int), bins - 1)
    gaps = [
        (place == b).mean() * abs(float(right[place == b].mean()) - float(best[place == b].mean()))
        for b in range(bins)
        if (place == b).any()
    ]
    return float(sum(gaps))

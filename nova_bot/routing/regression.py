"""Softmax regression in numpy, over dense vectors or sparse rows.

Fitted by Adam over shuffled batches with a fixed seed: a few passes over some thousand short rows take about a
second, the same inputs give the same weights, and nothing but numpy is needed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nova_bot.routing.ngrams import BUCKETS, Floats, Rows

SEED = 34


@dataclass(frozen=True, slots=True)
class Regression:
    """`weights` is (features, classes), `bias` is (classes,)."""

    weights: Floats
    bias: Floats

    def logits(self, x: Rows | Floats) -> Floats:
        """One row of class scores per row of `x`."""
        return (x.times(self.weights) if isinstance(x, Rows) else x @ self.weights) + self.bias


def softmax(logits: Floats) -> Floats:
    """Probabilities along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), np.float32)


def fit(
    x: Rows | Floats,
    y: NDArray[np.intp],
    classes: int,
    *,
    epochs: int,
    batch: int,
    rate: float,
    decay: float,
) -> Regression:
    """Weights for the classes `y` of the rows `x`; `decay` is the L2 pull."""
    features = BUCKETS if isinstance(x, Rows) else x.shape[1]
    adam = _Adam(np.zeros((features + 1, classes), np.float32), rate)
    order = np.random.default_rng(SEED)
    steps = epochs * -(-len(y) // batch)
    done = 0
    for _ in range(epochs):
        shuffled = order.permutation(len(y))
        for start in range(0, len(y), batch):
            rows = shuffled[start : start + batch]
            part = x.take(rows) if isinstance(x, Rows) else x[rows]
            model = Regression(adam.values[:-1], adam.values[-1])
            error = softmax(model.logits(part))
            error[np.arange(len(rows)), y[rows]] -= 1
            error /= len(rows)
            adam.step(part, error, decay, 1 - done / steps)
            done += 1
    return Regression(adam.values[:-1].copy(), adam.values[-1].copy())


class _Adam:
    """Adam over the weights and, as the last row, the bias; for sparse rows only the columns that occur are moved."""

    def __init__(self, values: Floats, rate: float) -> None:
        self.values = values
        self.first = np.zeros_like(values)
        self.second = np.zeros_like(values)
        self.rate = rate
        self.count = 0

    def step(self, part: Rows | Floats, error: Floats, decay: float, pace: float) -> None:
        """One move against the gradient of a batch, at `pace` times the rate."""
        self.count += 1
        if isinstance(part, Rows):
            columns, back = np.unique(part.columns, return_inverse=True)
            at = columns.astype(np.intp)
            rows = np.repeat(np.arange(len(part)), np.diff(part.starts))
            order = np.argsort(back, kind="stable")
            product = error[rows[order]] * part.values[order, None]
            gradient = np.add.reduceat(product, np.searchsorted(back[order], np.arange(len(at))), axis=0)
        else:
            at, gradient = np.arange(part.shape[1], dtype=np.intp), part.T @ error
        where = np.append(at, len(self.values) - 1)
        self._move(where, np.vstack([gradient + decay * self.values[at], error.sum(axis=0)]), pace)

    def _move(self, where: NDArray[np.intp], gradient: Floats, pace: float) -> None:
        first = self.first[where] * 0.9 + gradient * 0.1
        second = self.second[where] * 0.99 + gradient * gradient * 0.01
        self.first[where], self.second[where] = first, second
        scale = self.rate * pace * np.sqrt(1 - 0.99**self.count) / (1 - 0.9**self.count)
        self.values[where] -= (scale * first / (np.sqrt(second) + 1e-6)).astype(np.float32)

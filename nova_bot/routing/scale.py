"""Scale: takes out of sentence vectors what all texts share, so that what is left tells them apart."""

from dataclasses import dataclass

import numpy as np

from nova_bot.routing.ngrams import Floats

SPREAD = 0.05
"""Standard deviation of each scaled feature over the declared utterances; suits the pace of `regression.fit`."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`centre` is the mean of each feature, `spread` its standard deviation."""

    centre: Floats
    spread: Floats

    @classmethod
    def of(cls, vectors: Floats) -> "Scale":
        """That of these vectors, shape (n, width)."""
        return cls(vectors.mean(axis=0), vectors.std(axis=0) + np.float32(1e-6))

    def scaled(self, vectors: Floats) -> Floats:
        """One vector or many, scaled."""
        return np.asarray((vectors - self.centre) / self.spread * np.float32(SPREAD), np.float32)


def cosine(a: Floats | None, b: Floats | None) -> float:
    """How alike two scaled vectors are, -1 to 1; 0 where there is none."""
    if a is None or b is None:
        return 0.0
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-9))

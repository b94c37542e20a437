"""Word and character n-grams as sparse TF-IDF rows, hashed, so that no vocabulary has to be kept.

Words give single words and pairs; characters give runs of 3 to 5 inside a word with its borders, which forgives
typing errors and inflection. Each block is scaled to length 1.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 15
WORD_SHARE = 0.5
HEAD, TAIL = 1_200, 400
Floats = NDArray[np.float32]


def excerpt(text: str) -> str:
    """The part of a long text that says what is wanted: its beginning and its end."""
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"


def words(text: str) -> list[str]:
    """Lower-case words and numbers; every run of digits counts as the same number."""
    return re.findall(r"[^\W\d_]+|0", re.sub(r"\d[\d.,:/-]*", " 0 ", text.casefold()))


def _grams(tokens: Sequence[str]) -> tuple[list[str], list[str]]:
    pairs = [f"{a} {b}" for a, b in pairwise(tokens)]
    runs = [f"#{b[i : i + n]}" for b in (f" {t} " for t in tokens) for n in (3, 4, 5) for i in range(len(b) - n + 1)]
    return [*tokens, *pairs], runs


def _counts(grams: Iterable[str]) -> Counter[int]:
    return Counter(crc32(gram.encode()) % BUCKETS for gram in grams)


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: row i holds `values[starts[i]:starts[i+1]]` in the columns `columns[...]` of the same range."""

    starts: NDArray[np.int64]
    columns: NDArray[np.integer[Any]]
    values: NDArray[np.floating[Any]]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, rows: NDArray[np.intp]) -> "Rows":
        """These rows, in this order."""
        sizes = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate(([0], np.cumsum(sizes)))
        at = np.repeat(self.starts[rows] - starts[:-1], sizes) + np.arange(starts[-1])
        return Rows(starts, self.columns[at], self.values[at])

    def times(self, weights: Floats) -> Floats:
        """The product with a (BUCKETS, classes) matrix."""
        sums = np.zeros((len(self), weights.shape[1]), np.float32)
        full = np.flatnonzero(self.starts[:-1] < self.starts[1:])
        if len(full):
            sums[full] = np.add.reduceat(weights[self.columns] * self.values[:, None], self.starts[full], axis=0)
        return sums


@dataclass(frozen=True, slots=True)
class Idf:
    """How telling each bucket is: the smoothed inverse document frequency of the declared utterances."""

    weight: Floats

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Idf":
        """Count over `texts`."""
        seen = np.zeros(BUCKETS, np.float32)
        total = 0
        for text in texts:
            total += 1
            whole, runs = _grams(words(excerpt(text)))
            for bucket in _counts([*whole, *runs]):
                seen[bucket] += 1
        return cls((np.log((1 + total) / (1 + seen)) + 1).astype(np.float32))

    def rows(self, texts: Iterable[str]) -> Rows:
        """One sparse row per text; a text without words gives an empty row."""
        columns: list[int] = []
        values: list[float] = []
        starts = [0]
        for text in texts:
            for grams, share in zip(_grams(words(excerpt(text))), (WORD_SHARE, 1 - WORD_SHARE), strict=True):
                counts = _counts(grams)
                weighted = [(1 + log(n)) * float(self.weight[bucket]) for bucket, n in counts.items()]
                length = sum(w * w for w in weighted) ** 0.5 or 1.0
                columns += counts
                values += [w * share**0.5 / length for w in weighted]
            starts.append(len(columns))
        return Rows(np.array(starts, np.int64), np.array(columns, np.int32), np.array(values, np.float32))

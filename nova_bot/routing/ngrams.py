"""Word and character n-grams as sparse TF-IDF rows, hashed, so that no vocabulary has to be kept.

Words give single words and pairs; characters give runs of 3 to 5 inside a word with its borders, which forgives
typing errors and inflection. Each block is scaled to length 1.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
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

    def like(self, one: "Rows") -> Floats:
        """How much each row has in common with the single row of `one`: their product, 1 for the same text."""
        wanted = np.zeros((BUCKETS, 1), np.float32)
        np.add.at(wanted[:, 0], one.columns, one.values)
        return self.times(wanted)[:, 0]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each n-gram stands in each text: row 2i of `grams` has the words of text i, row 2i + 1 its runs."""

    grams: Rows

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Counts":
        """Count; the slow part of reading a text, so the last ones are kept at hand."""
        parts = [_counted(excerpt(text)) for text in texts]
        if not parts:
            return cls(Rows(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32)))
        sizes = np.array([size for _, _, sizes in parts for size in sizes])
        starts = np.concatenate(([0], np.cumsum(sizes)))
        columns, counts = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
        return cls(Rows(starts, columns, counts))

    def __len__(self) -> int:
        return len(self.grams) // 2

    def take(self, texts: NDArray[np.intp]) -> "Counts":
        """Those of these texts, in this order."""
        return Counts(self.grams.take(np.stack([2 * texts, 2 * texts + 1], axis=1).ravel()))

    def words_alone(self) -> "Counts":
        """Without the runs: a tenth of the memory."""
        whole = self.grams.take(np.arange(0, len(self.grams), 2))
        return Counts(Rows(np.repeat(whole.starts, 2)[1:], whole.columns, whole.values))

    def followed_by(self, others: "Counts") -> "Counts":
        """These texts and then the others."""
        starts = np.concatenate((self.grams.starts, others.grams.starts[1:] + self.grams.starts[-1]))
        columns = np.concatenate((self.grams.columns, others.grams.columns))
        return Counts(Rows(starts, columns, np.concatenate((self.grams.values, others.grams.values))))


@lru_cache(maxsize=64)
def _counted(text: str) -> tuple[NDArray[np.int32], Floats, tuple[int, int]]:
    """The buckets of a text's n-grams, how often each occurs, and how many of them are words and runs."""
    words_and_runs = [Counter(crc32(gram.encode()) % BUCKETS for gram in grams) for grams in _grams(words(text))]
    columns = np.array([bucket for counts in words_and_runs for bucket in counts], np.int32)
    counted = np.array([n for counts in words_and_runs for n in counts.values()], np.float32)
    whole, runs = map(len, words_and_runs)
    return columns, counted, (whole, runs)


@dataclass(frozen=True, slots=True)
class Idf:
    """How telling each bucket is: the smoothed inverse document frequency of the declared utterances."""

    weight: Floats

    @classmethod
    def of(cls, counts: Counts) -> "Idf":
        """That of the texts that were counted."""
        seen = np.bincount(counts.grams.columns, minlength=BUCKETS)
        return cls((np.log((1 + len(counts)) / (1 + np.minimum(seen, len(counts)))) + 1).astype(np.float32))

    def weigh(self, counts: Counts) -> Rows:
        """One sparse row per text, words and runs of length 1 each before they share it; without words it is empty."""
        grams = counts.grams
        values = (1 + np.log(grams.values)) * self.weight[grams.columns]
        sizes = np.diff(grams.starts)
        squares = np.zeros(len(sizes), np.float32)
        full = np.flatnonzero(sizes)
        if len(full):
            squares[full] = np.add.reduceat(values * values, grams.starts[full])
        shares = np.tile(np.array([WORD_SHARE, 1 - WORD_SHARE], np.float32), len(counts))
        scale = np.sqrt(shares / np.where(squares, squares, 1))
        return Rows(grams.starts[::2], grams.columns, (values * np.repeat(scale, sizes)).astype(np.float32))

    def rows(self, texts: Iterable[str]) -> Rows:
        """One sparse row per text."""
        return self.weigh(Counts.of(texts))

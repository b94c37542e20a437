"""Sentence vectors: all-MiniLM-L6-v2 (Apache-2.0) run in numpy.

The model is BERT with 6 layers, 12 heads and width 384. A vector is one or several pools side by side: the mean or the
largest value over the tokens of a text behind some layer, scaled to length 1. Layers behind the last pool are not run.
The word table stays in the file and only the rows of a text's words are read, which saves 46 MB of memory; a mapping
would take them page by page after all.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nova_bot.routing.ngrams import Floats, excerpt
from nova_bot.routing.tensors import Tensors
from nova_bot.routing.wordpiece import WordPiece

HEADS, WIDTH = 12, 384
EPSILON = 1e-12
_LOOKED_UP = "embeddings.word_embeddings.weight"
LONGEST = 64
"""Tokens; a longer text is cut: the wish stands at its start, the n-grams read on, and a paste can't hold a core."""

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
FILES = {"model.safetensors": WEIGHTS_SHA256, "tokenizer.json": TOKENIZER_SHA256}


@dataclass(frozen=True, slots=True)
class Pool:
    """What is taken from a text's tokens behind layer number `layer`, 1 to 6: their mean, or the largest values."""

    layer: int
    largest: bool = False

    def __str__(self) -> str:
        return f"{'max' if self.largest else 'mean'}{self.layer}"


ROUTING = (Pool(2), Pool(3), Pool(4), Pool(4, largest=True))
"""What tells the agents apart best for its price; the last two layers add little (docs/decisions/routing.md)."""

SENTENCE = (Pool(6),)
"""What sentence-transformers gives for the same model."""


class WeightsUnusable(Exception):
    """The model files are missing or are not the pinned ones; the message says which."""


def check(folder: Path) -> None:
    """Raises WeightsUnusable unless `folder` holds the pinned files, by their SHA-256."""
    for name, sha in FILES.items():
        path = folder / name
        if not path.is_file():
            raise WeightsUnusable(f"{name} is missing")
        with path.open("rb") as handle:
            if hashlib.file_digest(handle, "sha256").hexdigest() != sha:
                raise WeightsUnusable(f"{name} has another checksum than the pinned one")


def _weights(file: Tensors, layers: int) -> dict[str, Floats]:
    """The tensors that are kept in memory, by name.

    Matrices are turned over, with which short texts multiply nearly twice as fast; query, key and value are one matrix,
    for one product instead of three. Room for all is made first, so that what is only read leaves no holes behind.
    """
    kept_as = {name: place for name in file.shapes if (place := _kept_as(name, layers))}
    kept: dict[str, Floats] = {}
    for name, (target, third) in kept_as.items():
        shape = file.shapes[name][::-1] if _turned(name) else file.shapes[name]
        kept.setdefault(target, np.empty((*shape[:-1], shape[-1] * (1 if third is None else 3)), np.float32))
    for name, (target, third) in kept_as.items():
        room = kept[target] if third is None else kept[target][..., third * WIDTH : (third + 1) * WIDTH]
        room[...] = file.read(name).T if _turned(name) else file.read(name)
    return kept


def _turned(name: str) -> bool:
    return name.startswith("encoder.") and name.endswith("weight") and "LayerNorm" not in name


def _kept_as(name: str, layers: int) -> tuple[str, int | None] | None:
    """Under which name a tensor is kept, and which third of a joined one it is; None for one that isn't kept."""
    layer = re.match(r"encoder\.layer\.(\d)\.", name)
    if layer is None:
        return (name, None) if name.startswith("embeddings.") and name != _LOOKED_UP else None
    if int(layer[1]) >= layers:
        return None
    third = re.search(r"\.self\.(query|key|value)\.", name)
    return (name.replace(third[1], "all"), ("query", "key", "value").index(third[1])) if third else (name, None)


class Embedder:
    """Encodes texts. Raises WeightsUnusable when the files aren't the pinned ones."""

    def __init__(self, folder: Path, pools: Sequence[Pool] = ROUTING) -> None:
        check(folder)
        self.pools = tuple(pools)
        self.layers = max(pool.layer for pool in pools)
        self._pieces = WordPiece.from_file(folder / "tokenizer.json")
        self._file = Tensors(folder / "model.safetensors")
        self._w = _weights(self._file, self.layers)

    @property
    def width(self) -> int:
        """The length of a vector."""
        return WIDTH * len(self.pools)

    def one(self, text: str) -> Floats:
        """The vector of one text: shape (width,)."""
        vector: Floats = self._encode(np.array([self._ids(text)]))[0]
        return vector

    def many(self, texts: Sequence[str], batch: int = 32) -> Floats:
        """The vectors of many texts: shape (n, width). Texts of the same length go together and need no mask."""
        ids = [self._ids(text) for text in texts]
        vectors = np.zeros((len(texts), self.width), np.float32)
        by_length: dict[int, list[int]] = {}
        for i, row in enumerate(ids):
            by_length.setdefault(len(row), []).append(i)
        for rows in by_length.values():
            for start in range(0, len(rows), batch):
                part = rows[start : start + batch]
                vectors[part] = self._encode(np.array([ids[i] for i in part]))
        return vectors

    def _ids(self, text: str) -> list[int]:
        return self._pieces.ids(excerpt(text), LONGEST)

    def _encode(self, ids: Any) -> Floats:
        batch, length = ids.shape
        unique, place = np.unique(ids, return_inverse=True)
        x = self._file.rows(_LOOKED_UP, unique)[place.reshape(batch, length)]
        x += self._w["embeddings.position_embeddings.weight"][:length]
        x += self._w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm").reshape(batch * length, WIDTH)
        pooled: dict[Pool, Floats] = {}
        for layer in range(self.layers):
            x = self._layer(x, batch, length, f"encoder.layer.{layer}.")
            tokens = x.reshape(batch, length, WIDTH)
            pooled |= {pool: _pooled(tokens, pool) for pool in self.pools if pool.layer == layer + 1}
        return np.concatenate([pooled[pool] for pool in self.pools], axis=1)

    def _layer(self, x: Floats, batch: int, length: int, prefix: str) -> Floats:
        attended = self._dense(self._attend(x, batch, length, prefix), f"{prefix}attention.output.dense")
        x = self._norm(x + attended, f"{prefix}attention.output.LayerNorm")
        inner = _gelu(self._dense(x, f"{prefix}intermediate.dense"))
        return self._norm(x + self._dense(inner, f"{prefix}output.dense"), f"{prefix}output.LayerNorm")

    def _attend(self, x: Floats, batch: int, length: int, prefix: str) -> Floats:
        parts = self._dense(x, f"{prefix}attention.self.all").reshape(batch, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = parts.transpose(2, 0, 3, 1, 4)
        scores = query @ key.transpose(0, 1, 3, 2) * np.float32((WIDTH / HEADS) ** -0.5)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        joined: Floats = mixed.transpose(0, 2, 1, 3).reshape(batch * length, WIDTH)
        return joined

    def _dense(self, x: Floats, name: str) -> Floats:
        product: Floats = x @ self._w[f"{name}.weight"]
        product += self._w[f"{name}.bias"]
        return product

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread: Floats = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(EPSILON))
        normed: Floats = centred / spread * self._w[f"{name}.weight"] + self._w[f"{name}.bias"]
        return normed


def _pooled(tokens: Floats, pool: Pool) -> Floats:
    taken = tokens.max(axis=1) if pool.largest else tokens.mean(axis=1)
    return np.asarray(taken / np.linalg.norm(taken, axis=1, keepdims=True), np.float32)


_SLOPE = np.float32((2 / np.pi) ** 0.5)
_CURVE = np.float32(0.044715 * (2 / np.pi) ** 0.5)
_HALF = np.float32(0.5)


def _gelu(x: Floats) -> Floats:
    """x times the normal distribution function, by the tanh formula of Hendrycks and Gimpel (error below 5e-4).

    It is ten times as fast in numpy as the exact one, and turns a sentence vector by less than a hundredth of a degree.
    """
    y = x * x
    y *= _CURVE
    y += _SLOPE
    y *= x
    np.tanh(y, out=y)
    y += 1
    y *= x
    y *= _HALF
    return y

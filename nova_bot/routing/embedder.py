"""Sentence vectors: all-MiniLM-L6-v2 (Apache-2.0) run in numpy, with the `tokenizers` and `safetensors` readers.

The model is BERT with 6 layers, 12 heads and width 384; a vector is the mean over its tokens, scaled to length 1.
The word table stays in the file and only the rows of a text's words are read, which saves 46 MB of memory; a mapping
would take them page by page after all.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nova_bot.routing.ngrams import Floats, excerpt

LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12
LONGEST = 64
"""Tokens; a longer text is cut: the wish stands at its start, the n-grams read on, and a paste can't hold a core."""

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
FILES = {"model.safetensors": WEIGHTS_SHA256, "tokenizer.json": TOKENIZER_SHA256}


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


class _Table:
    """A float32 matrix that stays in a safetensors file."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            about = json.loads(file.read(size))[name]
        self._start = 8 + size + about["data_offsets"][0]
        self._width = about["shape"][1]

    def rows(self, wanted: Any) -> Floats:
        """The rows with these numbers."""
        size = 4 * self._width
        with self._path.open("rb", buffering=0) as file:
            found = b"".join(os.pread(file.fileno(), size, self._start + size * int(i)) for i in wanted)
        return np.frombuffer(found, "<f4").reshape(len(wanted), self._width)


class Embedder:
    """Encodes texts. Raises WeightsUnusable when the files aren't the pinned ones."""

    def __init__(self, folder: Path) -> None:
        check(folder)
        from safetensors import safe_open  # only needed where the weights are installed
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)
        path = folder / "model.safetensors"
        with safe_open(str(path), "np") as file:
            self._w = {
                name: np.ascontiguousarray(file.get_tensor(name))
                for name in file.keys()  # noqa: SIM118 (not a dict)
                if "word_embeddings" not in name and "pooler" not in name and "position_ids" not in name
            }
        self._words = _Table(path, "embeddings.word_embeddings.weight")
        for layer in range(LAYERS):
            self._join_attention(f"encoder.layer.{layer}.attention.self.")
        for name in [name for name in self._w if name.endswith(("dense.weight", "all.weight"))]:
            self._w[name] = np.ascontiguousarray(self._w[name].T)  # short texts multiply nearly twice as fast this way

    def _join_attention(self, prefix: str) -> None:
        """One matrix for query, key and value: one product instead of three."""
        for kind in ("weight", "bias"):
            parts = [self._w.pop(f"{prefix}{part}.{kind}") for part in ("query", "key", "value")]
            self._w[f"{prefix}all.{kind}"] = np.concatenate(parts)

    def one(self, text: str) -> Floats:
        """The vector of one text: shape (384,), length 1."""
        vector: Floats = self._encode(np.array([self._ids(text)]))[0]
        return vector

    def many(self, texts: Sequence[str], batch: int = 32) -> Floats:
        """The vectors of many texts: shape (n, 384). Texts of the same length go together and need no mask."""
        ids = [self._ids(text) for text in texts]
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        by_length: dict[int, list[int]] = {}
        for i, row in enumerate(ids):
            by_length.setdefault(len(row), []).append(i)
        for rows in by_length.values():
            for start in range(0, len(rows), batch):
                part = rows[start : start + batch]
                vectors[part] = self._encode(np.array([ids[i] for i in part]))
        return vectors

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(excerpt(text)).ids)

    def _encode(self, ids: Any) -> Floats:
        batch, length = ids.shape
        unique, place = np.unique(ids, return_inverse=True)
        x = self._words.rows(unique)[place.reshape(batch, length)]
        x += self._w["embeddings.position_embeddings.weight"][:length]
        x += self._w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm").reshape(batch * length, WIDTH)
        for layer in range(LAYERS):
            x = self._layer(x, batch, length, f"encoder.layer.{layer}.")
        mean = x.reshape(batch, length, WIDTH).mean(axis=1)
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)

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

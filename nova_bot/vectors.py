"""Sentence vectors kept in a file by text, so that a text is encoded once."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nova_bot.routing.embedder import WEIGHTS_SHA256, WIDTH
from nova_bot.routing.ngrams import Floats

log = logging.getLogger(__name__)

AT_ONCE = 512
"""Texts between two reports of progress."""

Half = NDArray[np.float16]
Progress = Callable[[int, int], None]


def unsaid(done: int, total: int) -> None:
    """Progress goes to the log."""
    log.info("encoded %d of %d texts", done, total, extra={"action": "vectors.encode"})


class KeptVectors:
    """Encodes texts with `encode`, those of earlier calls from the file at `path`.

    `width` is the length of a vector. Vectors are rounded to half precision, also on the first call, so that every call
    gives the same ones. `progress` is told how many of the new texts are done.
    """

    def __init__(
        self,
        encode: Callable[[Sequence[str]], Floats],
        path: Path,
        width: int = WIDTH,
        progress: Progress = unsaid,
    ) -> None:
        self._encode = encode
        self._path = path
        self._width = width
        self._progress = progress
        self._kept = _read(path)

    def __call__(self, texts: Sequence[str]) -> Floats:
        """The vectors of `texts`, shape (n, 384)."""
        names = [_name(text) for text in texts]
        new = {name: text for name, text in zip(names, texts, strict=True) if name not in self._kept}
        if new:
            self._add(new)
        found = [self._kept[name] for name in names]
        return np.array(found, np.float32).reshape(len(names), self._width)

    def _add(self, new: dict[str, str]) -> None:
        names, texts = [*new], [*new.values()]
        for start in range(0, len(texts), AT_ONCE):
            vectors = self._encode(texts[start : start + AT_ONCE]).astype(np.float16)
            self._kept.update(zip(names[start : start + AT_ONCE], vectors, strict=True))
            self._progress(min(start + AT_ONCE, len(texts)), len(texts))
        _write(self._path, self._kept)


def _name(text: str) -> str:
    """What a vector belongs to: the encoder's weights and the text."""
    return hashlib.sha256(f"{WEIGHTS_SHA256}\n{text}".encode()).hexdigest()[:32]


def _read(path: Path) -> dict[str, Half]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(zip(map(str, file["names"]), file["vectors"], strict=True))
    except (OSError, KeyError, ValueError, BadZipFile):
        return {}


def _write(path: Path, kept: dict[str, Half]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, allow_pickle=False, names=np.array([*kept]), vectors=np.stack([*kept.values()]))
    partial.replace(path)

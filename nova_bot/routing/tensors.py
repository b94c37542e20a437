"""Tensors: float32 arrays in a safetensors file, read one at a time, or row by row, without mapping the file.

The format is a length, a JSON header with the place of every tensor, and their bytes.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from nova_bot.routing.ngrams import Floats


class Tensors:
    """The float32 tensors of one file, by name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(size))
        self._start = 8 + size
        self._about = {name: about for name, about in header.items() if about.get("dtype") == "F32"}

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """What there is, and how large it is."""
        return {name: tuple(about["shape"]) for name, about in self._about.items()}

    def read(self, name: str) -> Floats:
        """One tensor as a whole."""
        begin, end = self._about[name]["data_offsets"]
        with self._path.open("rb", buffering=0) as file:
            file.seek(self._start + begin)
            return np.frombuffer(file.read(end - begin), "<f4").reshape(self._about[name]["shape"])

    def rows(self, name: str, wanted: Iterable[int]) -> Floats:
        """Some rows of a matrix; nothing else of it comes into memory."""
        begin = self._start + self._about[name]["data_offsets"][0]
        width = self._about[name]["shape"][1]
        with self._path.open("rb", buffering=0) as file:
            found = b"".join(os.pread(file.fileno(), 4 * width, begin + 4 * width * int(row)) for row in wanted)
        return np.frombuffer(found, "<f4").reshape(-1, width)

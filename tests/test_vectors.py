from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from nova_bot import vectors
from nova_bot.routing.embedder import WIDTH
from nova_bot.routing.ngrams import Floats
from nova_bot.vectors import KeptVectors


class Encoder:
    """Counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Floats:
        self.asked += texts
        return np.array([[len(text) / 3] * WIDTH for text in texts], np.float32)


def test_a_text_is_encoded_once_also_by_a_later_process(tmp_path: Path) -> None:
    encoder = Encoder()
    first = KeptVectors(encoder, tmp_path / "deep" / "vectors.npz")(["aa", "b", "aa"])
    again = KeptVectors(encoder, tmp_path / "deep" / "vectors.npz")(["b", "ccc"])
    assert encoder.asked == ["aa", "b", "ccc"]
    assert first.shape == (3, WIDTH)
    assert (first[1] == again[0]).all(), "the first answer is as rounded as the kept one"


def test_no_texts_have_no_vectors(tmp_path: Path) -> None:
    assert KeptVectors(Encoder(), tmp_path / "vectors.npz")([]).shape == (0, WIDTH)


def test_a_broken_file_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    path.write_bytes(b"no archive")
    KeptVectors(Encoder(), path)(["a"])
    untouched = Encoder()
    KeptVectors(untouched, path)(["a"])
    assert untouched.asked == []


def test_progress_is_told_for_new_texts_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "AT_ONCE", 2)
    told: list[tuple[int, int]] = []
    kept = KeptVectors(Encoder(), tmp_path / "vectors.npz", WIDTH, lambda done, total: told.append((done, total)))
    kept(["a", "b", "c"])
    kept(["a"])
    assert told == [(2, 3), (3, 3)]

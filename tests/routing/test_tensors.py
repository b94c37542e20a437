"""Reading float32 arrays out of a safetensors file."""

import json
from pathlib import Path

import numpy as np
import pytest

from nova_bot.routing.tensors import Tensors

TABLE = np.arange(12, dtype="<f4").reshape(4, 3)
LINE = np.array([7, 8], "<f4")


@pytest.fixture
def tensors(tmp_path: Path) -> Tensors:
    header = {
        "__metadata__": {"format": "pt"},
        "table": {"dtype": "F32", "shape": [4, 3], "data_offsets": [0, 48]},
        "line": {"dtype": "F32", "shape": [2], "data_offsets": [48, 56]},
        "numbers": {"dtype": "I64", "shape": [1], "data_offsets": [56, 64]},
    }
    written = json.dumps(header).encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(len(written).to_bytes(8, "little") + written + TABLE.tobytes() + LINE.tobytes() + bytes(8))
    return Tensors(path)


def test_the_float_tensors_are_there_with_their_shapes(tensors: Tensors) -> None:
    assert tensors.shapes == {"table": (4, 3), "line": (2,)}


def test_a_tensor_is_read_as_a_whole_or_by_rows(tensors: Tensors) -> None:
    assert (tensors.read("table") == TABLE).all()
    assert (tensors.read("line") == LINE).all()
    assert (tensors.rows("table", [2, 0, 2]) == TABLE[[2, 0, 2]]).all()
    assert tensors.rows("table", []).shape == (0, 3)

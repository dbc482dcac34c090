"""The ggml file."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stt.worker.errors import ModelUnavailable
from stt.worker.weights import ggml
from stt.worker.weights.ggml import GgmlShape

MATRICES = arrays(
    np.float32, st.tuples(st.integers(1, 4), st.just(64)), elements=st.floats(-8, 8, width=32, allow_subnormal=False)
)


def restored(blocks, shape):
    rows = np.frombuffer(blocks, ggml.BLOCK_TYPE)
    return (rows["scale"].astype(np.float32)[:, None] * rows["steps"]).reshape(shape)


@given(MATRICES)
def test_quantised_values_are_within_a_step_of_the_true_ones(matrix):
    blocks = ggml.quantise(matrix)
    step = np.abs(matrix.reshape(-1, ggml.BLOCK)).max(axis=1).repeat(ggml.BLOCK).reshape(matrix.shape) / 127
    assert (np.abs(restored(blocks, matrix.shape) - matrix) <= 0.6 * step + 1e-5).all()


def test_a_block_of_32_values_takes_34_bytes():
    assert len(ggml.quantise(np.ones((3, 64), np.float32))) == 3 * 2 * 34


def head(*, magic=0x67676D6C, vocabulary=51865, width=8, audio=4, text=4, heads=6, mels=80):
    return struct.pack("<12i", magic, vocabulary, 1500, width, heads, audio, 448, width, heads, text, mels, 1)


def shape_of(tmp_path, raw, size=10_000_000):
    path = tmp_path / "ggml-any.bin"
    path.write_bytes(raw.ljust(size, b"\0"))
    return GgmlShape.read(path)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "TINY"),
        ({"vocabulary": 51864}, "TINY_EN"),
        ({"audio": 12, "text": 12, "heads": 12}, "SMALL"),
        ({"audio": 32, "text": 32, "heads": 20, "mels": 128, "vocabulary": 51866}, "LARGE_V3"),
        ({"audio": 32, "text": 4, "heads": 20, "mels": 128, "vocabulary": 51866}, "LARGE_V3_TURBO"),
        ({"heads": 2}, None),
    ],
)
def test_a_model_is_known_by_its_shape_whatever_its_file_is_called(tmp_path, changes, name):
    assert shape_of(tmp_path, head(**changes)).known_as == name


@pytest.mark.parametrize("raw", [b"", head(magic=0x46554747), head()[:40]])
def test_other_files_are_refused(tmp_path, raw):
    with pytest.raises(ModelUnavailable, match="not a ggml Whisper model"):
        shape_of(tmp_path, raw, size=0)


def test_a_file_too_small_for_its_weights_is_refused(tmp_path):
    whole = shape_of(tmp_path, head()).least_bytes
    shape_of(tmp_path, head(), size=whole)
    with pytest.raises(ModelUnavailable, match="its end is missing"):
        shape_of(tmp_path, head(), size=whole - 1)

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tools.whisper_model import ggml

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

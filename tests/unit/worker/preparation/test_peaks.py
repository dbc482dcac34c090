import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stt.worker.preparation.peaks import SAMPLES, Peaks


def peaks_of(*blocks):
    peaks = Peaks()
    for block in blocks:
        peaks.hear(block)
    return peaks.finish()


def test_the_loudest_sample_counts_whatever_its_sign_and_its_track():
    block = np.zeros((2, 4 * SAMPLES), np.int16)
    block[0, 5], block[1, SAMPLES], block[0, 3 * SAMPLES - 1] = 32767, -32768, 328
    assert list(peaks_of(block)) == [255, 255, 26, 0]


@given(cuts=st.lists(st.integers(0, 5000), max_size=6))
def test_blocks_of_any_length_give_the_same(cuts):
    sound = (np.random.default_rng(3).normal(0, 4000, (1, 5000))).astype(np.int16)
    edges = [0, *sorted(cuts), 5000]
    pieces = [sound[:, a:b] for a, b in zip(edges, edges[1:], strict=False)]
    assert peaks_of(*pieces) == peaks_of(sound)
    assert len(peaks_of(sound)) == -(-5000 // SAMPLES)


def test_of_nothing_there_are_none():
    assert peaks_of() == b""

"""Chunks come back from FLAC sample by sample."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stt.worker.audio import flac


@settings(max_examples=30)
@given(arrays(np.int16, st.integers(1, 12_000), elements=st.integers(-32768, 32767), fill=st.just(0)))
def test_every_sample_comes_back(pcm):
    assert np.array_equal(flac.decode(flac.encode(pcm)), pcm)


@pytest.mark.parametrize("length", [1, 15, 4607, 4608, 4609, 1_000_003])
def test_every_length_comes_back(length):
    pcm = np.random.default_rng(length).integers(-32768, 32768, length).astype(np.int16)
    back = flac.decode(flac.encode(pcm))
    assert back.dtype == np.int16
    assert np.array_equal(back, pcm)


def test_silence_takes_next_to_no_room():
    assert len(flac.encode(np.zeros(960_000, np.int16))) < 20_000

"""The spectrogram is the one that faster-whisper would make."""

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.worker.audio.pcm import samples_of, seconds_of
from stt.worker.audio.spectrogram import spectrogram


@settings(max_examples=20)
@given(st.integers(1600, 60_000), st.sampled_from([80, 128]), st.floats(1, 32_000), st.integers(0, 99))
def test_it_is_the_one_that_the_engine_would_make(length, bands, loudness, seed):
    pcm = (np.random.default_rng(seed).uniform(-1, 1, length) * loudness).astype(np.int16)
    theirs = FeatureExtractor(feature_size=bands)(pcm.astype(np.float32) / 32768)[:, :-1]
    ours = spectrogram(pcm, bands)
    assert ours.dtype == np.float32
    assert ours.shape == theirs.shape == (bands, length // 160)
    assert np.abs(ours - theirs).max() < 1e-5


def test_silence_has_a_spectrogram_too():
    assert np.isfinite(spectrogram(np.zeros(1600, np.int16), 80)).all()


def test_samples_and_their_spectrogram_last_as_long():
    pcm = np.zeros(16_160, np.int16)
    assert seconds_of(pcm) == seconds_of(spectrogram(pcm, 80)) == 1.01


def test_an_engine_that_takes_samples_is_not_given_a_spectrogram():
    with pytest.raises(ValueError, match="spectrogram"):
        samples_of(spectrogram(np.zeros(1600, np.int16), 80))

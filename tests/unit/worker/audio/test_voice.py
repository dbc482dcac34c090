"""The band of voices."""

import numpy as np

from stt.worker.audio.voice import STEP_SECONDS, voice_levels
from stt.worker.constants import SAMPLE_RATE


def test_a_vowel_is_loud_and_a_hiss_as_strong_is_not():
    clock = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    vowel, hiss = (3000 * np.sin(2 * np.pi * hertz * clock) for hertz in (500, 5000))
    levels = voice_levels(np.concatenate([vowel, hiss]).astype(np.int16))
    assert len(levels) == 2 / STEP_SECONDS
    assert np.median(levels[:100]) - np.median(levels[100:]) > 40


def test_nothing_has_no_levels():
    assert len(voice_levels(np.zeros(0, np.int16))) == 0

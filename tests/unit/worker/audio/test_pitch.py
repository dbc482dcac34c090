"""What repeats itself as vocal cords do."""

import numpy as np
import pytest

from stt.worker.audio.pitch import voiced_share
from stt.worker.constants import SAMPLE_RATE

CLOCK = np.arange(SAMPLE_RATE) / SAMPLE_RATE


def pcm(samples):
    return (3000 * samples / np.abs(samples).max()).astype(np.int16)


def vowel(hertz):
    """A second of overtones, the higher the quieter, of a voice that falls a little."""
    phase = 2 * np.pi * hertz * (CLOCK - CLOCK**2 / 10)
    return pcm(sum(np.sin(overtone * phase) / overtone for overtone in range(1, 12)))


@pytest.mark.parametrize("hertz", [90, 120, 220, 330])
def test_a_vowel_has_a_pitch(hertz):
    assert voiced_share(vowel(hertz)) > 0.9


def test_a_hiss_and_a_rumble_have_none():
    noise = np.random.default_rng(1).standard_normal(SAMPLE_RATE)
    rumble = np.convolve(noise, np.hanning(800), "same")
    assert voiced_share(pcm(noise)) == 0
    assert voiced_share(pcm(rumble)) < 0.1


def test_half_of_it_is_half():
    noise = pcm(np.random.default_rng(2).standard_normal(SAMPLE_RATE))
    assert voiced_share(np.concatenate([vowel(120), noise])) == pytest.approx(0.5, abs=0.1)


def test_silence_and_less_than_a_frame_have_none():
    assert voiced_share(np.zeros(SAMPLE_RATE, np.int16)) == 0
    assert voiced_share(np.zeros(10, np.int16)) == 0

"""The band of voices."""

import numpy as np
import pytest

from stt.worker.audio.voice import STEP_SECONDS, Voice, voice_levels
from stt.worker.constants import SAMPLE_RATE


def tone(seconds: float, strength: float) -> np.ndarray:
    clock = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (strength * np.sin(2 * np.pi * 500 * clock)).astype(np.int16)


def test_a_vowel_is_loud_and_a_hiss_as_strong_is_not():
    clock = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    vowel, hiss = (3000 * np.sin(2 * np.pi * hertz * clock) for hertz in (500, 5000))
    levels = voice_levels(np.concatenate([vowel, hiss]).astype(np.int16))
    assert len(levels) == 2 / STEP_SECONDS
    assert np.median(levels[:100]) - np.median(levels[100:]) > 40


def test_nothing_has_no_levels():
    assert len(voice_levels(np.zeros(0, np.int16))) == 0


def test_a_voice_is_heard_for_as_long_as_it_sounds_and_a_breath_is_none():
    pcm = np.concatenate([tone(1.0, 3000), tone(0.5, 100), tone(0.3, 3000)])
    heard = Voice(pcm, 20.0, 20.0, 21.8)
    assert heard.seconds(20.0, 21.0) == pytest.approx(1.0)
    assert heard.seconds(21.1, 21.4) == 0
    assert heard.seconds(21.0, 21.8) == pytest.approx(0.35, abs=0.06)


def test_syllables_are_told_by_how_the_voice_falls_between_them():
    pcm = np.concatenate([tone(0.2, strength) for strength in (3000, 300, 3000, 2500, 3000, 300, 3000)])
    heard = Voice(pcm, 20.0, 20.0, 21.4)
    assert heard.syllables(20.0, 21.4) == 3
    assert heard.syllables(20.0, 20.2) == 1
    assert heard.syllables(20.25, 20.35) == 0


def test_where_nothing_is_nobody_is_heard():
    heard = Voice(np.zeros(0, np.int16), 20.0, 20.0, 21.0)
    assert (heard.seconds(20.0, 21.0), heard.syllables(20.0, 21.0)) == (0, 0)

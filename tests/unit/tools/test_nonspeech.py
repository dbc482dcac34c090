import numpy as np
import pytest

from tools.speech import SAMPLE_RATE, nonspeech

KINDS = [nonspeech.white_noise, nonspeech.hum, nonspeech.tones, nonspeech.dtmf, nonspeech.clicks]


@pytest.mark.parametrize("kind", [nonspeech.silence, *KINDS])
def test_it_is_as_long_as_asked_the_same_each_time_and_says_nothing(kind):
    recording = kind(2.5)
    assert recording.duration == 2.5
    assert recording.phrases == ()
    assert np.array_equal(recording.pcm, kind(2.5).pcm)


@pytest.mark.parametrize("kind", KINDS)
def test_its_peak_is_at_most_the_level_asked_for(kind):
    peak = np.abs(kind(3, level_db=-12.0).pcm / 32767).max()
    assert -18.5 < 20 * np.log10(peak) < -11.99


def test_silence_is_zero_and_noise_is_not():
    assert not nonspeech.silence(1).pcm.any()
    assert nonspeech.white_noise(1).pcm.std() > 300
    assert not np.array_equal(nonspeech.white_noise(1).pcm, nonspeech.white_noise(1, seed=1).pcm)


def test_a_key_sounds_its_two_tones():
    spectrum = np.abs(np.fft.rfft(nonspeech.dtmf(0.1, keys="5").pcm))
    loudest = np.sort(np.argsort(spectrum)[-2:]) * 10  # bins of a tenth of a second are 10 Hz wide
    assert np.allclose(loudest, (770, 1336), atol=10)


def test_hum_is_made_of_multiples_of_the_mains():
    spectrum = np.abs(np.fft.rfft(nonspeech.hum(1, mains=60).pcm))
    assert sorted(np.argsort(spectrum)[-5:]) == [60, 120, 180, 240, 300]


def test_clicks_are_single_samples():
    clicks = np.flatnonzero(nonspeech.clicks(3, every=0.5).pcm)
    assert clicks.tolist() == [round(beat * 0.5 * SAMPLE_RATE) for beat in range(6)]

import numpy as np

from stt.worker.audio.spectrogram import FFT_SIZE, mel_filters
from stt.worker.constants import SAMPLE_RATE

HERTZ = np.fft.rfftfreq(FFT_SIZE, 1 / SAMPLE_RATE)


def test_there_is_a_filter_for_each_band_over_every_bin_up_to_8_khz():
    assert mel_filters(80).shape == (80, 201)
    assert mel_filters(128).shape == (128, 201)


def test_each_filter_is_one_triangle_of_unit_area():
    for band in mel_filters()[30:]:  # below, a triangle is narrower than the bins can show
        heard = np.flatnonzero(band)
        assert heard.tolist() == list(range(heard[0], heard[-1] + 1))
        assert abs(band.sum() * 40 - 1) < 0.15


def test_filters_follow_each_other_up_to_the_top():
    centres = (mel_filters() @ HERTZ) / mel_filters().sum(axis=1)
    assert (np.diff(centres) > 0).all()
    assert centres[0] < 60
    assert centres[-1] > 7_600


def test_bands_are_even_below_1_khz_and_grow_above():
    centres = (mel_filters() @ HERTZ) / mel_filters().sum(axis=1)
    steps = np.diff(centres)
    assert np.allclose(steps[5:20], steps[5:20].mean(), atol=20)
    assert steps[-1] > 5 * steps[10]

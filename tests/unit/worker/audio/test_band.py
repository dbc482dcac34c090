import numpy as np
import pytest

from stt.worker.audio.band import is_narrow
from stt.worker.constants import SAMPLE_RATE


def sound(*tones):
    """Tones of so many Hz, each with an amplitude, and what rounding adds."""
    at = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    return sum(amplitude * np.sin(2 * np.pi * hertz * at) for hertz, amplitude in tones).round().astype(np.int16)


@pytest.mark.parametrize(
    ("tones", "narrow"),
    [
        ([(500, 9000), (3300, 3000)], True),
        ([(500, 9000), (3300, 3000), (5000, 100)], False),
        ([(500, 9000), (3300, 3000), (5000, 10)], True),
        ([(100, 20000), (500, 900), (5000, 10)], False),
    ],
    ids=["telephone", "microphone", "hardly anything", "hum is no speech"],
)
def test_a_telephone_lets_nothing_high_through(tones, narrow):
    assert is_narrow(sound(*tones)) is narrow


def test_silence_is_narrow():
    assert is_narrow(np.zeros(SAMPLE_RATE, np.int16))

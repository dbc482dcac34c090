"""How much of a voice was let through: all of it, or what a telephone lets through. Pure."""

import numpy as np

from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE

SPEECH_HZ, BEYOND_HZ = 200.0, 4200.0
"""From where on there is speech, and from where on there is none on a telephone."""
NARROW_DB = -50.0
"""What lies beyond, beside all speech: of nineteen people before a microphone -33 to -5 dB, on a telephone -120."""


def is_narrow(pcm: Pcm) -> bool:
    """Whether there is nothing in it that a telephone does not let through."""
    power = np.abs(np.fft.rfft(pcm.astype(np.float32))) ** 2
    hertz = np.fft.rfftfreq(len(pcm), 1 / SAMPLE_RATE)
    beyond, speech = float(power[hertz > BEYOND_HZ].sum()), float(power[hertz > SPEECH_HZ].sum())
    return beyond <= speech * 10 ** (NARROW_DB / 10)

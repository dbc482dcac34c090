"""Where a voice is heard: the band in which vowels are and hisses are not. Pure."""

import numpy as np
import numpy.typing as npt

from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE

LOW_HZ, HIGH_HZ = 150.0, 1200.0
"""Where the first formant of vowels is, above hum and below sibilants."""
STEP_SECONDS = 0.01
SMOOTHED = 5
"""Steps (0.05 s) over which power is averaged: several periods of the lowest voice."""
REACH_SECONDS = 1.5
"""What is heard in a place is compared with so much of the speech on both sides of it."""
LOUDEST_FIFTH = 80
"""Per cent of that which is quieter than what is compared with."""
VOICE_DB = -20.0
"""Below this, beside the loudest fifth, there is no voice: a breath, a hiss, a click, or a pause that VAD took for
speech."""
DIP_DB = 6.0
"""By so much the voice falls between two syllables, and rises again. With 3 dB twelve of the words that last 0.1 s too
long, in 19 minutes of people, have three syllables too many, with 4 seven, and with 6 one."""
FAINTEST = 1e-4
"""Power of samples from -32768 to 32767 that stands for none."""

Levels = npt.NDArray[np.float64]
"""Decibels, one for each step, shape (steps,)."""


def voice_levels(pcm: Pcm) -> Levels:
    """Those of the samples, of any reference: only differences mean something."""
    step = round(STEP_SECONDS * SAMPLE_RATE)
    if len(pcm) < step:
        return np.zeros(0)
    spectrum = np.fft.rfft(pcm.astype(np.float64))
    frequencies = np.fft.rfftfreq(len(pcm), 1 / SAMPLE_RATE)
    spectrum[(frequencies < LOW_HZ) | (frequencies > HIGH_HZ)] = 0
    band = np.fft.irfft(spectrum, len(pcm))[: len(pcm) // step * step]
    power = np.square(band.reshape(-1, step)).mean(axis=1)
    smoothed = np.convolve(power, np.ones(SMOOTHED) / SMOOTHED, "same") if len(power) >= SMOOTHED else power
    return np.asarray(10 * np.log10(smoothed + FAINTEST))


class Voice:
    """The voice from second `start` to `end` of a file, beside the loudest of it; `pcm` begins at second `begin`."""

    def __init__(self, pcm: Pcm, begin: float, start: float, end: float) -> None:
        self._start = max(begin, start)
        first, last = (round((moment - begin) * SAMPLE_RATE) for moment in (self._start, end))
        levels = voice_levels(pcm[first:last])
        self._levels = levels - np.percentile(levels, LOUDEST_FIFTH) if len(levels) else levels

    def seconds(self, start: float, end: float) -> float:
        """For how long a voice is heard between two moments."""
        return float((self._between(start, end) > VOICE_DB).sum() * STEP_SECONDS)

    def syllables(self, start: float, end: float) -> int:
        """How often the voice rises and falls between two moments."""
        count, rises, turn = 0, True, -np.inf
        for level in self._between(start, end):
            turn = max(turn, level) if rises else min(turn, level)
            if abs(level - turn) > DIP_DB:
                count += rises and turn > VOICE_DB
                rises, turn = not rises, level
        return int(count + (rises and turn > VOICE_DB))

    def _between(self, start: float, end: float) -> Levels:
        first, last = (max(0, round((moment - self._start) / STEP_SECONDS)) for moment in (start, end))
        return self._levels[first:last]

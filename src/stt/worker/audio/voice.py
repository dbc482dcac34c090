"""How loud voices are: the band in which vowels are and hisses are not. Pure."""

import numpy as np
import numpy.typing as npt

from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE

LOW_HZ, HIGH_HZ = 150.0, 1200.0
"""Where the first formant of vowels is, above hum and below sibilants."""
STEP_SECONDS = 0.01
SMOOTHED = 5
"""Steps (0.05 s) over which power is averaged: several periods of the lowest voice."""
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

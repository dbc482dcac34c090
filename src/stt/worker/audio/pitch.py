"""Whether sound repeats itself as often as vocal cords do. Pure."""

import numpy as np

from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE

FRAME, STEP = round(0.04 * SAMPLE_RATE), round(0.02 * SAMPLE_RATE)
"""Samples that are compared with themselves: two periods and more of the lowest voice."""
HIGHEST_HZ, LOWEST_HZ = 400, 60
LIKE = 0.7
"""Correlation with itself a period later from which sound repeats itself."""


def voiced_share(pcm: Pcm) -> float:
    """The part of its frames, 0 to 1, that have the pitch of a voice.

    Between one period and the next such sound is unlike itself; a rumble, which is like itself throughout, has none.
    """
    if len(pcm) < FRAME:
        return 0.0
    frames = np.lib.stride_tricks.sliding_window_view(pcm.astype(np.float64), FRAME)[::STEP]
    spectrum = np.fft.rfft(frames - frames.mean(axis=1, keepdims=True), 2 * FRAME)
    correlation = np.fft.irfft(np.square(np.abs(spectrum)))[:, :FRAME] * FRAME / np.arange(FRAME, 0, -1)
    likeness = correlation / np.maximum(correlation[:, :1], 1.0)
    likeness[np.minimum.accumulate(likeness, axis=1) > LIKE / 2] = 0
    periods = likeness[:, SAMPLE_RATE // HIGHEST_HZ : SAMPLE_RATE // LOWEST_HZ + 1]
    return float((periods.max(axis=1) > LIKE).mean())

"""Audio in memory: samples, or the spectrogram of them."""

from typing import cast

import numpy as np
import numpy.typing as npt

from stt.worker.constants import FRAMES_PER_SECOND, SAMPLE_RATE

Pcm = npt.NDArray[np.int16]
"""Samples of 16 kHz mono audio, shape (n,)."""
Features = npt.NDArray[np.float32]
"""The spectrogram of it, shape (bands, frames of 10 ms)."""
Sound = Pcm | Features
"""What an engine is given to hear."""


def seconds_of(sound: Sound) -> float:
    """How long it is."""
    per_second: int = SAMPLE_RATE if sound.ndim == 1 else FRAMES_PER_SECOND
    return float(sound.shape[-1] / per_second)


def samples_of(sound: Sound) -> Pcm:
    """Its samples; raises ValueError if only the spectrogram is there."""
    if sound.ndim != 1:
        raise ValueError("A spectrogram was given to an engine that takes samples.")
    return cast(Pcm, sound)

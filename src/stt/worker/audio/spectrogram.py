"""The log-mel spectrogram that Whisper listens to. Pure.

Computed beside inference, in the consumer's threads, so that an inference process has nothing to do but infer.
Formulas: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022, section 2.2, as OpenAI's
`whisper.audio` has them.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from stt.worker.audio.pcm import Features, Pcm
from stt.worker.constants import SAMPLE_RATE

FFT_SIZE = 400
HOP = 160
"""Samples between frames: 10 ms."""
DYNAMIC_RANGE = 8.0
"""Orders of magnitude below the loudest that are told apart."""

# Slaney's scale (Auditory Toolbox, 1998): linear up to 1 kHz, then 27 steps for every factor of 6.4.
_HZ_PER_MEL = 200 / 3
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27


def spectrogram(pcm: Pcm, bands: int) -> Features:
    """Of at least 0.1 s; a frame for every whole 10 ms. Models have 80 bands, `large-v3` and its kin 128."""
    # A frame of silence behind the end, then a mirror at both ends, so that every frame has its window full.
    samples = np.pad(pcm.astype(np.float32) / np.float32(32768), (0, HOP))
    samples = np.pad(samples, FFT_SIZE // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(samples, FFT_SIZE)[::HOP][: len(pcm) // HOP]
    spectrum = np.fft.rfft(frames * _window(), axis=-1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    levels = np.log10(np.maximum(_filters(bands) @ power.T, 1e-10))
    scaled: Features = (np.maximum(levels, levels.max() - DYNAMIC_RANGE) + 4) / 4
    return scaled.astype(np.float32, copy=False)


def mel_filters(bands: int = 80) -> npt.NDArray[np.float32]:
    """Triangles of equal area, evenly spaced in mel from 0 Hz to 8 kHz: `(bands, 201)`, float32."""
    top = _BREAK_MEL + np.log(SAMPLE_RATE / 2 / _BREAK_HZ) / _LOG_STEP
    edges = _hertz(np.linspace(0, top, bands + 2))
    bins = np.fft.rfftfreq(FFT_SIZE, 1 / SAMPLE_RATE)
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
    triangles = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    return np.asarray(triangles * (2 / (high - low)), dtype=np.float32)


def _hertz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mel - _BREAK_MEL))
    return np.where(mel < _BREAK_MEL, mel * _HZ_PER_MEL, above)


_filters = lru_cache(mel_filters)


@lru_cache
def _window() -> npt.NDArray[np.float32]:
    """Hann's, of a period of `FFT_SIZE`."""
    return np.hanning(FFT_SIZE + 1)[:-1].astype(np.float32)

"""The spectrogram that networks for voices listen to: Kaldi's filter banks, as `torchaudio` makes them."""

from functools import cache

import numpy as np
import numpy.typing as npt

from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

BANDS = 80
FRAME, STEP = 400, 160
"""Samples of a frame (25 ms), and from one to the next (10 ms)."""
_FFT = 512
_LOWEST_HERTZ = 20.0
_PREEMPHASIS = 0.97
_FULL_SCALE = 32768.0


def filterbank(pcm: Pcm) -> npt.NDArray[np.float32]:
    """Logarithms of the energy in 80 mel bands, shape (frames, 80), each band without its mean over time.

    There is a frame for each 10 ms that 25 ms follow: at least 400 samples are needed for any.
    """
    frames = np.lib.stride_tricks.sliding_window_view(pcm.astype(np.float32) / _FULL_SCALE, FRAME)[::STEP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    spectrum = np.fft.rfft((frames - _PREEMPHASIS * before) * _window(), _FFT)
    energies = np.square(np.abs(spectrum)).astype(np.float32) @ _bands()
    bands = np.log(np.maximum(energies, np.finfo(np.float32).eps))
    centred: npt.NDArray[np.float32] = bands - bands.mean(axis=0)
    return centred


@cache
def _window() -> Samples:
    """Povey's: a Hann window to the power of 0.85."""
    window: Samples = np.power(np.hanning(FRAME), 0.85).astype(np.float32)
    return window


@cache
def _bands() -> npt.NDArray[np.float32]:
    """Triangles that are even on the mel scale, shape (257, 80)."""
    edges = np.linspace(_mel(np.array(_LOWEST_HERTZ)), _mel(np.array(SAMPLE_RATE / 2)), BANDS + 2)
    at = _mel(np.arange(_FFT // 2 + 1) * SAMPLE_RATE / _FFT)[:, None]
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    bands: Samples = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    return bands


def _mel(hertz: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    mels: npt.NDArray[np.floating] = 1127.0 * np.log(1 + hertz / 700)
    return mels

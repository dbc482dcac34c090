"""The mel filter bank that turns a power spectrum into what Whisper listens to."""

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
FFT_SIZE = 400

# Slaney's scale (Auditory Toolbox, 1998): linear up to 1 kHz, then 27 steps for every factor of 6.4.
_HZ_PER_MEL = 200 / 3
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27


def filters(bands: int = 80) -> NDArray[np.float32]:
    """Triangles of equal area, evenly spaced in mel from 0 Hz to 8 kHz: `(bands, 201)`, float32."""
    top = _BREAK_MEL + np.log(SAMPLE_RATE / 2 / _BREAK_HZ) / _LOG_STEP
    edges = _hertz(np.linspace(0, top, bands + 2))
    bins = np.fft.rfftfreq(FFT_SIZE, 1 / SAMPLE_RATE)
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
    triangles = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    return np.asarray(triangles * (2 / (high - low)), dtype=np.float32)


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mel - _BREAK_MEL))
    return np.where(mel < _BREAK_MEL, mel * _HZ_PER_MEL, above)

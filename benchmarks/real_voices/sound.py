"""Where a clip is loud, and what rooms, lines and levels make of it."""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from benchmarks.real_voices.clips import Samples
from tools.speech.recording import SAMPLE_RATE

STEP_SECONDS = 0.01
STEP = round(STEP_SECONDS * SAMPLE_RATE)
BELOW_SPEECH_DB, ABOVE_NOISE_DB = 30.0, 10.0
"""What is this far below the loud parts of a clip is no speech, nor is what is hardly above its noise."""
CLEAR_DB = 25.0
"""A clip whose loud parts are not this far above its noise tells nothing of where speech begins."""
SUSTAINED_STEPS = 6
"""Loud for a shorter time is a click."""
TELEPHONE_HZ = (300.0, 3400.0)
MU = 255.0
REVERBERATION_SECONDS, REVERBERATION_SHARE = 0.4, 0.35
"""A small meeting room, and two metres from the microphone."""

Mask = NDArray[np.bool_]
Span = tuple[float, float]


def loud(samples: Samples) -> Mask:
    """Whether each hundredth of a second is loud enough to be speech; clicks are not."""
    levels = _levels(samples)
    if not len(levels):
        return np.zeros(0, bool)
    speech, noise = np.percentile(levels, (95, 5))
    above = levels > max(speech - BELOW_SPEECH_DB, min(noise + ABOVE_NOISE_DB, speech - CLEAR_DB / 2))
    return _without_short(above)


def is_clear(samples: Samples) -> bool:
    """Whether its speech stands out enough for its beginning to be known."""
    speech, noise = np.percentile(_levels(samples), (95, 5))
    return bool(speech - noise >= CLEAR_DB)


def quiet_spans(mask: Mask, shortest: float) -> Iterator[Span]:
    """Stretches of at least `shortest` seconds in which nothing is loud."""
    at = 0
    for is_loud, run in groupby(mask):
        length = len(list(run))
        if not is_loud and length * STEP_SECONDS >= shortest:
            yield at * STEP_SECONDS, (at + length) * STEP_SECONDS
        at += length


def with_noise(samples: Samples, noise: Samples, snr_db: float) -> Samples:
    """The noise under all of it, `snr_db` below the mean power where it is loud."""
    repeated = np.resize(noise, len(samples))
    mask = np.repeat(loud(samples), STEP)
    speaking = samples[: len(mask)][mask]
    power = np.square(speaking).mean() if len(speaking) else np.square(samples).mean()
    factor = np.sqrt(power / max(np.square(repeated).mean(), 1e-12)) * 10 ** (-snr_db / 20)
    return np.asarray(samples + repeated * factor, np.float32)


def by_telephone(samples: Samples) -> Samples:
    """A telephone line: 300 to 3,400 Hz at 8 kHz in eight bits (µ-law, ITU-T G.711), and back to 16 kHz."""
    narrow = _filtered(samples, *TELEPHONE_HZ)[::2]
    coded = np.sign(narrow) * np.log1p(MU * np.abs(np.clip(narrow, -1, 1))) / np.log1p(MU)
    coded = np.round(coded * 127) / 127
    decoded = np.sign(coded) * np.expm1(np.abs(coded) * np.log1p(MU)) / MU
    spread = np.zeros(len(samples), np.float32)
    spread[::2] = 2 * decoded[: len(spread[::2])]
    return _filtered(spread, 0.0, TELEPHONE_HZ[1])


def louder(samples: Samples, gain_db: float) -> Samples:
    """By so much, or fainter where it is negative; beyond full scale it is clipped."""
    return np.asarray(np.clip(samples * 10 ** (gain_db / 20), -1, 1), np.float32)


def in_a_room(samples: Samples, seed: int) -> Samples:
    """With the echo of a room: noise that dies away by 60 dB in `REVERBERATION_SECONDS`."""
    clock = np.arange(round(REVERBERATION_SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    echo = np.random.default_rng(seed).standard_normal(len(clock)) * np.exp(-6.9 * clock / REVERBERATION_SECONDS)
    echo *= REVERBERATION_SHARE / np.sqrt(np.square(echo).sum())
    echo[0] = 1.0
    size = len(samples) + len(echo)
    heard = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(echo, size), size)[: len(samples)]
    return np.asarray(heard, np.float32)


def _levels(samples: Samples) -> NDArray[np.float64]:
    steps = samples[: len(samples) // STEP * STEP].reshape(-1, STEP).astype(np.float64)
    return np.asarray(10 * np.log10(np.square(steps).mean(axis=1) + 1e-10))


def _without_short(above: Mask) -> Mask:
    kept = above.copy()
    at = 0
    for is_loud, run in groupby(above):
        length = len(list(run))
        if is_loud and length < SUSTAINED_STEPS:
            kept[at : at + length] = False
        at += length
    return kept


def _filtered(samples: Samples, low: float, high: float) -> Samples:
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    spectrum[(frequencies < low) | (frequencies > high)] = 0
    return np.asarray(np.fft.irfft(spectrum, len(samples)), np.float32)

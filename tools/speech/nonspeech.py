"""What is not speech and must give no words. Levels are peaks in dB of full scale, lengths in seconds."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tools.speech.recording import SAMPLE_RATE, Recording

# Two tones a key (ITU-T Q.23), in Hz.
DTMF = {
    key: (row, column)
    for row, keys in zip((697, 770, 852, 941), ("123A", "456B", "789C", "*0#D"), strict=True)
    for column, key in zip((1209, 1336, 1477, 1633), keys, strict=True)
}
CHORDS = ((220.0, 277.2, 329.6), (246.9, 311.1, 370.0), (196.0, 246.9, 293.7), (220.0, 261.6, 329.6))


def silence(seconds: float) -> Recording:
    """Digital zero."""
    return Recording(np.zeros(round(seconds * SAMPLE_RATE), np.int16))


def white_noise(seconds: float, *, level_db: float = -30.0, seed: int = 0) -> Recording:
    """Evenly distributed noise, the same for the same seed."""
    return _recording(np.random.default_rng(seed).uniform(-1, 1, len(_clock(seconds))), level_db)


def hum(seconds: float, *, level_db: float = -30.0, mains: float = 50.0) -> Recording:
    """Mains hum with its second to fifth harmonic."""
    return _recording(_chord(_clock(seconds), [mains * harmonic for harmonic in range(1, 6)]), level_db)


def tones(seconds: float, *, level_db: float = -20.0) -> Recording:
    """Chords that change twice a second and fade, as plucked strings do."""
    clock = _clock(seconds)
    beat = (clock * 2).astype(int) % len(CHORDS)
    music = np.choose(beat, [_chord(clock, chord) for chord in CHORDS])
    return _recording(music * np.exp(-4 * (clock * 2 % 1)), level_db)


def dtmf(seconds: float, *, level_db: float = -20.0, keys: str = "0123456789*#") -> Recording:
    """Telephone keys pressed again and again: 100 ms on, 100 ms off."""
    clock = _clock(seconds)
    key = (clock * 5).astype(int) % len(keys)
    pressed = np.choose(key, [_chord(clock, DTMF[name]) for name in keys])
    return _recording(pressed * (clock * 5 % 1 < 0.5), level_db)


def clicks(seconds: float, *, level_db: float = -10.0, every: float = 0.7) -> Recording:
    """Single samples, as scratches and switches make them."""
    wave = np.zeros(len(_clock(seconds)))
    wave[:: round(every * SAMPLE_RATE)] = 1
    return _recording(wave, level_db)


def _clock(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _chord(clock: NDArray[np.float64], frequencies: Sequence[float]) -> NDArray[np.float64]:
    waves = [np.sin(2 * np.pi * frequency * clock) for frequency in frequencies]
    return np.asarray(sum(waves) / len(waves), dtype=np.float64)


def _recording(wave: NDArray[np.float64], level_db: float) -> Recording:
    return Recording(np.round(wave * 10 ** (level_db / 20) * 32767).astype(np.int16))

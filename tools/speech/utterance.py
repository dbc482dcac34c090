"""One phrase as audio at full level, trimmed to what can be heard."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.speech.espeak import SAMPLE_RATE as ESPEAK_RATE
from tools.speech.espeak import Espeak, Request, version
from tools.speech.recording import SAMPLE_RATE, Pcm

RECIPE = 1  # raise it when anything below changes what is heard
AUDIBLE = 0.01  # of full scale
LEAD, TAIL = 160, 320  # samples kept around what is audible


@dataclass(frozen=True, eq=False)
class Utterance:
    """16 kHz PCM with its peak at full scale, and the seconds from its start at which each word begins."""

    pcm: Pcm
    onsets: tuple[float, ...]


class Utterances:
    """Speaks phrases, or finds on disk what was spoken before (`$XDG_CACHE_HOME/stt/speech`)."""

    def __init__(self, espeak: Espeak, cache: Path | None = None) -> None:
        self._espeak = espeak
        self._cache = cache or _cache_directory()
        self._version = f"{RECIPE} {version()}"

    def speak(self, request: Request) -> Utterance:
        """Return the phrase; raises EspeakError where espeak-ng cannot say it."""
        path = self._path(request)
        if path.exists():
            with np.load(path) as stored:
                return Utterance(stored["pcm"], tuple(stored["onsets"].tolist()))
        utterance = _trim(*self._espeak.speak(request))
        _keep(path, utterance)
        return utterance

    def _path(self, request: Request) -> Path:
        key = json.dumps([self._version, asdict(request)], sort_keys=True)
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._cache / name[:2] / f"{name}.npz"


def resample(samples: NDArray[np.int16], rate: int) -> NDArray[np.float64]:
    """Move audio to 16 kHz by cutting its spectrum at 8 kHz: no delay, so times stay what they were."""
    whole = -len(samples) % rate + len(samples)  # a whole number of seconds divides evenly at both rates
    length = whole // rate * SAMPLE_RATE
    spectrum = np.fft.rfft(samples / 32768, whole)[: length // 2 + 1]
    audio = np.fft.irfft(spectrum, length) * (length / whole)
    return audio[: round(len(samples) * SAMPLE_RATE / rate)]


def _trim(samples: NDArray[np.int16], onsets: list[int]) -> Utterance:
    audio = resample(samples, ESPEAK_RATE)
    audible = np.flatnonzero(np.abs(audio) > AUDIBLE)
    start = max(0, int(audible[0]) - LEAD)
    audio = audio[start : int(audible[-1]) + TAIL]
    pcm = np.round(audio / np.abs(audio).max() * 32767).astype(np.int16)
    times = (onset / ESPEAK_RATE - start / SAMPLE_RATE for onset in onsets)
    return Utterance(pcm, tuple(max(0.0, time) for time in times))


def _cache_directory() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "stt" / "speech"


def _keep(path: Path, utterance: Utterance) -> None:
    """Write whole or not at all: several test processes may share the cache."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        np.savez(file, pcm=utterance.pcm, onsets=np.array(utterance.onsets))
    Path(file.name).replace(path)

"""What an engine is asked and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from stt.domain.guidance import Task
from stt.domain.transcript import Segment
from stt.worker.constants import SAMPLE_RATE
from stt.worker.transcriber.audio_context import FRAMES_PER_SECOND, AudioContext

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


@dataclass(frozen=True)
class DecodingOptions:
    """How windows are decoded; windows that share a batch share these.

    `prompt` and `hotwords` are told to the decoder before every window.
    """

    language: str
    beam_size: int = 5
    task: Task = Task.TRANSCRIBE
    prompt: str = ""
    hotwords: str = ""
    audio_context: AudioContext = AudioContext.FULL


class Transcriber(Protocol):
    """A loaded model. Lives in an inference process; one call at a time."""

    def transcribe(self, windows: Sequence[Sound], options: DecodingOptions) -> list[tuple[Segment, ...]]:
        """The segments of each window, with words, timed in seconds from that window's start.

        A window holds 0.1 to 30 s of audio and is decoded on its own: nothing carries over from one to the next, no
        second VAD runs, and times never leave the window. A window without speech gives no segments.

        Raises:
            ValueError: a window is a spectrogram, and the engine makes its own.
        """

    def language_probabilities(self, window: Pcm) -> dict[str, float]:
        """How likely each of Whisper's languages is, from the window's first 30 s; sums to about 1."""

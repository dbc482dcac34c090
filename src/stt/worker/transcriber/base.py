"""What an engine is asked and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from stt.domain.jobs.guidance import Task
from stt.domain.transcripts.transcript import Segment
from stt.worker.audio.pcm import Pcm, Sound
from stt.worker.transcriber.audio_context import AudioContext


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

    def language_probabilities(self, window: Pcm, context: AudioContext = AudioContext.FULL) -> dict[str, float]:
        """How likely each of Whisper's languages is, from the window's first 30 s; sums to about 1."""

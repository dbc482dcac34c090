"""faster-whisper by itself: one window after another, with and without its VAD, and in batches.

Two things are not as its defaults have them, both to its advantage. Windows are as long as the demo model is good at,
and the text so far is not told to the decoder: the model was never trained with such a prompt and loses its thread.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Self

from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.vad import SpeechTimestampsMap, VadOptions, get_speech_timestamps

from benchmarks.fidelity.demo_model import DemoModel
from benchmarks.fidelity.transcription import Cut, Segment, Transcription
from tools.speech.recording import SAMPLE_RATE, Recording, Word

FRAMES_PER_SECOND = 100


class Sequential:
    """`WhisperModel.transcribe` on the whole file."""

    engine = "faster-whisper"

    def __init__(self, model: DemoModel, *, beam_size: int, vad: bool) -> None:
        self.name = f"faster-whisper{' with its VAD' if vad else ''}"
        self._files, self._vad = model, vad
        self._options = _options(model, beam_size) | {"vad_filter": vad, "condition_on_previous_text": False}

    def __enter__(self) -> Self:
        self._model = _loaded(self._files)
        return self

    def __exit__(self, *_: object) -> None:
        del self._model

    def transcribe(self, recording: Recording) -> Transcription:
        """Its cuts are the places it says each segment's window began at, and the pauses its VAD took out."""
        samples = recording.samples(0, recording.duration)
        written = list(self._model.transcribe(samples, language=recording.language, **self._options)[0])
        speech = get_speech_timestamps(samples, VadOptions()) if self._vad else []
        return Transcription(_segments(written), (*_seeks(written, speech), *_pauses(speech)))


class Batched:
    """`BatchedInferencePipeline`, which always cuts by its VAD."""

    engine = "faster-whisper"
    name = "faster-whisper, batched"

    def __init__(self, model: DemoModel, *, beam_size: int) -> None:
        self._files, self._options = model, _options(model, beam_size)

    def __enter__(self) -> Self:
        self._pipeline: Any = BatchedInferencePipeline(_loaded(self._files))
        return self

    def __exit__(self, *_: object) -> None:
        del self._pipeline

    def transcribe(self, recording: Recording) -> Transcription:
        """Its cuts are the pauses between what its VAD gives with the options that the pipeline asks it with."""
        samples = recording.samples(0, recording.duration)
        written = list(self._pipeline.transcribe(samples, language=recording.language, **self._options)[0])
        asked = VadOptions(max_speech_duration_s=self._files.window_seconds, min_silence_duration_ms=160)
        return Transcription(_segments(written), tuple(_pauses(get_speech_timestamps(samples, asked))))


def _options(model: DemoModel, beam_size: int) -> dict[str, Any]:
    return {"beam_size": beam_size, "word_timestamps": True, "chunk_length": model.window_seconds}


def _loaded(model: DemoModel) -> WhisperModel:
    return WhisperModel(str(model.ct2), device="cpu", cpu_threads=os.cpu_count() or 1)


def _segments(written: Iterable[Any]) -> tuple[Segment, ...]:
    return tuple(
        Segment(s.start, s.end, tuple(Word(w.word.strip(), w.start, w.end) for w in s.words or ())) for s in written
    )


def _seeks(written: Iterable[Any], speech: Sequence[dict[str, int]]) -> Iterator[Cut]:
    """Where windows begin, but the first, in the time of the recording."""
    timeline = SpeechTimestampsMap(list(speech), SAMPLE_RATE) if speech else None
    for frame in sorted({segment.seek for segment in written})[1:]:
        moment = frame / FRAMES_PER_SECOND
        moment = timeline.get_original_time(moment) if timeline else moment
        yield Cut(moment, moment, "windows")


def _pauses(speech: Sequence[dict[str, int]]) -> Iterator[Cut]:
    for before, behind in pairwise(speech):
        yield Cut(before["end"] / SAMPLE_RATE, behind["start"] / SAMPLE_RATE, "speech")

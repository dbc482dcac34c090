"""whisper.cpp by itself: a whole file at once, with and without its own VAD.

One thing is not as its defaults have it, to its advantage: the text so far is not told to the decoder, because the demo
model was never trained with such a prompt. Its windows are 30 s, which nothing can change.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self

import _pywhispercpp as cpp
from pywhispercpp.model import Model

from benchmarks.fidelity.demo_model import DemoModel
from benchmarks.fidelity.transcription import Cut, Segment, Transcription
from tools import silero_ggml
from tools.speech.recording import Recording, Word

TICKS_PER_SECOND = 100
STRETCH = re.compile(r"orig_start: ([\d.]+), orig_end: ([\d.]+), vad_start: ([\d.]+), vad_end: ([\d.]+)")
"""What whisper.cpp logs about each stretch of speech that its VAD keeps."""


class _Stretch(NamedTuple):
    """Speech that was kept: where it lies in the recording, and where in what is left of it. Seconds."""

    start: float
    end: float
    kept_start: float
    kept_end: float


class WhisperCpp:
    """`whisper_full` on the whole file, with the times of tokens switched on."""

    engine = "whisper.cpp"

    def __init__(self, model: DemoModel, *, beam_size: int, vad: bool) -> None:
        self.name = f"whisper.cpp{' with its VAD' if vad else ''}"
        self._path, self._beam_size, self._vad = model.ggml, beam_size, vad

    def __enter__(self) -> Self:
        self._exits = ExitStack()
        self._log: list[str] = []
        cpp.whisper_log_set(lambda *said: self._log.append(str(said[-1])))
        self._exits.callback(cpp.whisper_log_set, None)
        options: dict[str, Any] = {
            "token_timestamps": True,
            "n_max_text_ctx": 0,
            "print_progress": False,
            "n_threads": 1,  # more of them spin and wait for each other on so small a model
            "beam_search": {"beam_size": self._beam_size, "patience": -1.0},
        }
        if self._vad:
            scratch = Path(self._exits.enter_context(tempfile.TemporaryDirectory()))
            options |= {"vad": True, "vad_model_path": str(silero_ggml.write(scratch / "silero.bin"))}
        self._model: Any = Model(str(self._path), params_sampling_strategy=int(self._beam_size > 1), **options)
        return self

    def __exit__(self, *_: object) -> None:
        del self._model
        self._exits.close()

    def transcribe(self, recording: Recording) -> Transcription:
        """Its cuts are where each window found the text written so far to end, and the pauses its VAD took out."""
        windows: list[float] = []

        def begin(context: Any) -> bool:
            if written := cpp.whisper_full_n_segments(context):
                windows.append(cpp.whisper_full_get_segment_t1(context, written - 1) / TICKS_PER_SECOND)
            return True

        self._log.clear()
        cpp.assign_encoder_begin_callback(self._model._params, begin)
        self._model.transcribe(recording.samples(0, recording.duration), language=recording.language)
        stretches = [_Stretch(*map(float, found)) for found in STRETCH.findall("".join(self._log))]
        segments = tuple(_segments(self._model._ctx, stretches))
        seeks = (Cut(moment, moment, "windows") for moment in sorted(set(windows)))
        return Transcription(segments, (*seeks, *_pauses(stretches)))


def _segments(context: Any, stretches: Sequence[_Stretch]) -> Iterator[Segment]:
    for number in range(cpp.whisper_full_n_segments(context)):
        start, end = (
            tick(context, number) / TICKS_PER_SECOND
            for tick in (cpp.whisper_full_get_segment_t0, cpp.whisper_full_get_segment_t1)
        )
        yield Segment(start, end, tuple(_words(context, number, stretches)))


def _words(context: Any, segment: int, stretches: Sequence[_Stretch]) -> Iterator[Word]:
    """Tokens up to the next that begins with a space."""
    text, start, end = b"", 0.0, 0.0
    for data in _text_tokens(context, segment):
        piece = cpp.whisper_token_to_bytes(context, data.id)
        if piece.startswith(b" ") and text.strip():
            yield _word(text, start, end, stretches)
            text = b""
        start = start if text.strip() else data.t0 / TICKS_PER_SECOND
        text, end = text + piece, data.t1 / TICKS_PER_SECOND
    if text.strip():
        yield _word(text, start, end, stretches)


def _text_tokens(context: Any, segment: int) -> Iterator[Any]:
    end_of_text = cpp.whisper_token_eot(context)
    for number in range(cpp.whisper_full_n_tokens(context, segment)):
        data = cpp.whisper_full_get_token_data(context, segment, number)
        if data.id < end_of_text:
            yield data


def _word(text: bytes, start: float, end: float, stretches: Sequence[_Stretch]) -> Word:
    return Word(text.decode(errors="replace").strip(), _original(start, stretches), _original(end, stretches))


def _original(moment: float, stretches: Sequence[_Stretch]) -> float:
    """Where a moment of what the VAD has kept lies in the recording; whisper.cpp does so for segments alone."""
    if not stretches:
        return moment
    stretch = next((s for s in reversed(stretches) if s.kept_start <= moment), stretches[0])
    return min(stretch.end, max(stretch.start, stretch.start + moment - stretch.kept_start))


def _pauses(stretches: Sequence[_Stretch]) -> Iterator[Cut]:
    for before, behind in pairwise(stretches):
        yield Cut(before.end, behind.start, "speech")

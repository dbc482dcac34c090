"""Whisper through whisper.cpp: one window after another, given as samples, never as a file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import _pywhispercpp as cpp
import numpy as np
import numpy.typing as npt

from stt.domain.jobs.guidance import Task
from stt.domain.transcripts.decoding import Decoding, compression_ratio
from stt.domain.transcripts.transcript import Segment
from stt.worker.audio.pcm import Pcm, Sound, samples_of, seconds_of
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import ModelUnavailable
from stt.worker.transcriber.audio_context import MAX_FRAMES, AudioContext
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.conditioning import ROOM, conditioning
from stt.worker.transcriber.hypothesis import Hypothesis, token_budget
from stt.worker.transcriber.reading import Heard, Piece, read
from stt.worker.transcriber.script import Script, parse
from stt.worker.transcriber.vocabulary import Vocabulary
from stt.worker.transcriber.words import Token, attach_punctuation, group
from stt.worker.weights.ggml import GgmlShape

MIN_SAMPLES = SAMPLE_RATE
"""whisper.cpp ignores less than 0.1 s, and its alignment aborts the process on less than 0.17 s."""

FRAMES_PER_STEP = 2
"""Frames that one step of the encoder stands for."""

TICK_SECONDS = 0.01
"""Unit of the times that whisper.cpp tells."""


class WhisperCpp:
    """A ggml Whisper model, from its file.

    It always takes the likeliest token, whatever beam is asked for. whisper.cpp draws the candidates of its beams and
    what it writes at a temperature by chance, and one of its generators goes on from window to window, so that what is
    heard in one would depend on those before it.
    """

    def __init__(self, path: Path, *, device: str = "auto", threads: int = 1, gpu: int = 0) -> None:
        self._threads = threads
        self._context: Any = cpp.whisper_init_from_file_with_params(str(path), _context_params(path, device, gpu))
        if not self._context:
            raise ModelUnavailable(f"whisper.cpp cannot load {path.name}; the file is damaged or not a Whisper model.")
        self._text_end: int = cpp.whisper_token_eot(self._context)
        self._timestamp_begin: int = cpp.whisper_token_beg(self._context)
        self._vocabulary: Vocabulary | None = None

    def __del__(self) -> None:
        if getattr(self, "_context", None):
            cpp.whisper_free(self._context)

    def transcribe(self, windows: Sequence[Sound], options: DecodingOptions) -> list[tuple[Segment, ...]]:
        """As `Transcriber.transcribe`. What silence is whisper.cpp finds itself, by the same rules."""
        if options.language != "en" and not cpp.whisper_is_multilingual(self._context):
            raise ModelUnavailable(f"This model knows English only, not {options.language!r}; use one without '.en'.")

        samples = [samples_of(window) for window in windows]
        told = conditioning(options.prompt, options.hotwords, self._encode)

        def hear(pieces: Sequence[Piece]) -> list[Heard]:
            return [self._hear(samples[p.window][round(p.start * SAMPLE_RATE) :], options, told) for p in pieces]

        return read([seconds_of(window) for window in samples], hear)

    def language_probabilities(self, window: Pcm, context: AudioContext = AudioContext.FULL) -> dict[str, float]:
        """As `Transcriber.language_probabilities`."""
        if not cpp.whisper_is_multilingual(self._context):
            return {"en": 1.0}
        samples = _fitted(window)
        probabilities = np.zeros(cpp.whisper_lang_max_id() + 1, np.float32)
        cpp.whisper_pcm_to_mel(self._context, samples, len(samples), self._threads)
        self._listen_in(context.frames(len(samples) / SAMPLE_RATE))
        cpp.whisper_lang_auto_detect(self._context, 0, self._threads, probabilities)
        return {cpp.whisper_lang_str(i): float(probability) for i, probability in enumerate(probabilities)}

    def _listen_in(self, frames: int) -> None:
        """Has the encoder take so many frames, as only `whisper_full` can say; what it did before stays else.

        Told to hear a tenth of a second of the spectrogram it has, it finds that too little and encodes nothing.
        """
        params = cpp.whisper_full_default_params(cpp.whisper_sampling_strategy.WHISPER_SAMPLING_GREEDY)
        params.duration_ms = 100
        params.audio_ctx = _steps(frames)
        params.print_progress = False
        cpp.whisper_full(self._context, params, np.zeros(0, np.float32), 0)

    def _hear(self, samples: Pcm, options: DecodingOptions, told: Sequence[int]) -> Heard:
        """What looks wrong, or silent, in a shorter context is heard once more in the full one."""
        seconds = len(samples) / SAMPLE_RATE
        frames = options.audio_context.frames(max(seconds, MIN_SAMPLES / SAMPLE_RATE))
        written = self._decoded(samples, options, told, frames)
        if frames < MAX_FRAMES and self._looks_wrong(written, token_budget(seconds)):
            written = self._decoded(samples, options, told, MAX_FRAMES)
        script = parse([data.id for data in written], self._text_end, self._timestamp_begin)
        groups = group(self._tokens(script, written), options.language)
        return Heard(script, attach_punctuation(groups), self._decoding(written))

    def _decoded(self, samples: Pcm, options: DecodingOptions, told: Sequence[int], frames: int) -> list[Any]:
        params = self._params(options, told, token_budget(len(samples) / SAMPLE_RATE))
        params.audio_ctx = _steps(frames)
        status = cpp.whisper_full(self._context, params, padded := _fitted(samples), len(padded))
        if status != 0:
            raise RuntimeError(f"whisper.cpp failed with status {status}")
        return list(self._written())

    def _looks_wrong(self, written: Sequence[Any], budget: int) -> bool:
        """Whether a decoder in a shorter context heard nothing, or lost its thread."""
        if not written:
            return True
        tokens = [data.id for data in written]
        guess = Hypothesis(tokens, self._text(written), _mean_log_probability(written), 0.0, budget)
        return guess.looks_wrong or guess.says_nothing

    def _decoding(self, written: Sequence[Any]) -> Decoding:
        """How whisper.cpp came to it; it does not tell how likely it found silence."""
        if not written:
            return Decoding()
        return Decoding(_mean_log_probability(written), None, compression_ratio(self._text(written)))

    def _text(self, written: Sequence[Any]) -> str:
        text = b"".join(cpp.whisper_token_to_bytes(self._context, d.id) for d in written if d.id < self._text_end)
        return text.decode(errors="replace")

    def _params(self, options: DecodingOptions, told: Sequence[int], budget: int) -> Any:
        params = cpp.whisper_full_default_params(cpp.whisper_sampling_strategy.WHISPER_SAMPLING_GREEDY)
        params.temperature_inc = 0.0
        params.n_threads = self._threads
        params.language = options.language
        params.translate = options.task is Task.TRANSLATE
        params.max_tokens = budget
        params.no_context = True
        params.n_max_text_ctx = ROOM if told else 0
        params.set_prompt_tokens(told)
        params.single_segment = True  # it then hands out every token, also those of an unfinished end
        params.suppress_nst = True
        params.print_progress = False
        params.print_timestamps = False
        return params

    def _encode(self, text: str) -> list[int]:
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(cpp.whisper_token_to_bytes(self._context, i) for i in range(self._text_end))
        return self._vocabulary.encode(text)

    def _written(self) -> Iterator[Any]:
        for segment in range(cpp.whisper_full_n_segments(self._context)):
            for token in range(cpp.whisper_full_n_tokens(self._context, segment)):
                yield cpp.whisper_full_get_token_data(self._context, segment, token)

    def _tokens(self, script: Script, written: Sequence[Any]) -> Iterator[Token]:
        """Text tokens with their times: alignment tells when each one ends, and the next begins there."""
        spoken = (data for data in written if data.id < self._text_end)
        for span in script.spans:
            start = span.start
            for data in (next(spoken) for _ in span.tokens):
                end = max(start, data.t_dtw * TICK_SECONDS)
                yield Token(cpp.whisper_token_to_bytes(self._context, data.id), start, end, data.p)
                start = end


def _mean_log_probability(written: Sequence[Any]) -> float:
    return float(np.mean([data.plog for data in written]))


def _context_params(path: Path, device: str, gpu: int) -> Any:
    """Alignment needs the attention scores, which flash attention never forms.

    Where nobody knows which heads align, all those of the upper half of the layers are asked, as OpenAI's Whisper does.
    """
    shape = GgmlShape.read(path)
    params = cpp.whisper_context_default_params()
    heads = cpp.whisper_alignment_heads_preset
    params.use_gpu = device != "cpu"
    params.gpu_device = gpu
    params.flash_attn = False
    params.dtw_token_timestamps = True
    params.dtw_aheads_preset = getattr(heads, f"WHISPER_AHEADS_{shape.known_as or 'N_TOP_MOST'}")
    params.dtw_n_top = max(1, shape.text_layers // 2)
    return params


def _steps(frames: int) -> int:
    """Steps of the encoder as whisper.cpp is told them; 0 is all that the model has."""
    return 0 if frames == MAX_FRAMES else frames // FRAMES_PER_STEP


def _fitted(samples: Pcm) -> npt.NDArray[np.float32]:
    """Samples as whisper.cpp takes them, -1 to 1, with silence added to what is too short."""
    fitted = np.zeros(max(len(samples), MIN_SAMPLES), np.float32)
    fitted[: len(samples)] = samples / np.float32(32768)
    return fitted

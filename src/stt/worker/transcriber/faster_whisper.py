"""Whisper through CTranslate2: all windows of a call are encoded, decoded and aligned together."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

from stt.domain.transcripts.transcript import Segment
from stt.worker.audio.pcm import Features, Pcm, Sound, samples_of, seconds_of
from stt.worker.audio.spectrogram import spectrogram
from stt.worker.constants import FRAMES_PER_SECOND
from stt.worker.errors import ModelUnavailable
from stt.worker.transcriber.audio_context import MAX_FRAMES, AudioContext
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.conditioning import conditioning
from stt.worker.transcriber.hypothesis import LONGEST, Hypothesis, best, token_budget
from stt.worker.transcriber.reading import Heard, Piece, read
from stt.worker.transcriber.script import parse
from stt.worker.transcriber.words import Group, attach_punctuation

MAX_INITIAL_TIMESTAMP = 50
"""No piece begins with more than a second of silence: 50 steps of 20 ms."""

MAX_TOKENS = 448
"""What the decoder remembers, its prompt included."""

NO_REPEATS = 3
"""Words, or parts of words, in a row that are not written twice where a guess is searched for that does not loop."""


class FasterWhisper:
    """A CTranslate2 Whisper model, from the directory that holds its `model.bin`."""

    def __init__(
        self, path: Path, *, device: str = "auto", compute_type: str = "default", threads: int = 1, gpu: int = 0
    ) -> None:
        self._model: Any = WhisperModel(
            str(path),
            device=device,
            device_index=gpu,
            compute_type=compute_type,
            cpu_threads=threads,
            local_files_only=True,
        )

    def transcribe(self, windows: Sequence[Sound], options: DecodingOptions) -> list[tuple[Segment, ...]]:
        """As `Transcriber.transcribe`. Only windows that look wrong are decoded again."""
        if options.language != "en" and not self._model.model.is_multilingual:
            raise ModelUnavailable(f"This model knows English only, not {options.language!r}; use one without '.en'.")
        listening = _Listening(self._model, options, [self._features(window) for window in windows])
        return read([seconds_of(window) for window in windows], listening.hear)

    def language_probabilities(self, window: Pcm, context: AudioContext = AudioContext.FULL) -> dict[str, float]:
        """As `Transcriber.language_probabilities`."""
        if not self._model.model.is_multilingual:
            return {"en": 1.0}
        encoded = self._model.encode(_fitted([self._features(window)], context.frames(seconds_of(window))))
        likely = self._model.model.detect_language(encoded)[0]
        return {token.strip("<|>"): float(probability) for token, probability in likely}

    def _features(self, window: Sound) -> Features:
        if window.ndim == 2:
            return cast(Features, window)
        return spectrogram(samples_of(window), self._model.model.n_mels)


class _Listening:
    """One call: the model, the features of its windows, and what every prompt has in common."""

    def __init__(self, model: Any, options: DecodingOptions, features: Sequence[Features]) -> None:
        self._model = model
        self._options = options
        self._features = features
        self._tokenizer: Any = Tokenizer(
            model.hf_tokenizer, model.model.is_multilingual, task=options.task.value, language=options.language
        )
        told = conditioning(options.prompt, options.hotwords, self._tokenizer.encode)
        self._bare_prompt: list[int] = model.get_prompt(self._tokenizer, [])
        self._prompt = [self._tokenizer.sot_prev, *told, *self._bare_prompt] if told else self._bare_prompt
        self._suppressed = get_suppressed_tokens(self._tokenizer, [-1])

    def hear(self, pieces: Sequence[Piece]) -> list[Heard]:
        """Hears together those pieces of which as much is encoded: what comes of one depends on nothing but itself."""
        features = [self._features[p.window][:, round(p.start * FRAMES_PER_SECOND) :] for p in pieces]
        contexts = [self._options.audio_context.frames(f.shape[1] / FRAMES_PER_SECOND) for f in features]
        heard: dict[int, Heard] = {}
        for context in set(contexts):
            mine = [number for number, frames in enumerate(contexts) if frames == context]
            heard |= zip(mine, self._hear_in(context, [features[number] for number in mine]), strict=True)
        return [heard[number] for number in range(len(pieces))]

    def _hear_in(self, context: int, features: Sequence[Features]) -> list[Heard]:
        """Hears all in so many frames; what looks wrong, or silent, in a shorter context once more in the full one."""
        if context == MAX_FRAMES:
            return self._hear_in_full(features)
        encoded = self._encoded(features, context)
        hypotheses = self._decode(encoded, _budgets(features))
        heard = self._heard(encoded, hypotheses, features)
        doubtful = [number for number, h in enumerate(hypotheses) if h.looks_wrong or h.says_nothing]
        if doubtful:
            again = self._hear_in_full([features[number] for number in doubtful])
            for number, better in zip(doubtful, again, strict=True):
                heard[number] = better
        return heard

    def _hear_in_full(self, features: Sequence[Features]) -> list[Heard]:
        """As Whisper was trained; what looks wrong is then searched for in other ways."""
        encoded = self._encoded(features, MAX_FRAMES)
        hypotheses = self._decode(encoded, _budgets(features))
        for number, first in enumerate(hypotheses):
            if first.looks_wrong:
                alone = self._encoded([features[number]], MAX_FRAMES) if self._on_a_gpu else _row(encoded, number)
                hypotheses[number] = self._again(alone, first)
        return self._heard(encoded, hypotheses, features)

    def _encoded(self, features: Sequence[Features], frames: int) -> Any:
        """All pieces as the encoder hears them, for decoding them together.

        A CPU encodes them one by one in three quarters of the time: what several need at once is more than its caches
        hold. A GPU has to be given all it can take.
        """
        if self._on_a_gpu or len(features) == 1:
            return self._model.encode(_fitted(features, frames))
        heard = [np.array(self._model.encode(_fitted([feature], frames))) for feature in features]
        return StorageView.from_array(np.concatenate(heard))

    def _heard(self, encoded: Any, hypotheses: Sequence[Hypothesis], features: Sequence[Features]) -> list[Heard]:
        """What the hypotheses say, with the times of their words."""
        scripts = [
            parse(() if h.is_silence else h.tokens, self._tokenizer.eot, self._tokenizer.timestamp_begin)
            for h in hypotheses
        ]
        frames = [feature.shape[1] for feature in features]
        groups = self._align(encoded, [script.tokens for script in scripts], frames)
        return [
            Heard(script, found, hypothesis.decoding)
            for script, found, hypothesis in zip(scripts, groups, hypotheses, strict=True)
        ]

    def _decode(self, encoded: Any, budgets: Sequence[int], *, again: bool = False) -> list[Hypothesis]:
        """One guess each; `again` without the prompt, which may be what led astray, and without repeating anything.

        All may be as long as the longest of any: a limit of their own would be that of the longest in the batch.
        """
        prompt = self._bare_prompt if again else self._prompt
        results = self._model.model.generate(
            encoded,
            [prompt] * len(budgets),
            beam_size=self._options.beam_size,
            no_repeat_ngram_size=NO_REPEATS if again else 0,
            # CTranslate2 writes at most half of it, and no more than the prompt leaves.
            max_length=min(MAX_TOKENS, max(2 * LONGEST, len(prompt) + LONGEST)),
            max_initial_timestamp_index=MAX_INITIAL_TIMESTAMP,
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [self._hypothesis(result, budget) for result, budget in zip(results, budgets, strict=True)]

    def _hypothesis(self, result: Any, budget: int) -> Hypothesis:
        tokens = result.sequences_ids[0]
        log_probability = result.scores[0] * len(tokens) / (len(tokens) + 1)  # the score does not count the end token
        text = self._tokenizer.decode(tokens)
        return Hypothesis(tokens, text, log_probability, result.no_speech_prob, budget)

    def _again(self, encoded: Any, first: Hypothesis) -> Hypothesis:
        """Searches one piece in another way, and settles for the better guess if both look wrong.

        The Whisper paper samples at rising temperature instead. CTranslate2's dice cannot be set back, so the same
        audio would be heard in another way each time.
        """
        (second,) = self._decode(encoded, [first.budget], again=True)
        return best([first, second]) if second.looks_wrong else second

    def _align(self, encoded: Any, texts: list[list[int]], frames: list[int]) -> list[list[Group]]:
        """The words of each text. A CPU aligns one by one as fast, and together words moved by 20 ms."""
        if self._on_a_gpu:
            return self._words(encoded, texts, frames) if any(texts) else [[] for _ in texts]
        return [
            self._words(_row(encoded, n), [text], [length])[0] if text else []
            for n, (text, length) in enumerate(zip(texts, frames, strict=True))
        ]

    def _words(self, encoded: Any, texts: list[list[int]], frames: list[int]) -> list[list[Group]]:
        alignments = self._model.find_alignment(self._tokenizer, texts, encoded, frames)
        return [attach_punctuation(_group(word) for word in alignment) for alignment in alignments]

    @property
    def _on_a_gpu(self) -> bool:
        return bool(self._model.model.device != "cpu")


def _group(word: dict[str, Any]) -> Group:
    start, end, probability = (float(word[key]) for key in ("start", "end", "probability"))
    return Group(word["word"], len(word["tokens"]), start, end, probability)


def _row(encoded: Any, number: int) -> Any:
    """One of the pieces that a CPU has encoded; a GPU encodes a piece otherwise in company than alone."""
    return StorageView.from_array(np.asarray(encoded)[number : number + 1])


def _budgets(features: Sequence[Features]) -> list[int]:
    return [token_budget(feature.shape[1] / FRAMES_PER_SECOND) for feature in features]


def _fitted(features: Sequence[Features], frames: int) -> npt.NDArray[np.float32]:
    """One batch, shape (pieces, mels, frames), each piece cut or filled up to the length that is encoded."""
    batch = np.zeros((len(features), features[0].shape[0], frames), np.float32)
    for row, feature in zip(batch, features, strict=True):
        kept = feature[:, :frames]
        row[:, : kept.shape[1]] = kept
    return batch

"""An engine that skips words: what it wrote is aligned without them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from stt.domain.transcripts.transcript import Segment
from stt.worker.audio.pcm import Pcm, seconds_of
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.faster_whisper import FasterWhisper, _Listening
from stt.worker.transcriber.reading import Heard, Piece, read


class _Recalling(_Listening):
    """Keeps what it heard last, so that it can be aligned again."""

    pieces = 0

    def _heard(self, encoded, hypotheses, features) -> list[Heard]:
        self.pieces += len(features)
        self.last = encoded, hypotheses, features
        return super()._heard(encoded, hypotheses, features)

    def without(self, first: int, last: int) -> list[Heard]:
        """The same without text tokens `first` to `last`."""
        encoded, (hypothesis,), features = self.last
        text = accumulate(token < self._tokenizer.eot for token in hypothesis.tokens)
        kept = [
            token
            for token, number in zip(hypothesis.tokens, text, strict=True)
            if token >= self._tokenizer.eot or not first <= number - 1 < last
        ]
        return _Listening._heard(self, encoded, [replace(hypothesis, tokens=kept)], features)


class SkippedWindow:
    """A window, and what becomes of it when words are skipped.

    Attributes:
        words: how many there are to skip; none where the window was read in several pieces.
    """

    def __init__(self, engine: FasterWhisper, pcm: Pcm, options: DecodingOptions) -> None:
        self._seconds = [seconds_of(pcm)]
        self._listening = _Recalling(engine._model, options, [engine._features(pcm)])
        self.segments = read(self._seconds, self._hear)[0]
        whole = self._listening.pieces == 1 and bool(self.segments)
        self._groups = self._first.groups if whole else ()
        self.words = len(self._groups)

    def times(self, first: int, count: int) -> tuple[float, float]:
        """From where to where so many words last, in seconds of the window."""
        return self._groups[first].start, self._groups[first + count - 1].end

    def without(self, first: int, count: int) -> tuple[Segment, ...]:
        """What is written for the window when these words are skipped."""
        ends = list(accumulate((group.tokens for group in self._groups), initial=0))
        heard = self._listening.without(ends[first], ends[first + count])
        return read(self._seconds, lambda _: heard)[0]

    def _hear(self, pieces: Sequence[Piece]) -> list[Heard]:
        heard = self._listening.hear(pieces)
        self._first = heard[0]
        return heard

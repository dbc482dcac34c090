"""A listener that knows what is said, so that what cutting and joining do to it can be told from what engines do.

The audio it is given holds its own time: sample i is the number of its 10 ms frame.
"""

import random
from dataclasses import dataclass, field

import numpy as np

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.constants import SAMPLE_RATE
from stt.worker.inference.batcher import WindowFailure

TICK = SAMPLE_RATE // 100
TORN_SECONDS = 0.1
"""A word of which more than this is missing is not recognised."""


def clock(seconds: float) -> np.ndarray:
    """Audio of which each 10 ms tell their number; up to five minutes fit into 16 bits."""
    return (np.arange(round(seconds * SAMPLE_RATE)) // TICK).astype(np.int16)


def speech(words: str | list[str], lengths: list[float], start: float = 0.0) -> list[Word]:
    """The words one after another without a pause, lengths repeated as needed."""
    said, at = [], start
    for number, word in enumerate(words.split() if isinstance(words, str) else words):
        length = lengths[number % len(lengths)]
        said.append(Word(word, at, at + length, 0.9))
        at += length
    return said


@dataclass
class Listener:
    """Hears the words of a window, times off by up to `jitter`; `deaf` to some windows, mishears one word in `errs`.

    Words at the window's edges are torn: a piece of each is written. What it mishears depends on the window alone, as
    with engines: the same word may be heard right in another.
    """

    truth: list[Word]
    jitter: float = 0.0
    errs: float = 0.0
    deaf_to: list[Span] = field(default_factory=list)
    breaks_on: list[Span] = field(default_factory=list)
    languages: dict[str, Span] = field(default_factory=dict)
    requests: list = field(default_factory=list)
    heard: list[Span] = field(default_factory=list)

    async def transcribe(self, windows, request):
        return [self._hear(window, request) for window in windows]

    async def language_probabilities(self, window, request):
        at = self._span(window)
        for language, span in self.languages.items():
            if span.start <= (at.start + at.end) / 2 < span.end:
                return {language: 0.9, "zh": 0.1}
        return {"zh": 0.3, "vi": 0.3}

    def _span(self, window):
        start = int(window[0]) / 100
        return Span(start, start + len(window) / SAMPLE_RATE)

    def _hear(self, window, request):
        audio = self._span(window)
        self.requests.append(request.options)
        self.heard.append(audio)
        if audio in self.breaks_on:
            return WindowFailure("engine_crashed", "It broke.")
        draw = random.Random(f"{audio} {request.options.beam_size}")
        words = [w for truth in self.truth for w in self._written(truth, audio, draw)]
        if not words or audio in self.deaf_to:
            return ()
        text = " ".join(word.word for word in words)
        return (Segment(words[0].start, words[-1].end, text, tuple(words)),)

    def _written(self, word, audio, draw):
        start, end = max(word.start, audio.start), min(word.end, audio.end)
        mistake, off = draw.random() < self.errs, draw.uniform(-self.jitter, self.jitter)
        if end - start <= TORN_SECONDS:
            return
        torn = word.end - word.start - (end - start) > TORN_SECONDS
        text = word.word[:1] + "-" if torn else f"{word.word}?{draw.randrange(999)}" if mistake else word.word
        length = audio.end - audio.start
        low, high = (min(max(t - audio.start + off, 0.0), length) for t in (start, end))
        yield Word(text, low, high, 0.3 if torn else 0.9)

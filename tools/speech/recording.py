"""Audio together with the truth about it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000

Pcm = NDArray[np.int16]


@dataclass(frozen=True)
class Word:
    """One spoken word; times in seconds from the start of the recording.

    It starts at the sample where espeak-ng begins to speak it, at most 50 ms before its first sound is loud, and ends
    where the next word starts or the phrase ends.
    """

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Phrase:
    """Words spoken without a pause, from the first audible sample to the last (echo included), in one voice."""

    start: float
    end: float
    words: tuple[Word, ...]
    voice: str

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, eq=False)
class Recording:
    """16 kHz mono PCM, shape `(samples,)`, and everything said in it."""

    pcm: Pcm
    phrases: tuple[Phrase, ...] = ()
    language: str = ""

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word in the order it is spoken."""
        return tuple(word for phrase in self.phrases for word in phrase.words)

    @property
    def text(self) -> str:
        """Every word with single spaces."""
        return " ".join(phrase.text for phrase in self.phrases)

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.pcm) / SAMPLE_RATE

    def samples(self, start: float, end: float) -> NDArray[np.float32]:
        """Audio between two times as the engines take it: float32 from -1 to 1."""
        piece = self.pcm[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
        return piece.astype(np.float32) / np.float32(32768)

    def pauses(self) -> Iterator[tuple[float, float]]:
        """Start and end of each silence: before the first phrase, between phrases, after the last."""
        borders = [0.0, *(time for phrase in self.phrases for time in (phrase.start, phrase.end)), self.duration]
        return zip(borders[::2], borders[1::2], strict=True)

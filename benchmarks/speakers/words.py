"""Words with the wrong speaker: what readers of a transcript notice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.speakers.conversation import Turn
from benchmarks.speakers.scoring import matched
from stt.domain.merging.attribution import attributed
from stt.domain.transcripts import speakers
from stt.domain.transcripts.transcript import Segment, Word

WORD_SECONDS = 0.35
"""How long a word lasts: people say about 170 a minute."""


@dataclass(frozen=True)
class WrongWords:
    """So many words of all have a speaker who did not say them, or none."""

    wrong: int = 0
    words: int = 0

    def __add__(self, other: "WrongWords") -> "WrongWords":
        return WrongWords(self.wrong + other.wrong, self.words + other.words)

    @property
    def rate(self) -> float:
        """The share of words."""
        return self.wrong / max(self.words, 1)


def wrong_words(truth: Sequence[Turn], found: Sequence[Turn]) -> WrongWords:
    """Each turn of the truth is a segment of words of `WORD_SECONDS`, and gets speakers as a transcript does.

    The words are made up, and their times right: what is scored is who says them, and not how they are recognized.
    """
    said = sorted(((turn, word) for turn in truth for word in _words(turn)), key=lambda pair: pair[1].start)
    if not said:
        return WrongWords()
    words = tuple(word for _, word in said)
    segment = Segment(words[0].start, max(word.end for word in words), " ".join(word.word for word in words), words)
    turns = [speakers.Turn(turn.start, turn.end, turn.speaker) for turn in found]
    heard = [word.speaker for part in attributed([segment], turns) for word in part.words]
    names = sorted({turn.speaker for turn in truth}), sorted({turn.speaker for turn in found})
    shared = np.zeros((len(names[0]), len(names[1])), np.int32)
    for (turn, _), speaker in zip(said, heard, strict=True):
        if speaker is not None:
            shared[names[0].index(turn.speaker), names[1].index(speaker)] += 1
    right = sum(int(shared[one, other]) for one, other in matched(shared)) if shared.size else 0
    return WrongWords(len(said) - right, len(said))


def _words(turn: Turn) -> Iterator[Word]:
    count = max(1, round((turn.end - turn.start) / WORD_SECONDS))
    step = (turn.end - turn.start) / count
    for number in range(count):
        yield Word("word", turn.start + number * step, turn.start + (number + 1) * step, 1.0)

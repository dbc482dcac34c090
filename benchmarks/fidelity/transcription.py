"""What a system wrote for a recording, in the form everything is measured in. Times are seconds of the recording."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tools.speech.recording import Pcm, Word


@dataclass(frozen=True)
class Segment:
    """A line of a transcript and its words."""

    start: float
    end: float
    words: tuple[Word, ...]

    def shifted(self, seconds: float) -> "Segment":
        """The same, later."""
        words = tuple(Word(word.text, word.start + seconds, word.end + seconds) for word in self.words)
        return Segment(self.start + seconds, self.end + seconds, words)


Listener = Callable[[Sequence[Pcm]], Sequence[Sequence[Segment]]]
"""An engine on windows of audio, each on its own: the segments of each, timed from the window's start."""


@dataclass(frozen=True)
class Cut:
    """Where a system takes audio apart: from `start` to `end`, the same moment unless audio in between is left out.

    `between` says what it parts: `chunks`, `windows`, or `speech` where a detector took out a pause.
    """

    start: float
    end: float
    between: str

    def distance(self, start: float, end: float) -> float:
        """Seconds from the cut to something that lasts from `start` to `end`, 0 where they touch."""
        return max(0.0, self.start - end, start - self.end)


@dataclass(frozen=True)
class Transcription:
    """Segments in order, and the cuts that were made to get them."""

    segments: tuple[Segment, ...]
    cuts: tuple[Cut, ...] = ()

    @property
    def words(self) -> list[Word]:
        """Every word in the order it is written."""
        return words_of(self.segments)

    @property
    def text(self) -> str:
        """Every word with single spaces."""
        return " ".join(word.text for word in self.words)


def words_of(segments: Iterable[Segment]) -> list[Word]:
    """Their words in order."""
    return [word for segment in segments for word in segment.words]

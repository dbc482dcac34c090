"""What a system wrote for a recording, in the form everything is measured in. Times are seconds of the recording."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.speech.recording import Pcm, Word

Listener = Callable[[Sequence[Pcm]], list[list[Word]]]
"""An engine on windows of audio, each on its own: the words of each, timed from the window's start."""


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
class Segment:
    """A line of the transcript and its words."""

    start: float
    end: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Transcription:
    """Segments in order, and the cuts that were made to get them."""

    segments: tuple[Segment, ...]
    cuts: tuple[Cut, ...] = ()

    @property
    def words(self) -> list[Word]:
        """Every word in the order it is written."""
        return [word for segment in self.segments for word in segment.words]

    @property
    def text(self) -> str:
        """Every word with single spaces."""
        return " ".join(word.text for word in self.words)

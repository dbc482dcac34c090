"""What one speaker says, measured for the screen. Pure."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from stt.domain.formats.limits import CueLimits
from stt.domain.formats.timed_text import READING_MS, TimedText, width
from stt.domain.text.punctuation import ends_clause, ends_sentence, last_mark
from stt.domain.text.scripts import is_unspaced

SHORTEST_MS = 1000


class Speech:
    """The text of one speaker in pieces; any run of them may be shown as one cue.

    Places are counted between the pieces: 0 is in front of the first, and a run lies between two places. `label` is
    how many characters stand in front of the text of a cue, `until` the millisecond at which the file ends.
    """

    def __init__(self, pieces: Sequence[TimedText], label: int, until: int, limits: CueLimits) -> None:
        self.count = len(pieces)
        self.line = limits.line_characters - label
        self.lines = limits.lines
        self.longest_ms = limits.longest_ms
        self.starts = [*(piece.start for piece in pieces), until]
        self.ends = [piece.end for piece in pieces]
        self.pauses = [0, *(b.start - a.end for a, b in pairwise(pieces)), 0]
        self.ends_sentence = [True, *(ends_sentence(piece.text) for piece in pieces)]
        self.ends_clause = [True, *(_ends_clause(piece) for piece in pieces)]
        self._texts = [piece.text for piece in pieces]
        self._label = label
        self._ahead = list(accumulate(map(width, self._texts), initial=0))
        self._bare = [width(text.rstrip()) for text in self._texts]
        self._silence = list(accumulate((pause / 1000) ** 2 for pause in self.pauses))
        self._sentences = list(accumulate(self.ends_sentence))
        self._line_ends = self._filled_lines()

    def text(self, first: int, last: int) -> str:
        """What is said between two places."""
        return "".join(self._texts[first:last]).rstrip()

    def width(self, first: int, last: int) -> int:
        """The characters of a run."""
        return self._ahead[last - 1] - self._ahead[first] + self._bare[last - 1]

    def is_orphan(self, first: int, last: int) -> bool:
        """Whether a run is a single word, or no longer than one."""
        return last - first == 1 or self.width(first, last) <= 4

    def silence(self, first: int, last: int) -> float:
        """The squares of the pauses inside a run, in seconds, added up."""
        return self._silence[last - 1] - self._silence[first]

    def has_sentence_end(self, first: int, last: int) -> bool:
        """Whether a sentence ends inside a run, and not only where it ends."""
        return self._sentences[last - 1] > self._sentences[first]

    def needed(self, characters: int) -> int:
        """How many milliseconds a cue of so many characters has to be shown to be read."""
        return min(max(SHORTEST_MS, READING_MS * (self._label + characters)), self.longest_ms)

    def room(self, first: int, last: int) -> int:
        """How many milliseconds there are from the first word of a run to the next after it, or the file's end."""
        return self.starts[last] - self.starts[first]

    def furthest(self, first: int) -> int:
        """The last place at which as many lines as there may be that begin at `first` may end.

        A piece wider than a line is alone.
        """
        last = self._line_ends[first]
        if self._is_too_wide(first):
            return last
        for _ in range(self.lines - 1):
            if last == self.count or self._is_too_wide(last):
                break
            last = self._line_ends[last]
        return last

    def lines_needed(self, first: int, last: int) -> int:
        """How few lines a run can be divided into."""
        count, place = 0, first
        while place < last:
            count, place = count + 1, self._line_ends[place]
        return count

    def _is_too_wide(self, place: int) -> bool:
        return self._bare[place] > self.line

    def _filled_lines(self) -> list[int]:
        """For each place, where a line that begins there is full."""
        ends, end = [], 0
        for first in range(self.count):
            end = max(end, first + 1)
            while end < self.count and self.width(first, end + 1) <= self.line:
                end += 1
            ends.append(end)
        return ends


def _ends_clause(piece: TimedText) -> bool:
    """Engines end a segment where a phrase ends, and a space between words that have none is a mark by itself."""
    text = piece.text
    return piece.ends_segment or ends_clause(text) or (text.endswith(" ") and is_unspaced(last_mark(text)))

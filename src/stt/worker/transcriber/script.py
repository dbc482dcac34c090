"""What a decoder wrote for a piece of audio, read by its timestamp tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

TIMESTAMP_SECONDS = 0.02
"""Step between two of Whisper's timestamp tokens."""


@dataclass(frozen=True)
class Span:
    """Text tokens between two timestamps, in seconds from the piece's start; `end` is None where none was written."""

    start: float
    end: float | None
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class Script:
    """The spans of a piece; where Whisper broke off, `resume` is the second from which it wants to hear it again."""

    spans: tuple[Span, ...] = ()
    resume: float | None = None

    @property
    def closed(self) -> tuple[Span, ...]:
        """The spans whose end is known."""
        return tuple(span for span in self.spans if span.end is not None)

    @property
    def tokens(self) -> list[int]:
        """Every text token, in order."""
        return [token for span in self.spans for token in span.tokens]


def parse(tokens: Sequence[int], text_end: int, timestamp_begin: int) -> Script:
    """Spans of `tokens`: ids below `text_end` are text, ids from `timestamp_begin` on are times, others mean nothing.

    Whisper closes a segment with one timestamp and opens the next with another. A lone timestamp at the very end says
    that no speech follows; text or a pair at the end, after an earlier pair, says that the rest was not written yet.
    """
    marks = [token for token in tokens if token < text_end or token >= timestamp_begin]
    is_time = [token >= timestamp_begin for token in marks]
    pairs = [i for i in range(1, len(marks)) if is_time[i] and is_time[i - 1]]
    finished = not pairs or (len(marks) >= 2 and is_time[-1] and not is_time[-2])
    resume = None if finished else (marks[pairs[-1] - 1] - timestamp_begin) * TIMESTAMP_SECONDS
    return Script(_spans(marks, timestamp_begin), resume)


def _spans(marks: Sequence[int], timestamp_begin: int) -> tuple[Span, ...]:
    spans: list[Span] = []
    start, text = 0.0, list[int]()
    for mark in marks:
        if mark < timestamp_begin:
            text.append(mark)
            continue
        time = (mark - timestamp_begin) * TIMESTAMP_SECONDS
        if text:
            spans.append(Span(start, time, tuple(text)))
        start, text = time, []
    if text:
        spans.append(Span(start, None, tuple(text)))
    return tuple(spans)

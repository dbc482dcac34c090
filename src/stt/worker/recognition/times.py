"""Times of words, set right by where VAD heard somebody. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Segment, Word

BEFORE_ONSET_SECONDS = 0.1
"""By how much a word may begin before the speech it is in. First words of people behind a pause then begin 0.13 s
before they are heard, in 19 of 20 within 0.16 s; as engines time them it is 0.31 and 0.71 s."""
BEHIND_END_SECONDS = 0.1
"""By how much it may end behind it: words end more quietly than they begin."""
LONGEST_PAUSE_SECONDS = 0.5
"""No word reaches over a longer pause: it is said on the side on which more of it is speech."""
LEAST_SECONDS = 0.02
"""What a word lasts at least: a step of Whisper's alignment."""


def clipped(segments: Sequence[Segment], speech: Sequence[Span]) -> list[Segment]:
    """The segments with no word that begins or ends in a pause, reaches over one, or lasts no time at all.

    An engine lets a word begin where the one before it ends, and so stretches the first one behind a pause through it.
    Words that lie in no speech keep their times. Words of a segment, and segments, do not overlap. A segment ends where
    the engine says, if that is later than its last word and in the same speech: alignment often ends too early there.
    """
    stretches = list(_stretches(speech))
    settled: list[Segment] = []
    clock = 0.0
    for segment in segments:
        words: list[Word] = []
        for word in segment.words:
            said = _within(word, speech, stretches)
            start = max(clock, said.start)
            clock = max(start + LEAST_SECONDS, said.end)
            words.append(replace(word, start=start, end=clock))
        if words:
            last = segment.words[-1]
            heard = _within(replace(last, end=max(last.end, segment.end)), speech, stretches)
            clock = max(clock, heard.end)
            segment = replace(segment, start=words[0].start, end=clock, words=tuple(words))  # noqa: PLW2901
        settled.append(segment)
    return settled


def _stretches(speech: Sequence[Span]) -> Iterator[Span]:
    """Speech from one pause that no word reaches over to the next."""
    first = 0
    for number, span in enumerate(speech):
        last = number + 1 == len(speech)
        if last or speech[number + 1].start - span.end > LONGEST_PAUSE_SECONDS:
            yield Span(speech[first].start, span.end)
            first = number + 1


def _within(word: Word, speech: Sequence[Span], stretches: Sequence[Span]) -> Span:
    """The part of the word in the speech of which most is in it, without the pauses that it begins or ends in."""
    home = max(stretches, key=lambda stretch: _shared(word, stretch), default=None)
    if home is None or _shared(word, home) <= 0:
        return Span(word.start, word.end)
    spoken = [span for span in speech if _shared(span, home) > 0 and _shared(word, span) > 0] or [home]
    start = max(word.start, spoken[0].start - BEFORE_ONSET_SECONDS)
    return Span(start, max(start, min(word.end, spoken[-1].end + BEHIND_END_SECONDS)))


def _shared(word: Word | Span, stretch: Span) -> float:
    return min(word.end, stretch.end) - max(word.start, stretch.start)

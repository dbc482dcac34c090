"""Times of words, set right by where VAD heard somebody. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.transcriber.pace import LONGEST_PAUSE_SECONDS

BEFORE_ONSET_SECONDS = 0.1
"""By how much a word may begin before the speech it is in. First words of people behind a pause then begin 0.13 s
before they are heard, in 19 of 20 within 0.16 s; as engines time them it is 0.31 and 0.71 s."""
BEHIND_END_SECONDS = 0.1
"""By how much it may end behind it: words end more quietly than they begin."""
LEAST_SECONDS = 0.02
"""What a word lasts at least: a step of Whisper's alignment."""


def clipped(segments: Sequence[Segment], speech: Sequence[Span]) -> list[Segment]:
    """The segments with no word that begins or ends in a pause, reaches over one, or lasts no time at all.

    An engine lets a word begin where the one before it ends, and so stretches the first one behind a pause through it,
    and into what it has heard before the pause and not written. So a word that begins a segment is said where it ends;
    any other that reaches over a pause, and one that is all of its segment, is said where more of it is speech.
    Words that lie in no speech keep their times. Words of a segment, and segments, do not overlap. A segment ends where
    the engine says, if that is later than its last word and in the same speech: alignment often ends too early there.
    """
    stretches = list(_stretches(speech))
    settled: list[Segment] = []
    clock = 0.0
    for segment in segments:
        words: list[Word] = []
        for number, word in enumerate(segment.words):
            begins = number == 0 and len(segment.words) > 1
            said = _within(word, speech, _reached(word, stretches, begins=begins))
            start = max(clock, said.start)
            clock = max(start + LEAST_SECONDS, said.end)
            words.append(replace(word, start=start, end=clock))
        if words:
            last = segment.words[-1]
            last = replace(last, end=max(last.end, segment.end))
            heard = _within(last, speech, _reached(last, stretches))
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


def _reached(word: Word, stretches: Sequence[Span], *, begins: bool = False) -> Span | None:
    """The stretch in which the word is said, of those that it reaches into."""
    reached = [stretch for stretch in stretches if _shared(word, stretch) > 0]
    if reached and begins:
        return reached[-1]
    return max(reached, key=lambda stretch: _shared(word, stretch), default=None)


def _within(word: Word, speech: Sequence[Span], home: Span | None) -> Span:
    """The part of the word in the stretch that it is said in, without the pauses that it begins or ends in."""
    if home is None:
        return Span(word.start, word.end)
    spoken = [span for span in speech if _shared(span, home) > 0 and _shared(word, span) > LEAST_SECONDS] or [home]
    start = max(word.start, spoken[0].start - BEFORE_ONSET_SECONDS)
    return Span(start, max(start, min(word.end, spoken[-1].end + BEHIND_END_SECONDS)))


def _shared(word: Word | Span, stretch: Span) -> float:
    return min(word.end, stretch.end) - max(word.start, stretch.start)

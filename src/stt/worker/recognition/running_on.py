"""Words that run on through speech for which nothing is written: what is left then is words that are lost. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stt.domain.jobs.chunk import Span
from stt.domain.merging.ledger import AT_EDGE_MS
from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.audio.pcm import Pcm
from stt.worker.audio.voice import REACH_SECONDS, Voice

SYLLABLE_SECONDS = 0.1
"""Between two words, a voice that is heard for a shorter time is the end of the word before."""
SHORTEST_WORD_SECONDS = 0.18
"""At the beginning and end of speech, a voice that is heard for a shorter time is the edge of the word beside it: in 19
minutes of people none lasted longer where nothing was missing, and 93 % of single words are told (docs/fidelity.md)."""
SLACK_SECONDS = AT_EDGE_MS / 1000
"""By how much speech as the VAD tells it may begin before its first word and end behind its last one: alignment knows
better, and the account takes it for the word. With words that reached to the ends of speech borders lay 23 ms off in
the median and 52 ms in 19 of 20, with these 5 and 17 ms."""
RUSHED_LETTERS, DRAWN_LETTERS = 18.0, 12.0
"""Letters a second. Alignment that loses its way leaves a first or last word less time than people take to say it; it
then may last as long as they take at most."""


@dataclass(frozen=True)
class Hole:
    """Speech without words; `behind` is the number of the word behind it, among all, `first` and `last` its ends."""

    span: Span
    speech: Span
    behind: int
    is_first: bool
    is_last: bool

    @property
    def is_slack(self) -> bool:
        """Whether it is an edge of speech that the VAD tells no better."""
        return (self.is_first or self.is_last) and self.span.duration <= SLACK_SECONDS


def run_on(segments: Sequence[Segment], speech: Sequence[Span], pcm: Pcm, start: float) -> list[Segment]:
    """The segments with words that last as long as they are heard; `pcm` begins at second `start` of the file.

    Alignment leaves no time between two words of a stretch of speech, but where somebody pauses. At the ends of a
    stretch it leaves the tail of the last word, and, where it has lost its way, what else is heard of a word.
    """
    words = [word for segment in segments for word in segment.words]
    for hole in [hole for span in speech for hole in _holes(span, words) if not hole.is_slack]:
        voice = Voice(pcm, start, *_around(hole))
        if hole.is_first:
            behind = words[hole.behind]
            words[hole.behind] = replace(behind, start=min(behind.start, _begin(behind, hole.span, voice)))
        else:
            before = words[hole.behind - 1]
            end = _last_end(before, hole.span, voice) if hole.is_last else _end(before, hole.span, voice)
            words[hole.behind - 1] = replace(before, end=max(before.end, end))
    return list(_rebuilt(segments, iter(words)))


def _around(hole: Hole) -> tuple[float, float]:
    """From where to where the voice in a hole is compared."""
    span, speech = hole.span, hole.speech
    return max(speech.start, span.start - REACH_SECONDS), min(speech.end, span.end + REACH_SECONDS)


def _begin(word: Word, hole: Span, voice: Voice) -> float:
    """Where the first word of a stretch begins."""
    begin = max(hole.start, word.end - _longest(word))
    is_edge = voice.seconds(hole.start, min(begin, hole.end)) < SHORTEST_WORD_SECONDS
    return hole.start if is_edge else begin


def _last_end(word: Word, hole: Span, voice: Voice) -> float:
    """Where the last word of a stretch ends."""
    end = min(hole.end, word.start + _longest(word))
    is_edge = voice.seconds(max(end, hole.start), hole.end) < SHORTEST_WORD_SECONDS
    return hole.end if is_edge else end


def _end(word: Word, hole: Span, voice: Voice) -> float:
    """Where a word ends behind which another is written in the same stretch."""
    is_pause = voice.seconds(hole.start, hole.end) < min(hole.duration / 2, SYLLABLE_SECONDS)
    return hole.end if is_pause else word.end


def _longest(word: Word) -> float:
    """How long a word lasts at most that alignment has left too little time; nothing for others."""
    letters = sum(map(str.isalnum, word.word))
    is_rushed = letters > RUSHED_LETTERS * (word.end - word.start)
    return letters / DRAWN_LETTERS if is_rushed else 0.0


def _holes(span: Span, words: Sequence[Word]) -> Iterator[Hole]:
    """Speech of this stretch outside words, where there are any in it."""
    inside = [number for number, word in enumerate(words) if word.end > span.start and word.start < span.end]
    clock = span.start
    for number in inside:
        if words[number].start > clock:
            yield Hole(Span(clock, words[number].start), span, number, number == inside[0], is_last=False)
        clock = max(clock, words[number].end)
    if inside and clock < span.end:
        yield Hole(Span(clock, span.end), span, inside[-1] + 1, is_first=False, is_last=True)


def _rebuilt(segments: Sequence[Segment], words: Iterator[Word]) -> Iterator[Segment]:
    for segment in segments:
        own = tuple(next(words) for _ in segment.words)
        if own:
            yield replace(segment, start=own[0].start, end=max(segment.end, own[-1].end), words=own)
        else:
            yield segment

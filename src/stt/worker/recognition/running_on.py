"""Words that run on through speech for which nothing is written: what is left then is words that are lost. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.audio.pcm import Pcm
from stt.worker.audio.voice import STEP_SECONDS, voice_levels
from stt.worker.constants import SAMPLE_RATE

REACH_SECONDS = 1.5
"""The voice in a hole is compared with that in so much of the speech on both sides."""
SYLLABLE_SECONDS = 0.1
"""A voice that is heard for a shorter time is the end of the word before."""
TAIL_DB = -8.0
"""Below this, at the end of speech, it is the hiss or breath that the last word ends in: 14 of 17 ends of more than
0.15 s in 11 minutes of people reading, and one in twelve where the last word had been taken out."""
PAUSE_DB = -20.0
"""Below this, between two words, it is a pause, though VAD took it for speech."""
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


def run_on(segments: Sequence[Segment], speech: Sequence[Span], pcm: Pcm, start: float) -> list[Segment]:
    """The segments with words that last as long as they are heard; `pcm` begins at second `start` of the file.

    Alignment leaves no time between two words of a stretch of speech, but where somebody pauses. At the ends of a
    stretch it leaves the tail of the last word, and, where it has lost its way, what else is heard of a word.
    """
    words = [word for segment in segments for word in segment.words]
    for hole in [hole for span in speech for hole in _holes(span, words)]:
        if not hole.is_first:
            before = words[hole.behind - 1]
            words[hole.behind - 1] = replace(before, end=max(before.end, _end(before, hole, pcm, start)))
        elif not hole.is_last:
            behind = words[hole.behind]
            begin = max(hole.span.start, behind.end - _longest(behind))
            words[hole.behind] = replace(behind, start=min(behind.start, begin))
    return list(_rebuilt(segments, iter(words)))


def _end(word: Word, hole: Hole, pcm: Pcm, start: float) -> float:
    """Where a word ends behind which nothing is written."""
    voice = _voice(hole, pcm, start)
    if voice < (TAIL_DB if hole.is_last else PAUSE_DB):
        return hole.span.end
    return min(hole.span.end, word.start + _longest(word)) if hole.is_last else word.end


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


def _voice(hole: Hole, pcm: Pcm, start: float) -> float:
    """How loud the voice in a hole is for as long as a syllable, in decibels beside the loudest fifth around it."""
    around = Span(
        max(hole.speech.start, hole.span.start - REACH_SECONDS), min(hole.speech.end, hole.span.end + REACH_SECONDS)
    )
    first, last = (max(0, round((moment - start) * SAMPLE_RATE)) for moment in (around.start, around.end))
    levels = voice_levels(pcm[first:last])
    begin, end = (round((moment - around.start) / STEP_SECONDS) for moment in (hole.span.start, hole.span.end))
    inside = np.sort(levels[begin:end])[::-1]
    lasting = min(len(inside) // 2, round(SYLLABLE_SECONDS / STEP_SECONDS))
    return float(inside[lasting] - np.percentile(levels, 80)) if len(inside) else 0.0


def _rebuilt(segments: Sequence[Segment], words: Iterator[Word]) -> Iterator[Segment]:
    for segment in segments:
        own = tuple(next(words) for _ in segment.words)
        if own:
            yield replace(segment, start=own[0].start, end=max(segment.end, own[-1].end), words=own)
        else:
            yield segment

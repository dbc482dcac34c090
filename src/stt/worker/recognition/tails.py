"""Words that an engine leaves out at the end of speech, where somebody goes on behind the last one. Pure."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from stt.domain.chunk import ChunkPlan, Span
from stt.domain.merger import Piece, merge
from stt.domain.seam import is_same, lies_in
from stt.domain.transcript import Segment, Word
from stt.worker.cutting.packing import CLEAR_PAUSE_SECONDS
from stt.worker.cutting.windows import Window
from stt.worker.recognition.draft import Doubt, Draft
from stt.worker.recognition.holes import windows_alone
from stt.worker.recognition.tuning import LEAD_SECONDS, LEAST_HOLE_SECONDS, LEAST_TAIL_SECONDS, WORD_REACH_SECONDS


@dataclass(frozen=True)
class Tail:
    """Speech up to a clear pause, too short to be a hole, behind the last word before it."""

    last: Word
    speech: Span


def unfinished(draft: Draft) -> Iterator[Doubt]:
    """The tails of the chunk's own part, or the longest of many."""
    for tail in longest_tails(tails(draft.plan, draft.segments), draft.affordable):
        yield Doubt(tail_windows(draft.plan, tail, draft.longest), partial(_settled, tail))


def _settled(tail: Tail, draft: Draft, found: Sequence[Piece]) -> Draft:
    said, left_out = draft.sift(missed(merge(found), tail))
    return replace(draft, segments=tuple(ended(draft.segments, said, tail)), suppressed=(*draft.suppressed, *left_out))


def tails(plan: ChunkPlan, segments: Sequence[Segment]) -> Iterator[Tail]:
    """Those of the chunk's own part, in order."""
    words = sorted((word for segment in segments for word in segment.words), key=lambda word: word.start)
    for span in _ends(plan):
        before = bisect_left(words, span.end, key=lambda word: word.start)
        if before:
            last = words[before - 1]
            speech = Span(max(span.start, last.end + WORD_REACH_SECONDS), span.end)
            if LEAST_TAIL_SECONDS <= speech.duration < LEAST_HOLE_SECONDS and speech.start - last.end < LEAD_SECONDS:
                yield Tail(last, speech)


def longest_tails(found: Iterable[Tail], at_most: int) -> list[Tail]:
    """So many of them in order, those in which most may be missing."""
    longest = sorted(found, key=lambda tail: tail.speech.duration, reverse=True)[: max(0, at_most)]
    return sorted(longest, key=lambda tail: tail.speech.start)


def _ends(plan: ChunkPlan) -> Iterator[Span]:
    """The speech that ends in the chunk's own part, before a clear pause."""
    starts = [*(span.start for span in plan.speech[1:]), math.inf]
    for span, next_start in zip(plan.speech, starts, strict=False):
        if plan.owned.start < span.end <= plan.owned.end and next_start - span.end >= CLEAR_PAUSE_SECONDS:
            yield span


def tail_windows(plan: ChunkPlan, tail: Tail, longest: float) -> list[Window]:
    """What is heard again for a tail."""
    heard = Span(tail.last.start - LEAD_SECONDS, tail.speech.end)
    return windows_alone(plan, heard, heard, longest)


def missed(found: Sequence[Segment], tail: Tail) -> list[Segment]:
    """What was heard between the last word known and the pause; nothing where this word was not heard again."""
    heard = [word for segment in found for word in segment.words]
    known = [word for word in heard if is_same(word, tail.last)]
    if not known:
        return []
    anchor = min(known, key=lambda word: abs(word.midpoint - tail.last.midpoint))
    behind = Span(max(anchor.midpoint, tail.last.end), tail.speech.end + WORD_REACH_SECONDS)
    parts = ([w for w in segment.words if w is not anchor and lies_in(w, behind)] for segment in found)
    return [segment.keeping(words) for segment, words in zip(found, parts, strict=True) if words]


def ended(segments: Sequence[Segment], said: Sequence[Segment], tail: Tail) -> list[Segment]:
    """The segments with these words behind the last one before the tail."""
    words = [word for segment in said for word in segment.words]
    return [_with(words, segment, tail.last) if tail.last in segment.words else segment for segment in segments]


def _with(words: Sequence[Word], segment: Segment, last: Word) -> Segment:
    behind = segment.words.index(last) + 1
    return segment.keeping([*segment.words[:behind], *words, *segment.words[behind:]])

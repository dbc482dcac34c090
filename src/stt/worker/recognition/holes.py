"""Speech without words, heard once more: alone, and with the other kind of search. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.merging.merger import Piece, merge
from stt.domain.merging.seam import is_same, lies_in
from stt.domain.transcripts.transcript import Segment, Suppressed, Word
from stt.worker.cutting.windows import Window, plan_windows
from stt.worker.recognition.draft import Doubt, Draft
from stt.worker.recognition.tuning import HOLE_MARGIN_SECONDS, LEAST_HOLE_SECONDS, WORD_REACH_SECONDS
from stt.worker.suppression.suppression import HALLUCINATION


def unheard(draft: Draft) -> Iterator[Doubt]:
    """The holes of the chunk's own part, each alone or all together."""
    invented = [entry for entry in draft.suppressed if entry.reason == HALLUCINATION]
    found = holes(draft.plan, draft.segments, invented)
    for together, windows in hole_windows(draft.plan, found, draft.longest, draft.affordable):
        yield Doubt(windows, partial(_settled, together))


def _settled(together: Sequence[Span], draft: Draft, found: Sequence[Piece]) -> Draft:
    said, left_out = draft.sift(merge(found))
    segments: Sequence[Segment] = draft.segments
    for hole in together:
        segments = filled(segments, said, hole)
    return replace(draft, segments=tuple(segments), suppressed=(*draft.suppressed, *left_out))


def holes(plan: ChunkPlan, segments: Iterable[Segment], invented: Iterable[Suppressed] = ()) -> list[Span]:
    """Speech of the chunk's own part for which there are no words, and none were invented."""
    found = []
    covered = sorted([*_covered(segments), *((span.start, span.end) for span in invented)])
    for span in plan.speech:
        clock, stop = max(span.start, plan.owned.start), min(span.end, plan.owned.end)
        for start, end in covered:
            if start >= stop:
                break
            if start - clock >= LEAST_HOLE_SECONDS:
                found.append(Span(clock, start))
            clock = max(clock, end)
        if stop - clock >= LEAST_HOLE_SECONDS:
            found.append(Span(clock, stop))
    return found


def _covered(segments: Iterable[Segment]) -> Iterator[tuple[float, float]]:
    for segment in segments:
        for piece in segment.words or (segment,):
            yield piece.start - WORD_REACH_SECONDS, piece.end + WORD_REACH_SECONDS


def hole_windows(
    plan: ChunkPlan, unheard: Sequence[Span], longest: float, at_most: int
) -> list[tuple[Sequence[Span], list[Window]]]:
    """Holes with the windows that they are heard again in: each alone, so that it is cut otherwise than before.

    If that were more than `at_most` windows, they are heard together: a short window costs as much as a full one, and a
    chunk of noises that pass for speech would take twenty times as long as one of speech.
    """
    alone = [(hole, _windows_alone(plan, hole, longest)) for hole in unheard]
    if sum(len(windows) for _, windows in alone) <= at_most:
        return [((hole,), windows) for hole, windows in alone]
    return [(unheard, plan_windows(ChunkPlan(plan.index, plan.owned, plan.audio, tuple(unheard)), longest))]


def _windows_alone(plan: ChunkPlan, hole: Span, longest: float) -> list[Window]:
    start = max(plan.audio.start, hole.start - HOLE_MARGIN_SECONDS)
    end = min(plan.audio.end, hole.end + HOLE_MARGIN_SECONDS)
    return plan_windows(ChunkPlan(plan.index, hole, plan.audio, (Span(start, end),)), longest)


def filled(segments: Sequence[Segment], found: Iterable[Segment], hole: Span) -> list[Segment]:
    """The segments with those words of `found` that lie in the hole and that nobody had heard, as segments between."""
    known = [word for segment in segments for word in segment.words]
    reach = Span(hole.start - WORD_REACH_SECONDS, hole.end + WORD_REACH_SECONDS)
    new = []
    for segment in found:
        words = [w for w in segment.words if lies_in(w, reach) and not any(_is_known(w, k) for k in known)]
        if words:
            new.append(segment.keeping(words))
    if not new:
        return list(segments)
    parted = [part for segment in segments for part in _parted(segment, (hole.start + hole.end) / 2)]
    return sorted([*parted, *new], key=lambda segment: segment.start)


def _parted(segment: Segment, moment: float) -> Iterator[Segment]:
    for words in (
        [word for word in segment.words if word.midpoint < moment],
        [word for word in segment.words if word.midpoint >= moment],
    ):
        if words:
            yield segment.keeping(words)
    if not segment.words:
        yield segment


def _is_known(word: Word, known: Word) -> bool:
    return is_same(word, known) or known.start <= word.midpoint <= known.end

"""What of a chunk is worth hearing again, and what comes of it: disputed seams, and speech without words. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from stt.domain.chunk import ChunkPlan, Span
from stt.domain.seam import is_same, lies_in
from stt.domain.transcript import Segment, Suppressed, Word
from stt.worker.constants import MIN_WINDOW_SECONDS
from stt.worker.cutting.windows import Window, part_of, plan_windows

WORD_REACH_SECONDS = 0.25
"""How far beyond its borders a word accounts for the speech around it: alignment is that rough."""
LEAST_HOLE_SECONDS = 0.6
"""Speech without words that is shorter than this is breath, or the edge of a word."""
STEP = 0.1
"""Part of a window by which the edges of the further hearings of a cut differ: engines decide anew with each."""
PHASE_SECONDS = 0.01 / 3
"""By how much they differ on top: a third of the step of Whisper's spectrogram. Windows that begin whole steps apart
see the same spectrum, and an engine mishears in all of them what it mishears in one."""
SHORTER = 0.6
"""Part of the greatest length at which a window becomes two that overlap."""
FEW_WINDOWS = 3
"""So many may be heard again of any chunk, and of one of more windows as many as it has."""
HOLE_MARGIN_SECONDS = 0.3
"""By how much what is heard again reaches over a hole, so that no word in it is torn."""


def windows_around(cut: float, room: Span, longest: float) -> list[Window]:
    """Three windows of at most `longest` seconds around the cut, within `room`: further hearings, with other edges."""
    start = max(room.start, min(cut - longest / 2, room.end - longest))
    end = min(room.end, start + longest)
    step = (end - start) * STEP
    later, last = start + step + PHASE_SECONDS, start + 2 * PHASE_SECONDS
    spans = Span(start, end), Span(min(later, cut), end), Span(min(last, cut), max(end - step, cut))
    return [Window(span, span) for span in spans]


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
    margin = HOLE_MARGIN_SECONDS
    alone = [(h, windows_alone(plan, h, Span(h.start - margin, h.end + margin), longest)) for h in unheard]
    if sum(len(windows) for _, windows in alone) <= at_most:
        return [((hole,), windows) for hole, windows in alone]
    return [(unheard, plan_windows(ChunkPlan(plan.index, plan.owned, plan.audio, tuple(unheard)), longest))]


def windows_alone(plan: ChunkPlan, owned: Span, speech: Span, longest: float) -> list[Window]:
    """Windows for this speech of a chunk and nothing else, as far as its audio reaches; their `owned` tile `owned`."""
    within = Span(max(plan.audio.start, speech.start), min(plan.audio.end, speech.end))
    return plan_windows(ChunkPlan(plan.index, owned, plan.audio, (within,)), longest)


def shorter_windows(plan: ChunkPlan, window: Window, longest: float) -> list[Window]:
    """Windows for the same audio with other edges, shorter than the longest."""
    start = min(window.audio.start + PHASE_SECONDS, window.audio.end - MIN_WINDOW_SECONDS)
    audio = Span(start, window.audio.end)
    return plan_windows(replace(part_of(plan, audio), audio=audio), longest * SHORTER)


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

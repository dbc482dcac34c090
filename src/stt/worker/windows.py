"""Windows: the contiguous pieces of a chunk that are transcribed one by one. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from stt.domain.chunk import ChunkPlan, Span
from stt.worker.constants import MIN_WINDOW_SECONDS

MARGIN_SECONDS = 0.5
"""At most this much of a pause is in the window beside it, and never more than half."""
LEAST_MARGIN_SECONDS = 0.2
"""What must be left of it where speech fills the window; the detector misses up to 0.15 s of a word."""
CLEAR_PAUSE_SECONDS = 0.3
"""A shorter pause may be the closure of a consonant, or the detector's mistake: a cut there is one inside speech."""
OVERLAP_SECONDS = 4.0
"""By how much windows overlap that part inside speech: what is near the cut is then far from the edges of both, and
engines mishear at edges."""
LARGEST_OVERLAP = 0.4
"""Part of the greatest length that an overlap takes at most; more would be heard thrice."""
LONGEST_PAUSE_SECONDS = 4.0
"""A longer silence ends a window: Whisper tends to invent words in it and to misjudge times behind it."""
WELL_FILLED = 0.7
"""Part of the greatest length from which a window may end at a better pause instead of at the last that fits."""


@dataclass(frozen=True)
class Window:
    """A piece of the file, in seconds: the engine hears `audio`; words with their midpoint in `owned` count."""

    audio: Span
    owned: Span


def plan_windows(plan: ChunkPlan, longest: float, longest_pause: float = LONGEST_PAUSE_SECONDS) -> list[Window]:
    """Windows of at most `longest` seconds with all speech of the chunk; their `owned` tile the chunk's.

    No window holds a pause of more than `longest_pause` seconds.
    They part in the middle of clear pauses. Speech that goes on for more than `longest` seconds without one is cut
    anywhere, and the windows overlap around the cut.
    """
    spans = [piece for span in _stretches(plan.speech) for piece in _pieces(span, longest)]
    if not spans:
        return []
    borders = [_Border(a.end, b.start) for a, b in pairwise(spans)]
    starts = [max(plan.audio.start, spans[0].start - MARGIN_SECONDS), *(b.right for b in borders)]
    ends = [*(b.left for b in borders), min(plan.audio.end, spans[-1].end + MARGIN_SECONDS)]
    groups = list(_packed(spans, longest, longest_pause))
    cuts = [min(max(borders[last].middle, plan.owned.start), plan.owned.end) for _, last in groups[:-1]]
    windows = []
    for (first, last), (start, end) in zip(groups, pairwise([plan.owned.start, *cuts, plan.owned.end]), strict=True):
        speech = Span(spans[first].start, spans[last].end)
        audio = _fitted(Span(starts[first], ends[last]), speech, plan.audio, longest)
        if start < end:
            windows.append(Window(audio, Span(start, end)))
    return windows


def part_of(plan: ChunkPlan, owned: Span) -> ChunkPlan:
    """The part of a chunk that lies in `owned`, with the chunk's audio."""
    within = (Span(max(s.start, owned.start), min(s.end, owned.end)) for s in plan.speech)
    return replace(plan, owned=owned, speech=tuple(span for span in within if span.duration > 0))


@dataclass(frozen=True)
class _Border:
    """Between a span that ends at `end` and one that begins at `start`, earlier if they overlap."""

    end: float
    start: float

    @property
    def middle(self) -> float:
        return (self.end + self.start) / 2

    @property
    def left(self) -> float:
        """Where the window before it ends."""
        return max(self.end, min(self.middle, self.end + MARGIN_SECONDS))

    @property
    def right(self) -> float:
        """Where the window behind it starts."""
        return min(self.start, max(self.middle, self.start - MARGIN_SECONDS))


def _stretches(speech: Sequence[Span]) -> Iterator[Span]:
    """Speech from one clear pause to the next."""
    start = 0
    for number in range(1, len(speech) + 1):
        if number == len(speech) or speech[number].start - speech[number - 1].end >= CLEAR_PAUSE_SECONDS:
            yield Span(speech[start].start, speech[number - 1].end)
            start = number


def _pieces(span: Span, longest: float) -> Iterator[Span]:
    """The span, or equal parts of it that are short enough and overlap."""
    if span.duration <= longest:
        yield span
        return
    overlap = min(OVERLAP_SECONDS, LARGEST_OVERLAP * longest)
    count = math.ceil((span.duration - overlap) / (longest - overlap))
    step = (span.duration - overlap) / count
    for i in range(count):
        start = span.start + i * step
        yield Span(start, min(start + step + overlap, span.end))


def _packed(spans: Sequence[Span], longest: float, longest_pause: float) -> Iterator[tuple[int, int]]:
    """Groups of spans, as the indices of the first and the last: as many as fit, parted where the pause is long.

    A pause with room for the least margins on both sides is as good as a longer one.
    """
    first, count = 0, len(spans)
    while first < count:
        last = first
        while last + 1 < count and _pause(spans, last) <= longest_pause:
            if spans[last + 1].end - spans[first].start > longest - 2 * LEAST_MARGIN_SECONDS:
                break
            last += 1
        if last + 1 < count:
            filled = (i for i in range(first, last) if spans[i].end - spans[first].start >= WELL_FILLED * longest)
            last = max([*filled, last], key=lambda i: (min(_pause(spans, i), 2 * LEAST_MARGIN_SECONDS), i))
        yield first, last
        first = last + 1


def _pause(spans: Sequence[Span], index: int) -> float:
    return spans[index + 1].start - spans[index].end


def _fitted(outer: Span, inner: Span, room: Span, longest: float) -> Span:
    """`outer` with its margins around `inner` trimmed to `longest`, or widened to what an engine needs at least."""
    margins = outer.duration - inner.duration
    if outer.duration > longest and margins > 0:
        share = (outer.duration - longest) / margins
        return Span(outer.start + share * (inner.start - outer.start), outer.end - share * (outer.end - inner.end))
    start = max(room.start, min(outer.start, room.end - MIN_WINDOW_SECONDS))
    return Span(start, min(room.end, max(outer.end, start + MIN_WINDOW_SECONDS)))

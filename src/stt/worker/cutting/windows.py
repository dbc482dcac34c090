"""Windows: the contiguous pieces of a chunk that are transcribed one by one. Pure."""

from dataclasses import dataclass, replace
from itertools import pairwise

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.worker.constants import MIN_WINDOW_SECONDS
from stt.worker.cutting.packing import LONGEST_PAUSE_SECONDS, packed, pieces_of

MARGIN_SECONDS = 0.5
"""At most this much of a pause is in the window beside it, and never more than half."""


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
    spans = pieces_of(plan.speech, longest)
    if not spans:
        return []
    borders = [_Border(a.end, b.start) for a, b in pairwise(spans)]
    starts = [max(plan.audio.start, spans[0].start - MARGIN_SECONDS), *(b.right for b in borders)]
    ends = [*(b.left for b in borders), min(plan.audio.end, spans[-1].end + MARGIN_SECONDS)]
    groups = packed(spans, longest, longest_pause)
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


def _fitted(outer: Span, inner: Span, room: Span, longest: float) -> Span:
    """`outer` with its margins around `inner` trimmed to `longest`, or widened to what an engine needs at least."""
    margins = outer.duration - inner.duration
    if outer.duration > longest and margins > 0:
        share = (outer.duration - longest) / margins
        return Span(outer.start + share * (inner.start - outer.start), outer.end - share * (outer.end - inner.end))
    start = max(room.start, min(outer.start, room.end - MIN_WINDOW_SECONDS))
    return Span(start, min(room.end, max(outer.end, start + MIN_WINDOW_SECONDS)))

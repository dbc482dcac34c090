"""One chunk's audio to its segments: windows, engine, and the joints between windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from stt.domain.chunk import ChunkPlan
from stt.domain.transcript import Gap, Segment
from stt.worker.batcher import EngineRequest, WindowFailure, WindowResult
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import EngineCrashed
from stt.worker.merger import Piece, merge
from stt.worker.transcriber.base import Pcm
from stt.worker.windows import Window, plan_windows


class Batching(Protocol):
    """What decodes windows, in company of other chunks' windows."""

    async def transcribe(self, windows: Sequence[Pcm], request: EngineRequest) -> list[WindowResult]:
        """The result of each window."""


@dataclass(frozen=True)
class Heard:
    """What was heard in a chunk, times in the file; `gaps` are windows that the engine could not do."""

    segments: tuple[Segment, ...]
    gaps: tuple[Gap, ...]


async def recognize(
    pcm: Pcm, plan: ChunkPlan, batcher: Batching, request: EngineRequest, longest_window: float
) -> Heard:
    """Transcribe the speech of a chunk; `pcm` is its `plan.audio`, windows are at most `longest_window` seconds.

    Raises:
        EngineCrashed: not one window could be done.
    """
    windows = plan_windows(plan, longest_window)
    results = await batcher.transcribe([slice_window(pcm, plan, window) for window in windows], request)
    outcomes = list(zip(windows, results, strict=True))
    gaps = tuple(Gap(w.owned.start, w.owned.end, r.code) for w, r in outcomes if isinstance(r, WindowFailure))
    if gaps and len(gaps) == len(windows):
        raise EngineCrashed(next(r.message for r in results if isinstance(r, WindowFailure)))
    pieces = [
        Piece(w.audio, w.owned, tuple(segment.shifted(w.audio.start) for segment in r))
        for w, r in outcomes
        if not isinstance(r, WindowFailure)
    ]
    return Heard(tuple(merge(pieces)), gaps)


def slice_window(pcm: Pcm, plan: ChunkPlan, window: Window) -> Pcm:
    """The samples of a window out of its chunk's."""
    first = round((window.audio.start - plan.audio.start) * SAMPLE_RATE)
    last = round((window.audio.end - plan.audio.start) * SAMPLE_RATE)
    return pcm[max(0, first) : last]

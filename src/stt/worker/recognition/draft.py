"""What was heard of a chunk so far, and what of it is to be heard again. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stt.domain.jobs.chunk import ChunkPlan
from stt.domain.merging.merger import Piece, merge
from stt.domain.merging.seam import Hearings
from stt.domain.transcripts.transcript import Segment, Suppressed
from stt.worker.cutting.windows import Window
from stt.worker.recognition.tuning import FEW_WINDOWS

Sift = Callable[[Sequence[Segment]], tuple[list[Segment], list[Suppressed]]]
"""What somebody said of what was heard, and what nobody did."""


@dataclass(frozen=True)
class Draft:
    """A chunk on the way to its segments, times in the file; windows are at most `longest` seconds.

    `pieces` are what was heard in each window, until they are joined into `segments`; `again` are the further hearings
    of the cut before a piece, by its number.
    """

    plan: ChunkPlan
    longest: float
    pieces: tuple[Piece, ...]
    sift: Sift
    again: Mapping[int, Hearings] = field(default_factory=dict)
    segments: tuple[Segment, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()

    @property
    def affordable(self) -> int:
        """How many windows of a kind may be heard again, each costing as much as a full one."""
        return max(len(self.pieces), FEW_WINDOWS)

    def joined(self) -> "Draft":
        """With the pieces joined into one text, and without what nobody said."""
        said, left_out = self.sift(merge(self.pieces, self.again))
        return replace(self, segments=tuple(said), suppressed=(*self.suppressed, *left_out))


@dataclass(frozen=True)
class Doubt:
    """Something that is heard again in `windows`; `settled` makes of a draft and what was heard another draft.

    A window that the engine could not do is not among what was heard.
    """

    windows: Sequence[Window]
    settled: Callable[[Draft, Sequence[Piece]], Draft]


@dataclass(frozen=True)
class Look:
    """A kind of doubt. Those who decode with a narrow beam do so `otherwise` with a wide one, and the reverse."""

    doubts: Callable[[Draft], Iterable[Doubt]]
    otherwise: bool = False

"""Windows that may say something more often than it was said, heard again as shorter ones. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.merging.merger import Piece, merge
from stt.domain.transcripts.transcript import Segment
from stt.worker.constants import MIN_WINDOW_SECONDS
from stt.worker.cutting.windows import Window, part_of, plan_windows
from stt.worker.recognition.draft import Doubt, Draft
from stt.worker.recognition.tuning import PHASE_SECONDS, SHORTER
from stt.worker.suppression.phrases import letters
from stt.worker.suppression.suppression import is_in_doubt, undoubted


def loops(draft: Draft) -> Iterator[Doubt]:
    """Each window in doubt; where most of a chunk are, they are settled without being heard again.

    An engine slips in a window now and then. Where it repeats itself in most, the sound does: shorter windows say the
    same, and an hour of such sound would take several hours' work.

    This comes before windows are joined: a loop misplaces the words in front of it, and a seam would keep some of it
    where the other side heard what was said.
    """
    doubtful = [piece for piece in draft.pieces if is_in_doubt(piece.segments)]
    are_slips = len(doubtful) <= max(1, len(draft.pieces) // 2)
    for piece in doubtful:
        windows = shorter_windows(draft.plan, piece, draft.longest) if are_slips else []
        yield Doubt(windows, partial(_settled, piece))


def shorter_windows(plan: ChunkPlan, piece: Piece, longest: float) -> list[Window]:
    """Windows for the same audio with other edges, shorter than the longest; their `owned` tile that of the piece."""
    start = min(piece.audio.start + PHASE_SECONDS, piece.audio.end - MIN_WINDOW_SECONDS)
    audio = Span(start, piece.audio.end)
    return plan_windows(replace(part_of(plan, audio), owned=piece.owned, audio=audio), longest * SHORTER)


def _settled(piece: Piece, draft: Draft, found: Sequence[Piece]) -> Draft:
    """With the shorter windows in place of the one in doubt, or with it and without what is in doubt there.

    They are believed where they leave out something of it and say nothing else: they know less of what goes before and
    behind, and mishear more than a longer one. What a loop has hidden leaves a hole, which is heard again as well.
    """
    said = merge(found)
    if said and not is_in_doubt(said) and _is_part_of(said, piece.segments):
        return _with(draft, piece, found)
    kept, left_out = undoubted(piece.segments)
    mine = [loop for loop in left_out if piece.owned.start <= loop.start < piece.owned.end]
    without = _with(draft, piece, [replace(piece, segments=tuple(kept))])
    return replace(without, suppressed=(*draft.suppressed, *mine))


def _is_part_of(said: Sequence[Segment], whole: Sequence[Segment]) -> bool:
    """Whether everything that is said stands in the whole, in this order."""
    left = iter(_words(whole))
    return all(word in left for word in _words(said))


def _words(segments: Sequence[Segment]) -> list[str]:
    return [letters(word.word) for segment in segments for word in segment.words]


def _with(draft: Draft, piece: Piece, pieces: Sequence[Piece]) -> Draft:
    place = next(place for place, other in enumerate(draft.pieces) if other is piece)
    return replace(draft, pieces=(*draft.pieces[:place], *pieces, *draft.pieces[place + 1 :]))

"""What a window says more often than it was said, left out before windows are joined. Pure."""

from dataclasses import replace

from stt.worker.recognition.draft import Draft
from stt.worker.suppression.suppression import undoubted


def unlooped(draft: Draft) -> Draft:
    """The draft without what its windows repeat in doubt; what is left out is told by the window that owns its place.

    A loop misplaces the words in front of it, and a seam would keep some of it where the other side heard what was
    said. What it has hidden leaves a hole, which is heard again.
    """
    pieces, told = [], []
    for piece in draft.pieces:
        kept, left_out = undoubted(piece.segments)
        pieces.append(replace(piece, segments=tuple(kept)))
        told += [loop for loop in left_out if piece.owned.start <= loop.start < piece.owned.end]
    return replace(draft, pieces=tuple(pieces), suppressed=(*draft.suppressed, *told))

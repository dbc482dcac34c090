"""Joining what was heard in overlapping or adjoining pieces into one text on one clock. Pure."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stt.domain.chunk import Span
from stt.domain.transcript import Segment, Word

SAME_WORD_SECONDS = 0.4
"""Two sides of a seam hear the same word if its middle differs by no more than this."""


@dataclass(frozen=True)
class Piece:
    """What was heard in `audio`, times in the file; `owned` of neighbours meet at the cut."""

    audio: Span
    owned: Span
    segments: tuple[Segment, ...]


def merge(pieces: Iterable[Piece]) -> list[Segment]:
    """The segments of all pieces in order, with every word of an overlap exactly once.

    Pieces that do not overlap were cut in silence and keep all their words. Where two overlap, the text changes
    sides at a word that both heard, the one nearest to the cut; if there is none, a word belongs to the side that
    owns its midpoint.
    """
    merged: list[Segment] = []
    last: Piece | None = None
    for piece in pieces:
        if last is not None and last.audio.end > piece.audio.start:
            overlap = Span(piece.audio.start, last.audio.end)
            settled = _ending_by(merged, overlap.start)
            head, tail = _seam(merged[settled:], piece.segments, overlap, last.owned.end)
            merged[settled:] = [*head, *tail]
        else:
            merged.extend(piece.segments)
        last = piece
    return _in_order(merged)


def _ending_by(segments: Sequence[Segment], moment: float) -> int:
    """How many of the segments, from the first on, end before `moment`."""
    count = len(segments)
    while count and segments[count - 1].end > moment:
        count -= 1
    return count


def _seam(
    left: Sequence[Segment], right: Sequence[Segment], overlap: Span, cut: float
) -> tuple[list[Segment], list[Segment]]:
    before = [word for segment in left for word in segment.words if word.end > overlap.start]
    after = [word for segment in right for word in segment.words if word.start < overlap.end]
    shared = _shared_word(before, after, cut)
    if shared is not None:
        kept, dropped = shared
        return _until(left, kept.midpoint), _after(right, dropped.midpoint)
    drop_left, drop_right = _torn_word(before, after, overlap, cut)
    head = [s.keeping([w for w in s.words if w.midpoint < cut and w is not drop_left]) for s in left]
    tail = [s.keeping([w for w in s.words if w.midpoint >= cut and w is not drop_right]) for s in right]
    return _not_empty(head), _not_empty(tail)


def _shared_word(before: Sequence[Word], after: Sequence[Word], cut: float) -> tuple[Word, Word] | None:
    """The word both sides heard that lies nearest to the cut."""
    pairs = _aligned(before, after)
    return min(pairs, key=lambda pair: abs(pair[0].midpoint + pair[1].midpoint - 2 * cut), default=None)


def _aligned(before: Sequence[Word], after: Sequence[Word]) -> list[tuple[Word, Word]]:
    """The pairs of equal words, in order on both sides, that fit best in number and in time.

    A longest common subsequence whose matches weigh more the closer their times are: a word said several times in a
    row pairs with itself, not with its neighbour.
    """
    best: list[list[tuple[float, list[tuple[Word, Word]]]]] = [[(0.0, [])] * (len(after) + 1)]
    for mine in before:
        row: list[tuple[float, list[tuple[Word, Word]]]] = [(0.0, [])]
        for column, theirs in enumerate(after):
            score, pairs = best[-1][column]
            gain = _likeness(mine, theirs)
            match = (score + gain, [*pairs, (mine, theirs)]) if gain else (0.0, [])
            row.append(max(match, row[-1], best[-1][column + 1], key=lambda entry: entry[0]))
        best.append(row)
    return best[-1][-1][1]


def _likeness(mine: Word, theirs: Word) -> float:
    """From 0 (not the same word) to 1 (the same word at the same time)."""
    if _normal(mine.word) != _normal(theirs.word):
        return 0.0
    return max(0.0, 1 - abs(mine.midpoint - theirs.midpoint) / SAME_WORD_SECONDS)


def _torn_word(
    before: Sequence[Word], after: Sequence[Word], overlap: Span, cut: float
) -> tuple[Word | None, Word | None]:
    """The lesser of two readings of one word, if the sides would keep both: the one nearer to its audio's edge."""
    mine = max((w for w in before if w.midpoint < cut), key=lambda w: w.midpoint, default=None)
    theirs = min((w for w in after if w.midpoint >= cut), key=lambda w: w.midpoint, default=None)
    if mine is None or theirs is None:
        return None, None
    shared = min(mine.end, theirs.end) - max(mine.start, theirs.start)
    if shared * 2 < min(mine.end - mine.start, theirs.end - theirs.start) or shared <= 0:
        return None, None
    return (mine, None) if overlap.end - mine.end < theirs.start - overlap.start else (None, theirs)


def _until(segments: Sequence[Segment], moment: float) -> list[Segment]:
    return _not_empty(s.keeping([w for w in s.words if w.midpoint <= moment]) for s in segments)


def _after(segments: Sequence[Segment], moment: float) -> list[Segment]:
    return _not_empty(s.keeping([w for w in s.words if w.midpoint > moment]) for s in segments)


def _not_empty(segments: Iterable[Segment]) -> list[Segment]:
    return [segment for segment in segments if segment.text]


def _in_order(segments: Sequence[Segment]) -> list[Segment]:
    """Segments that never begin before the one in front of them ends."""
    ordered: list[Segment] = []
    for segment in sorted(segments, key=lambda s: (s.start, s.end)):
        floor = ordered[-1].end if ordered else 0.0
        start = max(segment.start, floor)
        ordered.append(replace(segment, start=start, end=max(segment.end, start)))
    return ordered


def _normal(word: str) -> str:
    text = unicodedata.normalize("NFC", word).casefold()
    return "".join(c for c in text if c.isalnum() or unicodedata.category(c) == "Mn") or text

"""Joining what was heard in overlapping or adjoining pieces into one text on one clock. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from stt.domain.jobs.chunk import Span
from stt.domain.merging.seam import Hearings, Seam
from stt.domain.transcripts.transcript import Segment, Word


@dataclass(frozen=True)
class Piece:
    """What was heard in `audio`, times in the file; `owned` of neighbours meet at the cut."""

    audio: Span
    owned: Span
    segments: tuple[Segment, ...]


def merge(pieces: Iterable[Piece], again: Mapping[int, Hearings] | None = None) -> list[Segment]:
    """The segments of all pieces in order, with every word of an overlap exactly once; see `Seam.joined`.

    Pieces that do not overlap were cut in silence and keep all their words. `again` holds further hearings of the
    cut before a piece, by its number.
    """
    merged: list[Segment] = []
    last: Piece | None = None
    for number, piece in enumerate(pieces):
        if last is not None and last.audio.end > piece.audio.start:
            settled = _ending_by(merged, piece.audio.start)
            open_end = Piece(last.audio, last.owned, tuple(merged[settled:]))
            merged[settled:] = _joined(open_end, piece, (again or {}).get(number, ()))
        else:
            merged.extend(piece.segments)
        last = piece
    return _in_order(merged)


def seam_between(left: Piece, right: Piece) -> Seam:
    """What two pieces that overlap heard where they do."""
    overlap = Span(right.audio.start, left.audio.end)
    before = [word for segment in left.segments for word in segment.words if word.end > overlap.start]
    after = [word for segment in right.segments for word in segment.words if word.start < overlap.end]
    return Seam(before, after, overlap, left.owned.end)


def disputed_seams(pieces: Sequence[Piece]) -> list[int]:
    """The cuts whose sides disagree, each as the number of the piece behind it."""
    return [
        number
        for number, (left, right) in enumerate(pairwise(pieces), 1)
        if left.audio.end > right.audio.start and seam_between(left, right).is_in_doubt
    ]


def _joined(left: Piece, right: Piece, again: Hearings) -> list[Segment]:
    seam = seam_between(left, right)
    head, tail = seam.joined(again)
    untouched = [word for segment in left.segments for word in segment.words if word.end <= seam.overlap.start]
    behind = [word for segment in right.segments for word in segment.words if word.start >= seam.overlap.end]
    return [*_filled(left.segments, [*untouched, *head]), *_filled(right.segments, [*tail, *behind])]


def _filled(segments: Sequence[Segment], words: Sequence[Word]) -> list[Segment]:
    """The segments with these words instead of their own; a word new to them joins the one before it."""
    home = {id(word): number for number, segment in enumerate(segments) for word in segment.words}
    shares: list[list[Word]] = [[] for _ in segments] or [[]]
    number = next((home[id(word)] for word in words if id(word) in home), 0)
    for word in words:
        number = home.get(id(word), number)
        shares[number].append(word)
    hosts = segments or [Segment(0.0, 0.0, "")]
    return [host.keeping(share) for host, share in zip(hosts, shares, strict=True) if share]


def _ending_by(segments: Sequence[Segment], moment: float) -> int:
    """How many of the segments, from the first on, end before `moment`."""
    count = len(segments)
    while count and segments[count - 1].end > moment:
        count -= 1
    return count


def _in_order(segments: Sequence[Segment]) -> list[Segment]:
    """Segments that never begin before the one in front of them ends."""
    ordered: list[Segment] = []
    for segment in sorted(segments, key=lambda s: (s.start, s.end)):
        floor = ordered[-1].end if ordered else 0.0
        start = max(segment.start, floor)
        ordered.append(replace(segment, start=start, end=max(segment.end, start)))
    return ordered

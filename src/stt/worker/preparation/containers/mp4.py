"""MP4, M4A, QuickTime and 3GP: boxes (ISO 14496-12 §4.2)."""

from collections.abc import Iterator

from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import MOST_PARTS, Part, split

_SOUND = (b"mdat", b"moof")
"""Boxes without which there is less sound; what other programs append may be of any form."""
_HEAD = 8
_LARGE = (1).to_bytes(4, "big")
"""In the place of a size: it does not fit there and stands behind the type."""


def parts(content: Content) -> list[Part]:
    """Each movie: a second type and a second index are what a player of the first never reads."""
    starts, is_cut, pending = [0], False, 0
    for kind, start, end in _boxes(content):
        if kind == b"ftyp":
            pending = start
        elif kind == b"moov" and pending > starts[-1] and len(starts) < MOST_PARTS:
            starts.append(pending)
        is_cut |= kind in _SOUND and end > content.size
    return split(starts, content.size, cut=is_cut)


def _boxes(content: Content) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of each box; nothing behind one that ends nowhere."""
    start = 0
    while len(head := content.at(start, 2 * _HEAD)) >= _HEAD:
        size = int.from_bytes(head[_HEAD:] if head[:4] == _LARGE else head[:4], "big")
        if size < _HEAD:
            return
        yield head[4:8], start, start + size
        start += size

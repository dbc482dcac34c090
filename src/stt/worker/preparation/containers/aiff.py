"""AIFF: a FORM of chunks that states its size (Apple, Audio Interchange File Format 1.3)."""

from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import MOST_PARTS, Part

_UNKNOWN = (0, 0x7F000000)
"""A size that was never filled in is nothing, or about as large as fits: sox writes 0x7F000050."""


def parts(content: Content) -> list[Part]:
    """Each FORM in the file."""
    found: list[Part] = []
    start = 0
    while _begins(content, start) and len(found) < MOST_PARTS:
        size = int.from_bytes(content.at(start + 4, 4), "big")
        stated = start + 8 + size + size % 2
        is_stated = _UNKNOWN[0] < size < _UNKNOWN[1]
        end = stated if is_stated and _begins(content, stated) else content.size
        found.append(Part(start, end, cut=is_stated and stated > content.size + 1))
        start = end
    return found


def _begins(content: Content, position: int) -> bool:
    head = content.at(position, 12)
    return head[:4] == b"FORM" and head[8:] in (b"AIFF", b"AIFC")

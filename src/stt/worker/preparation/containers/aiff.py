"""AIFF: a FORM of chunks that states its size (Apple, Audio Interchange File Format 1.3)."""

from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import MOST_PARTS, Part

_UNKNOWN = (0, 0x7FFF0000)
"""A size that was never filled in is nothing, or as large as fits."""


def parts(content: Content) -> list[Part]:
    """Each FORM in the file."""
    found: list[Part] = []
    start = 0
    while _begins(content, start) and len(found) < MOST_PARTS:
        size = int.from_bytes(content.at(start + 4, 4), "big")
        end = start + 8 + size + size % 2
        if size == _UNKNOWN[0] or size >= _UNKNOWN[1] or not _begins(content, end):
            end = content.size
        found.append(Part(start, end))
        start = end
    return found


def _begins(content: Content, position: int) -> bool:
    head = content.at(position, 12)
    return head[:4] == b"FORM" and head[8:] in (b"AIFF", b"AIFC")

"""Ogg: pages, and links of them chained together (RFC 3533)."""

import re

from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import MOST_PARTS, Part, split

_PAGE = b"OggS"
_FIRST_PAGE = re.compile(rb"OggS\0[\2\6]")
_HEADER = 27
"""Bytes of a page before the table of its segments, whose length is the last of them."""
_TAIL = 128 * 1024
"""More than the largest page (65,307 bytes), so that a whole page is in it."""


def parts(content: Content) -> list[Part]:
    """Each link; one begins with the first pages of all its streams, one behind the other."""
    starts, behind = [0], 0
    at = content.find(_FIRST_PAGE, 0)
    while at is not None and len(starts) < MOST_PARTS:
        if at not in (0, behind):
            starts.append(at)
        behind = _page_end(content, at) or at + 1
        at = content.find(_FIRST_PAGE, min(behind, at + len(_PAGE)))
    return split(starts, content.size, cut=_is_cut(content))


def _is_cut(content: Content) -> bool:
    """Whether the last page is not all there. That it is not marked as the last says nothing: many are not."""
    first = max(0, content.size - _TAIL)
    at = content.at(first, _TAIL).rfind(_PAGE)
    if at < 0:
        return True
    end = _page_end(content, first + at)
    return end is None or end > content.size or content.at(end, len(_PAGE)) in (_PAGE[:1], _PAGE[:2], _PAGE[:3])


def _page_end(content: Content, start: int) -> int | None:
    """Where the page ends, `None` if its header is not all there."""
    header = content.at(start, _HEADER + 255)
    if len(header) < _HEADER or len(header) < _HEADER + header[_HEADER - 1]:
        return None
    lengths = header[_HEADER : _HEADER + header[_HEADER - 1]]
    return start + _HEADER + len(lengths) + sum(lengths)

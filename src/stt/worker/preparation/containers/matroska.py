"""Matroska and WebM: an EBML header, then a segment that may not say how long it is (RFC 8794, RFC 9559)."""

import re

from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import MOST_PARTS, Part

_HEADER = re.compile(rb"\x1a\x45\xdf\xa3.{1,64}?\x42\x82.{1,8}?(?:webm|matroska)", re.DOTALL)
_SEGMENT = b"\x18\x53\x80\x67"
_CLUSTER = re.compile(rb"\x1f\x43\xb6\x75.{1,8}?(?:\xbf\x84.{4})?\xe7[\x81-\x88]", re.DOTALL)
"""A cluster up to the size of its time, which stands first in it, or behind a checksum."""
_SCALE = re.compile(rb"\x2a\xd7\xb1\x83(.{3})", re.DOTALL)
_MILLISECOND = 1_000_000
"""Nanoseconds of a tick, unless a file says otherwise."""
_TAIL = 4 * 1024 * 1024
"""Clusters are a few seconds long."""


def parts(content: Content) -> list[Part]:
    """Each file of one header and one segment."""
    found: list[Part] = []
    start = 0
    while start < content.size and len(found) < MOST_PARTS:
        segment = _end_of_header(content, start)
        stated = _segment_end(content, segment)
        following = content.find(_HEADER, max(segment, min(stated or 0, content.size)))
        end = content.size if following is None else following
        is_cut = None if stated is None else stated > end
        found.append(Part(start, end, is_cut, last_time=_last_time(content, start, end)))
        start = end
    return found


def _end_of_header(content: Content, start: int) -> int:
    length, size = _number(content, start + 4)
    return start + 4 + length + (size or 0)


def _segment_end(content: Content, position: int) -> int | None:
    """Where the segment says that it ends, if there is one and it does."""
    if content.at(position, 4) != _SEGMENT:
        return None
    length, size = _number(content, position + 4)
    return None if size is None else position + 4 + length + size


def _last_time(content: Content, start: int, end: int) -> float | None:
    """When the last cluster begins, in seconds."""
    tail = content.at(max(start, end - _TAIL), min(_TAIL, end - start))
    clusters = list(_CLUSTER.finditer(tail))
    if not clusters:
        return None
    first = clusters[-1].end()
    ticks = int.from_bytes(tail[first : first + (tail[first - 1] & 15)], "big")
    scale = _SCALE.search(content.at(start, _TAIL))
    return ticks * (int.from_bytes(scale[1], "big") if scale else _MILLISECOND) / 1e9


def _number(content: Content, position: int) -> tuple[int, int | None]:
    """How many bytes a size takes, and the size; `None` for an unknown one, which has all bits set (RFC 8794 §6.2)."""
    first = content.at(position, 1)
    if not first or not first[0]:
        return 1, None
    length = 9 - first[0].bit_length()
    written = int.from_bytes(content.at(position, length), "big")
    largest = (1 << 7 * length) - 1
    return length, None if written & largest == largest else written & largest

"""AVI: RIFF files with a list `movi` of everything that is shown and heard (Microsoft; several: OpenDML 1.02)."""

import itertools

from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import Part

_KINDS = (b"AVI ", b"AVIX")
_HEAD, _LIST = 8, 12
_MOST_CHUNKS = 4096
_UNKNOWN = 2**31 - 2**16
"""Lists end before 2 GiB: a size beyond was made up, or never filled in."""


def parts(content: Content) -> list[Part]:
    """One, as FFmpeg reads on by itself; cut if a list ends behind the file. What is lost of an index is no sound."""
    start, is_cut = 0, False
    for _ in itertools.repeat(None, _MOST_CHUNKS):
        head = content.at(start, _LIST)
        if head[:4] != b"RIFF" or head[8:] not in _KINDS:
            break
        size = int.from_bytes(head[4:8], "little")
        is_cut |= _is_cut(content, start + _LIST)
        start += _HEAD + size + size % 2
    return [Part(0, content.size, cut=is_cut or None)]


def _is_cut(content: Content, position: int) -> bool:
    for _ in itertools.repeat(None, _MOST_CHUNKS):
        head = content.at(position, _LIST)
        size = int.from_bytes(head[4:8], "little")
        if len(head) < _LIST or head[:4] == b"RIFF":
            return False
        if head[:4] == b"LIST" and head[8:] == b"movi":
            return 0 < size < _UNKNOWN and position + _HEAD + size > content.size
        position += _HEAD + size + size % 2
    return False

"""AVI: RIFF files with a list `movi` of everything that is shown and heard (Microsoft; several: OpenDML 1.02)."""

from itertools import takewhile

from stt.worker.preparation.containers.chunks import chunks
from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import Part

_KINDS = (b"AVI ", b"AVIX")
_KIND = 4
_UNKNOWN = 2**31 - 2**16
"""Lists end before 2 GiB: a size beyond was made up, or never filled in."""


def parts(content: Content) -> list[Part]:
    """One, as FFmpeg reads on by itself; cut if a list ends behind the file. What is lost of an index is no sound."""
    of_it = takewhile(lambda c: c[0] == b"RIFF" and content.at(c[1], _KIND) in _KINDS, chunks(content, 0))
    is_cut = any(_is_cut(content, place + _KIND) for _, place, _ in of_it)
    return [Part(0, content.size, cut=is_cut or None)]


def _is_cut(content: Content, position: int) -> bool:
    """Whether what is shown and heard is stated to end behind the file."""
    for name, place, size in chunks(content, position):
        if name == b"RIFF":
            return False
        if name == b"LIST" and content.at(place, _KIND) == b"movi":
            return 0 < size < _UNKNOWN and place + size > content.size
    return False

"""WAV: chunks behind a RIFF header (Microsoft and IBM, Multimedia Programming Interface 1.0), with sizes often wrong.

Programs that cannot go back to the header leave a size out or make one up; beyond 4 GiB it wraps; and files are joined.
RF64 and BW64 state their sizes in 64 bits in a chunk of their own (EBU Tech 3306).
"""

import re

from stt.worker.preparation.containers.chunks import chunks
from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import MOST_PARTS, Part

_KINDS = (b"RIFF", b"RF64", b"BW64")
_WAVE = re.compile(rb"(?:RIFF|RF64|BW64).{4}WAVE[ -~]{4}", re.DOTALL)
_NOT_ZERO = re.compile(rb"[^\0]")
_ID = re.compile(rb"[ -~]{4}")
_WRAP = 2**32
_NEAR = 2**16
"""Made-up sizes are the largest that fit, less a header and what else the program rounds by: sox writes 0x7FFFF000."""
_TRAILING = re.compile(
    rb"LIST|id3 |ID3 |bext|iXML|axml|chna|JUNK|junk|PAD |FLLR|fact|cue |smpl|inst|acid|PEAK|DISP|LGWV|_PMX|afsp|umid"
    rb"|minf|elm1|regn"
)
"""Chunks that are known to follow the sound."""
_TAGS = (b"ID3", b"TAG", b"APETAGEX")
"""Tags of other formats, which some programs put behind."""


def parts(content: Content) -> list[Part]:
    """Each WAV in the file."""
    found: list[Part] = []
    start: int | None = 0
    while start is not None and _begins(content, start) and len(found) < MOST_PARTS:
        part = _part(content, start)
        found.append(part)
        start = part.end
    return found


def _begins(content: Content, position: int) -> bool:
    head = content.at(position, 12)
    return head[:4] in _KINDS and head[8:] == b"WAVE"


def _part(content: Content, start: int) -> Part:
    data, stated = _data(content, start)
    if stated is None:
        return Part(start, _next_wave(content, data))
    end = data + stated
    if end > content.size:
        # Some writers count the header too.
        return Part(start, content.size, cut=end - content.size > data - start)
    following = _behind(content, end + stated % 2)
    if following is None and stated % 2:
        following = _behind(content, end)
    if following is not None:
        return Part(start, following, cut=False)
    wrapped = (end for end in range(end + _WRAP, content.size + 1, _WRAP) if _behind(content, end) is not None)
    return Part(start, next(wrapped, None) or _next_wave(content, end), overlong=True)


def _data(content: Content, start: int) -> tuple[int, int | None]:
    """Where the samples begin, and how many bytes of them the header states, if it does."""
    long_size = None
    for name, position, size in chunks(content, start + 12):
        if name == b"ds64":
            long_size = int.from_bytes(content.at(position + 8, 8), "little")
        if name == b"data":
            size = long_size if size == _WRAP - 1 and long_size else size  # noqa: PLW2901
            return position, None if _is_made_up(size) else size
    return content.size, None


def _is_made_up(size: int) -> bool:
    return size == 0 or any(limit - _NEAR <= size <= limit for limit in (_WRAP // 2, _WRAP))


def _behind(content: Content, position: int) -> int | None:
    """Where what follows the sound ends: at the next WAV or with the file. `None` if it is no chunk and no tag."""
    trailing = False
    for name, place, size in chunks(content, position):
        if _begins(content, place - 8):
            return place - 8
        fits = place + size <= content.size + 1
        if not (_TRAILING.match(name) or (_ID.fullmatch(name) and fits)):
            is_other = trailing or name.startswith(_TAGS) or content.find(_NOT_ZERO, place - 8) is None
            return content.size if is_other else None
        trailing = True
        if not fits:
            break
    return content.size


def _next_wave(content: Content, start: int) -> int:
    following = content.find(_WAVE, start)
    return content.size if following is None else following

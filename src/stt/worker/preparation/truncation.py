"""Where a file says its audio ends, so that a transcript can tell when the file broke off before that."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

_HEAD_BYTES = 4096
_TAIL_BYTES = 128 * 1024
"""More than the largest Ogg page (65,307 bytes), so that a whole page header is in it."""
_OGG_PAGE = b"OggS"
_OGG_LAST_PAGE = 0x04
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)
"""What writers that could not seek back leave in a RIFF header."""
_SOUND_BOXES = (b"mdat", b"moof")
"""Boxes of an MP4 without which there is less sound; what other programs append may be of any form."""
_BOX_HEAD = 8
_LARGE_BOX = (1).to_bytes(4, "big")
"""In the place of a size: it does not fit there and stands behind the type."""
GUESSED = ("aac", "amr", "mpegts", "ogg")
"""Formats whose header states no length: FFmpeg guesses it from the bit rate or from the last packets."""


def states_duration(path: Path, format_name: str) -> bool:
    """Whether the duration that FFmpeg reports for the file stands in it, and is no guess."""
    if format_name == "mp3":
        return _has_length_tag(path)
    return format_name not in GUESSED


def ends_early(path: Path) -> bool:
    """Whether the file is cut: a header in a WAV or an MP4 states a larger size, or an Ogg lacks its last page."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] == b"RIFF":
            stated = int.from_bytes(head[4:8], "little")
            return stated not in _UNKNOWN_SIZES and stated + 8 > size + 1
        if head[:4] == _OGG_PAGE:
            file.seek(max(0, size - _TAIL_BYTES))
            tail = file.read()
            return not tail[tail.rfind(_OGG_PAGE) + 5] & _OGG_LAST_PAGE
        if head[4:8] == b"ftyp":
            return any(kind in _SOUND_BOXES and end > size for kind, end in _boxes(file))
    return False


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Type and end of each box that an MP4 consists of (ISO 14496-12 §4.2); nothing behind one that ends nowhere."""
    start = 0
    while len(head := _read_at(file, start, 2 * _BOX_HEAD)) >= _BOX_HEAD:
        size = int.from_bytes(head[_BOX_HEAD:] if head[:4] == _LARGE_BOX else head[:4], "big")
        if size < _BOX_HEAD:
            return
        start += size
        yield head[4:8], start


def _read_at(file: BinaryIO, position: int, size: int) -> bytes:
    file.seek(position)
    return file.read(size)


def _has_length_tag(path: Path) -> bool:
    """Whether an MP3 carries the tag (Xing, Info or VBRI) in which encoders write the number of frames."""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            # Four bytes of seven bits each (id3.org, ID3v2.4 §6.2), the header itself not counted.
            file.seek(10 + sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True)))
        else:
            file.seek(0)
        first_frame = file.read(_HEAD_BYTES)
    return any(tag in first_frame for tag in (b"Xing", b"Info", b"VBRI"))


def tagged_end(metadata: Mapping[str, str]) -> float | None:
    """Seconds in the tag that Matroska writers put beside each stream, as in `00:01:09.500000000`.

    For some it is the time at which the stream ends, for others its length, which is no later.
    """
    tag = re.fullmatch(r"(\d+):(\d\d):(\d\d\.\d+)", metadata.get("DURATION", ""))
    return tag and int(tag[1]) * 3600 + int(tag[2]) * 60 + float(tag[3])

"""Where a file says its audio ends, so that a transcript can tell when the file broke off before that."""

import re
from collections.abc import Mapping
from pathlib import Path

_HEAD_BYTES = 4096
_TAIL_BYTES = 128 * 1024
"""More than the largest Ogg page (65,307 bytes), so that a whole page header is in it."""
_OGG_PAGE = b"OggS"
_OGG_LAST_PAGE = 0x04
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)
"""What writers that could not seek back leave in a RIFF header."""
GUESSED = ("aac", "amr", "mpegts")
"""Formats whose header states no length: FFmpeg guesses it from the bit rate or from the last packets."""


def states_duration(path: Path, format_name: str) -> bool:
    """Whether the duration that FFmpeg reports for the file stands in it, and is no guess."""
    if format_name == "mp3":
        return _has_length_tag(path)
    return format_name not in GUESSED


def ends_early(path: Path) -> bool:
    """Whether the file is cut: a RIFF (WAV) header states a larger size, or an Ogg lacks its last page."""
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
    return False


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


def tagged_duration(metadata: Mapping[str, str]) -> float | None:
    """Seconds in the tag that Matroska writers put beside each stream, as in `00:01:09.500000000`."""
    tag = re.fullmatch(r"(\d+):(\d\d):(\d\d\.\d+)", metadata.get("DURATION", ""))
    return tag and int(tag[1]) * 3600 + int(tag[2]) * 60 + float(tag[3])

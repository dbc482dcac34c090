"""CAF: chunks with sizes of 8 bytes (Apple, Core Audio Format 1.0)."""

import itertools
import re

from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import Part, headed

_FILE = re.compile(rb"caff\0\x01\0\0desc")
"""The mark and version, and the chunk that always comes first."""
_MARK, _HEAD = 8, 12
_MOST_CHUNKS = 4096


def parts(content: Content) -> list[Part]:
    """Each file of one header."""
    return headed(content, _FILE, _sound_end)


def _sound_end(content: Content, start: int) -> int | None:
    """Where the sound is stated to end; the last chunk may leave that open (-1)."""
    position = start + _MARK
    for _ in itertools.repeat(None, _MOST_CHUNKS):
        head = content.at(position, _HEAD)
        size = int.from_bytes(head[4:], "big", signed=True)
        if len(head) < _HEAD or size < 0:
            return None
        if head[:4] == b"data":
            return position + _HEAD + size
        position += _HEAD + size
    return None

"""CAF: chunks with sizes of 8 bytes (Apple, Core Audio Format 1.0)."""

import re

from stt.worker.preparation.containers.chunks import Layout, chunks
from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import Part, headed

_FILE = re.compile(rb"caff\0\x01\0\0desc")
"""The mark and version, and the chunk that always comes first."""
_MARK = 8
_LAYOUT = Layout(4, 8, "big", is_signed=True)


def parts(content: Content) -> list[Part]:
    """Each file of one header."""
    return headed(content, _FILE, _sound_end)


def _sound_end(content: Content, start: int) -> int | None:
    """Where the sound is stated to end; the last chunk may leave that open (-1)."""
    for name, place, size in chunks(content, start + _MARK, _LAYOUT):
        if name == b"data":
            return place + size if size >= 0 else None
    return None

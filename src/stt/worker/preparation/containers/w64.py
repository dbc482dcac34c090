"""Wave64: WAV with names of 16 bytes and sizes of 8, which count the head of their chunk too (Sony)."""

import re

from stt.worker.preparation.containers.chunks import Layout, chunks
from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import Part, headed

RIFF = b"riff" + bytes.fromhex("2e91cf11a5d628db04c10000")
_WAVE = b"wave" + bytes.fromhex("f3acd3118cd100c04f8edb8a")
_DATA = b"data" + _WAVE[4:]
_FILE = re.compile(re.escape(RIFF) + b".{8}" + re.escape(_WAVE), re.DOTALL)
_LAYOUT = Layout(16, 8, "little", multiple=8, is_head_counted=True)
_UNKNOWN = 2**62
"""No file is as large: a size that was never filled in."""


def parts(content: Content) -> list[Part]:
    """Each file of one header."""
    return headed(content, _FILE, _sound_end)


def _sound_end(content: Content, start: int) -> int | None:
    """Where the sound is stated to end, if it is."""
    for name, place, size in chunks(content, start + _LAYOUT.head + len(_WAVE), _LAYOUT):
        if name == _DATA:
            return place + size if 0 < size < _UNKNOWN else None
    return None

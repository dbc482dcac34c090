"""What a file consists of: usually one recording, several where some were joined byte by byte."""

import re
from collections.abc import Callable
from pathlib import Path

from stt.worker.preparation.containers import aiff, matroska, mp4, mpeg_audio, ogg, riff
from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import MOST_PARTS, Part, split

_FLAC = re.compile(rb"fLaC[\x00\x80]\0\0\x22")
"""The mark and the head of the block that always follows it (RFC 9639 §8.1, §8.2)."""
_AMR = re.compile(rb"#!AMR(?:-WB)?\n")


def parts_of(path: Path) -> list[Part]:
    """Its parts in order, at least one; FFmpeg by itself reads only the first of many, or all with the clock of one."""
    with path.open("rb") as file:
        content = Content(file, path.stat().st_size)
        head = content.at(0, 12)
        for begins, parts in _CONTAINERS:
            if begins(head):
                return parts(content) or [Part(0, content.size)]
        return [Part(0, content.size)]


def _marked(mark: re.Pattern[bytes]) -> Callable[[Content], list[Part]]:
    def parts(content: Content) -> list[Part]:
        starts = [0]
        while len(starts) < MOST_PARTS and (at := content.find(mark, starts[-1] + 4)) is not None:
            starts.append(at)
        return split(starts, content.size)

    return parts


_CONTAINERS: tuple[tuple[Callable[[bytes], bool], Callable[[Content], list[Part]]], ...] = (
    (lambda head: head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:] == b"WAVE", riff.parts),
    (lambda head: head[:4] == b"OggS", ogg.parts),
    (lambda head: head[:4] == b"\x1a\x45\xdf\xa3", matroska.parts),
    (lambda head: head[4:8] == b"ftyp", mp4.parts),
    (lambda head: head[:4] == b"FORM" and head[8:] in (b"AIFF", b"AIFC"), aiff.parts),
    (lambda head: head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0"), mpeg_audio.parts),
    (lambda head: head[:4] == b"fLaC", _marked(_FLAC)),
    (lambda head: head[:5] == b"#!AMR", _marked(_AMR)),
)

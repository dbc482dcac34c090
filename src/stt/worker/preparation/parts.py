"""What a file consists of: usually one recording, several where some were joined byte by byte."""

import re
from collections.abc import Callable
from pathlib import Path

from stt.worker.preparation.containers import aiff, avi, caf, matroska, mp4, mpeg_audio, ogg, riff, tags, w64
from stt.worker.preparation.containers.content import Content
from stt.worker.preparation.containers.part import MOST_PARTS, Part, split

_FLAC = re.compile(rb"fLaC[\x00\x80]\0\0\x22")
"""The mark and the head of the block that always follows it (RFC 9639 §8.1, §8.2)."""
_AMR = re.compile(rb"#!AMR(?:-WB)?\n")
_AU = re.compile(rb"\.snd\0\0.{2}.{4}\0\0\0[\x01-\x1b]\0.{3}\0\0\0[\x01-\xff]", re.DOTALL)
"""The mark, the size of the header, that of the sound, its coding, samples a second, channels (Sun, au(4))."""
_ASF = re.compile(re.escape(bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")))
"""The GUID of its header (Microsoft, Advanced Systems Format 01.20)."""


def parts_of(path: Path) -> list[Part]:
    """Its parts in order, at least one; FFmpeg by itself reads only the first of many, or all with the clock of one."""
    with path.open("rb") as file:
        content = Content(file, path.stat().st_size)
        head = content.at(0, 12)
        if head[:3] == b"ID3" and content.at(behind := tags.sound_start(content), 4) == b"fLaC":
            head = content.at(behind, 12)
        for begins, parts in _CONTAINERS:
            if begins(head):
                return parts(content) or [Part(0, content.size)]
        return [Part(0, content.size)]


def _marked(mark: re.Pattern[bytes]) -> Callable[[Content], list[Part]]:
    """Parts that each begin with a mark; what is in front of the first is a tag of it."""

    def parts(content: Content) -> list[Part]:
        starts, at = [0], content.find(mark, 0)
        while at is not None and len(starts) < MOST_PARTS and (at := content.find(mark, at + 4)) is not None:
            starts.append(at)
        return split(starts, tags.sound_end(content))

    return parts


def _without_tags(content: Content) -> list[Part]:
    """One, of nothing but frames: half a frame at its end is a loss, and a tag is none."""
    return [Part(0, tags.sound_end(content))]


_CONTAINERS: tuple[tuple[Callable[[bytes], bool], Callable[[Content], list[Part]]], ...] = (
    (lambda head: head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:] == b"WAVE", riff.parts),
    (lambda head: head[:4] == b"OggS", ogg.parts),
    (lambda head: head[:4] == b"\x1a\x45\xdf\xa3", matroska.parts),
    (lambda head: head[4:8] == b"ftyp", mp4.parts),
    (lambda head: head[:4] == b"FORM" and head[8:] in (b"AIFF", b"AIFC"), aiff.parts),
    (lambda head: head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0"), mpeg_audio.parts),
    (lambda head: head[:4] == b"fLaC", _marked(_FLAC)),
    (lambda head: head[:5] == b"#!AMR", _marked(_AMR)),
    (lambda head: head[:4] == b".snd", _marked(_AU)),
    (lambda head: head[:8] == b"caff\0\1\0\0", caf.parts),
    (lambda head: head == w64.RIFF[:12], w64.parts),
    (lambda head: head[:4] == b"RIFF" and head[8:] == b"AVI ", avi.parts),
    (lambda head: head[:4] == b"\x30\x26\xb2\x75", _marked(_ASF)),
    (lambda head: head[:2] in (b"\x0b\x77", b"\x77\x0b"), _without_tags),
)

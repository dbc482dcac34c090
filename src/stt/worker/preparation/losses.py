"""How much of a track FFmpeg steps over without a word while it looks for the next thing it can read."""

import av
from av.container.input import InputContainer
from av.stream import Stream

from stt.worker.preparation.containers.part import Part

_PACKED = ("ogg", "matroska", "mpegts")
"""Containers in which packets lie one behind the other; what separates them takes 1 KiB at most."""
_SEPARATION = 4096
_BARE = ("aac",)
"""Formats of nothing but frames and no tags: what is in none of them is lost."""
_FRAMED = ("mp3", "aac", "ac3", "eac3")
"""Formats of nothing but frames, the largest of 8 KiB: what is larger has rubbish in it."""
_LARGEST_FRAME = 8192
_COUNTED = ("flac",)
"""Formats in which every frame has the number of its first sample: a gap is nothing else than a loss."""


class Losses:
    """What is missing between the packets of a stream.

    Of several streams nothing can be told: those that are not read lie between.
    """

    def __init__(self, container: InputContainer, part: Part) -> None:
        kinds = container.format.name.split(",") if len(container.streams) == 1 else []
        self._is_packed = any(kind in _PACKED for kind in kinds)
        self._is_framed = any(kind in _FRAMED for kind in kinds)
        self._is_bare = any(kind in _BARE for kind in kinds)
        self._is_counted = any(kind in _COUNTED for kind in kinds)
        self._read = self._lost = 0
        self._bytes = part.end - part.start
        self._place: int | None = None
        self._size = 0
        self._next: int | None = None

    @property
    def share(self) -> float:
        """How much of the whole is lost, from 0 to 1."""
        lost = self._bytes - self._read if self._is_bare else self._lost
        return lost / (self._read + lost) if lost else 0.0

    def take(self, packet: "av.Packet[Stream]") -> None:
        """The next packet, as it comes out of the container."""
        if self._is_packed and packet.pos is not None:
            self._take_packed(packet.pos, packet.size)
        elif self._is_framed:
            is_frame = packet.size <= _LARGEST_FRAME
            self._read += packet.size if is_frame else 0
            self._lost += 0 if is_frame else packet.size
        elif self._is_counted and packet.pts is not None and packet.duration:
            self._read += packet.duration
            self._lost += max(0, packet.pts - (packet.pts if self._next is None else self._next))
            self._next = packet.pts + packet.duration

    def _take_packed(self, place: int, size: int) -> None:
        self._read += size
        if place == self._place:  # in the same page of an Ogg
            self._size += size
            return
        if self._place is not None and (skipped := place - self._place - self._size) > _SEPARATION:
            self._lost += skipped
        self._place, self._size = place, size

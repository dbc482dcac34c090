"""A stretch of a file that is a recording of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stt.worker.preparation.containers.content import Content

MOST_PARTS = 4096
"""Recordings that are told apart in one file; each takes a millisecond or two to open. What follows counts as one."""


@dataclass(frozen=True)
class Part:
    """The bytes from `start` to `end`.

    `cut` is whether there was to be more sound, `None` where the container does not tell; `overlong` whether there is
    more than its header states. `last_time` is the second of its clock at which the last thing in it begins, if that
    stands in it and no length does.
    """

    start: int
    end: int
    cut: bool | None = None
    overlong: bool = False
    last_time: float | None = None


def split(starts: list[int], end: int, cut: bool | None = None) -> list[Part]:
    """The parts that begin at these places, one behind the other; `cut` is said of the last."""
    ends = [*starts[1:], end]
    return [Part(first, last, cut if last == end else None) for first, last in zip(starts, ends, strict=True)]


def headed(content: Content, header: re.Pattern[bytes], sound_end: Callable[[Content, int], int | None]) -> list[Part]:
    """Each recording that begins with such a header; `sound_end` tells where the sound of one is stated to end."""
    found: list[Part] = []
    start: int | None = 0
    while start is not None and len(found) < MOST_PARTS:
        stated = sound_end(content, start)
        following = content.find(header, min(stated or start + 1, content.size))
        end = content.size if following is None else following
        found.append(Part(start, end, cut=None if stated is None else stated > end))
        start = following
    return found

"""A stretch of a file that is a recording of its own."""

from dataclasses import dataclass

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

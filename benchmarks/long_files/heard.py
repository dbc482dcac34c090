"""What a system made of the file, and whether that is the whole of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

END_SECONDS = 5.0
"""By how much the last segment may end before the file does: it ends in a pause."""
LEAST_SHARE = 0.7
"""Of the most words that any system wrote; windows are cut elsewhere in each, and silence is left out in some."""


@dataclass(frozen=True)
class Heard:
    """How long it took, when the last segment ends, how many words there are, and how many of them have times."""

    seconds: float
    end: float
    words: int
    timed_words: int


def check(heard: Mapping[str, Sequence[Heard]], duration: float) -> None:
    """Raises RuntimeError where a system left out part of the file, or times of words that it should give."""
    most = max(one.words for runs in heard.values() for one in runs)
    for system, runs in heard.items():
        for one in runs:
            if one.end < duration - END_SECONDS:
                raise RuntimeError(f"{system} stopped at {one.end:.0f} of {duration:.0f} s.")
            if one.words < LEAST_SHARE * most:
                raise RuntimeError(f"{system} wrote {one.words} words, another system {most}.")

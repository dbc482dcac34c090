"""Speakers of a recording: how many are asked for, and who speaks when. Pure."""

import math
import re
from dataclasses import dataclass
from typing import Self

from stt.domain.errors import InvalidRequest

MOST_SPEAKERS = 50
_RANGE = re.compile(r"([0-9]{1,3})(?:\s*-\s*([0-9]{1,3}))?")


@dataclass(frozen=True)
class SpeakerCount:
    """How many people are told apart, at least and at most; as many as there seem to be where nothing is said."""

    least: int = 1
    most: float = math.inf

    @classmethod
    def read(cls, written: str) -> Self | None:
        """`auto`, a number, or a range `2-4`; `None` for `off`: nobody is told apart.

        Raises:
            InvalidRequest: code `unknown_speakers`.
        """
        text = written.strip().lower()
        if text == "off":
            return None
        if text == "auto":
            return cls()
        if found := _RANGE.fullmatch(text):
            least, most = int(found[1]), int(found[2] or found[1])
            if 1 <= least <= most <= MOST_SPEAKERS:
                return cls(least, most)
        message = (
            f"speakers cannot be {written[:40]!r}; it is off, auto, a number from 1 to {MOST_SPEAKERS}, or a range "
            "such as 2-4."
        )
        raise InvalidRequest(message, code="unknown_speakers")

    def __str__(self) -> str:
        if math.isinf(self.most):
            return "auto"
        return f"{self.least}" if self.least == self.most else f"{self.least}-{self.most:.0f}"


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody speaks, in seconds; speakers are numbered from 0."""

    start: float
    end: float
    speaker: int

"""Speakers of a recording: how many are asked for, and who speaks when. Pure."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from stt.domain.errors import InvalidRequest

NO_SPEAKERS = "off"
MOST_SPEAKERS = 50
_LABEL = re.compile(r"S([1-9][0-9]*)")
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
        if text == NO_SPEAKERS:
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
    """Somebody speaks, in seconds of the file; `speaker` is the label of that person in the transcript."""

    start: float
    end: float
    speaker: str


@dataclass(frozen=True)
class ToldApart:
    """The turns of each channel of a recording, and the names of those whose voices are known, by label."""

    turns: Mapping[int | None, Sequence[Turn]]
    names: Mapping[str, str]


def told_apart(turns: Sequence[Turn], names: Mapping[str, str]) -> dict[str, Any]:
    """What a result document says of speakers: who there is, by when they first speak, and who speaks when."""
    labels = dict.fromkeys(turn.speaker for turn in turns)
    return {
        "speakers": [{"id": label, "name": names.get(label) or name_of(label)} for label in labels],
        "turns": [{"start": round(t.start, 3), "end": round(t.end, 3), "speaker": t.speaker} for t in turns],
    }


def label_of(number: int) -> str:
    """What the transcript calls the speaker of that number, from 0: S1, S2 and so on, by when they first speak."""
    return f"S{number + 1}"


def number_of(label: str) -> int:
    """The number in a label, from 1."""
    return int(label.removeprefix("S"))


def name_of(speaker: str) -> str:
    """What a reader sees of a speaker, who has a label or a name that somebody gave."""
    return f"Speaker {number_of(speaker)}" if _LABEL.fullmatch(speaker) else speaker


def given_names(document: Mapping[str, Any]) -> dict[str, str]:
    """The names in a result document that somebody gave, or that were known by a voice, by label."""
    speakers = document.get("speakers") or ()
    return {who["id"]: who["name"] for who in speakers if who["name"] != name_of(who["id"])}

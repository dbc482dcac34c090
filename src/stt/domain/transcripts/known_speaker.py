"""People whose voices are known: what they are called, and how each sounds. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stt.domain.errors import InvalidRequest

MOST_NAME_CHARACTERS = 100
_TAKEN = re.compile(r"S[1-9][0-9]*")
"""What those are called who have no name."""


class KnownSpeakers(StrEnum):
    """Whom a job may know, of those whose voices its owner keeps."""

    OFF = "off"
    """Nobody."""
    ALL = "all"
    """All of them."""


@dataclass(frozen=True)
class Introduction:
    """Who speaks in a recording; `audio` is the file as it was sent."""

    name: str
    audio: bytes


@dataclass(frozen=True)
class Sample:
    """How somebody sounds: FLAC of 16 kHz and one channel, made of `seconds` of which `speech` are speech."""

    name: str
    flac: bytes
    seconds: float
    speech: float


@dataclass(frozen=True)
class KnownSpeaker:
    """Somebody whose voice an owner keeps, by a recording of `seconds`."""

    speaker_id: str
    name: str
    seconds: float
    created_at: datetime


def check_name(written: str, field: str) -> str:
    """A name as it is shown; raises `InvalidRequest` (code `invalid_field`) for what is none."""
    name = " ".join(written.split())
    if not 0 < len(name) <= MOST_NAME_CHARACTERS or not name.isprintable():
        message = f"A speaker's name has 1 to {MOST_NAME_CHARACTERS} printable characters."
        raise InvalidRequest(message, code="invalid_field", field=field)
    if _TAKEN.fullmatch(name):
        message = f"Nobody can be named {name}: so are those called who have no name."
        raise InvalidRequest(message, code="invalid_field", field=field)
    return name

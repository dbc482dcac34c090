"""Versions of a transcript. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stt.domain.errors import InvalidRequest

MACHINE = 0
"""The number of what the machine wrote; versions of people count from 1."""

Operations = Sequence[Mapping[str, Any]]
"""Operations as plain values, in order."""


@dataclass(frozen=True)
class Version:
    """A version that somebody made, and how many operations led to it; `key_id` is `None` where there are no keys."""

    number: int
    created_at: datetime
    key_id: str | None
    count: int


@dataclass(frozen=True)
class Edit:
    """What led to a version from the one before it, and what leads back."""

    version: Version
    operations: Operations
    inverse: Operations


@dataclass(frozen=True)
class NewVersion:
    """A version to be: what leads to it from version `base`, what leads back, and all `changes` to the machine's."""

    base: int
    operations: Operations
    inverse: Operations
    changes: Operations
    key_id: str | None


class VersionOutdated(InvalidRequest):
    """Somebody else has changed the transcript meanwhile; `version` in the details is the newest."""

    code = "version_outdated"

    def __init__(self, current: int) -> None:
        message = f"The transcript is at version {current} by now: read it, and send what is to be changed in that."
        super().__init__(message, version=current)

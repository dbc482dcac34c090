"""Versions of a transcript. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from stt.domain.edits.editing import edited
from stt.domain.edits.edition import Edition
from stt.domain.edits.operations import Operation
from stt.domain.errors import InvalidRequest
from stt.domain.jobs.redo import SpanRedo

MACHINE = 0
"""The number of what the machine wrote; versions of people count from 1."""

Operations = Sequence[Mapping[str, Any]]
"""Operations as plain values, in order."""


@dataclass(frozen=True)
class Version:
    """A version that somebody made, and how many operations led to it; `key_id` is `None` where there are no keys.

    `redo` is what was heard again for it, where it was not written.
    """

    number: int
    created_at: datetime
    key_id: str | None
    count: int
    redo: SpanRedo | None = None


@dataclass(frozen=True)
class Edit:
    """What led to a version from the one before it, and what leads back."""

    version: Version
    operations: Operations
    inverse: Operations


@dataclass(frozen=True)
class NewVersion:
    """A version to be: what leads to it from version `base`, what leads back, and all `changes` to the machine's.

    `redo` is what was done to make it, where no person wrote it.
    """

    base: int
    operations: Operations
    inverse: Operations
    changes: Operations
    key_id: str | None
    redo: SpanRedo | None = None

    @classmethod
    def of(
        cls,
        base: int,
        machine: Mapping[str, Any],
        edition: Edition,
        operations: Sequence[Operation],
        key_id: str | None,
        redo: SpanRedo | None = None,
    ) -> Self:
        """The version that operations make of an edition, which is version `base` of the machine's document.

        Raises `InvalidRequest` as `edited` does.
        """
        after, inverse = edited(edition, operations)
        changes = after.leading_from(Edition.of(machine))
        done, back, all_of_it = ([each.to_dict() for each in some] for some in (operations, inverse, changes))
        return cls(base, done, back, all_of_it, key_id, redo)


class VersionOutdated(InvalidRequest):
    """Somebody else has changed the transcript meanwhile; `version` in the details is the newest."""

    code = "version_outdated"

    def __init__(self, current: int) -> None:
        message = f"The transcript is at version {current} by now: read it, and send what is to be changed in that."
        super().__init__(message, version=current)

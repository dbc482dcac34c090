"""What can be done to a transcript; each changes some lines, or what is known of a speaker. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

Line = Mapping[str, Any]
"""A segment as a result document has it; its `id` is the same in every version."""


@dataclass(frozen=True)
class Operation:
    """One change; `op` is what it is called in JSON. Words are counted from 0 within their segment."""

    op: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"op": self.op, **asdict(self)}


@dataclass(frozen=True)
class Text(Operation):
    """Write another text: of a whole segment, or of its words from the first number up to the second, which stays.

    Words that stand in both keep their times; new ones share the time of those they replace.
    """

    op = "text"
    segment: int
    text: str
    words: Sequence[int] | None = None


@dataclass(frozen=True)
class Times(Operation):
    """Let a segment begin and end at other seconds. Words move with it where its length stays, else up to its ends."""

    op = "times"
    segment: int
    start: float
    end: float


@dataclass(frozen=True)
class Speaker(Operation):
    """Say who speaks in segments; `None`: nobody knows."""

    op = "speaker"
    segments: Sequence[int]
    speaker: str | None


@dataclass(frozen=True)
class Split(Operation):
    """Divide a segment before a word; what is behind it becomes the segment `new`."""

    op = "split"
    segment: int
    at: int
    new: int


@dataclass(frozen=True)
class Join(Operation):
    """Make one segment of two that follow one another; it keeps the id and the speaker of the first."""

    op = "join"
    segment: int
    following: int


@dataclass(frozen=True)
class Insert(Operation):
    """Add the segment `new` behind another one; `after` is `None` at the beginning."""

    op = "insert"
    new: int
    after: int | None
    start: float
    end: float
    text: str
    speaker: str | None = None
    channel: int | None = None


@dataclass(frozen=True)
class Remove(Operation):
    """Leave segments out."""

    op = "remove"
    segments: Sequence[int]


@dataclass(frozen=True)
class Restore(Operation):
    """Put lines in the place of `segments`, which stand in a row behind `after`: the inverse of all that changes lines.

    `after` is `None` at the beginning; `segments` or `lines` may be empty.
    """

    op = "restore"
    after: int | None
    segments: Sequence[int]
    lines: Sequence[Line]


@dataclass(frozen=True)
class Name(Operation):
    """Name a speaker, everywhere; `None` takes the name away."""

    op = "name"
    speaker: str
    name: str | None


@dataclass(frozen=True)
class Merge(Operation):
    """Take a speaker for another one, everywhere; `None` takes that back. No label is changed by it."""

    op = "merge"
    speaker: str
    into: str | None


_KINDS: dict[str, type[Operation]] = {kind.op: kind for kind in Operation.__subclasses__()}


def operation_of(data: Mapping[str, Any]) -> Operation:
    """Inverse of `to_dict`."""
    kind = _KINDS[data["op"]]
    return kind(**{name: value for name, value in data.items() if name != "op"})

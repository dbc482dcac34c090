"""The figures of one system in one row."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class Figures:
    """Counts and seconds, which add up over files; `onsets` are seconds by which first words begin late."""

    seconds: float = 0.0
    cpu: float = 0.0
    wall: float = 0.0
    spoken: int = 0
    deleted: int = 0
    inserted: int = 0
    substituted: int = 0
    clips: int = 0
    lost_clips: int = 0
    """Of which at least half of the words were deleted."""
    lost_and_told: int = 0
    """Lost clips at which there is a gap, or something suppressed."""
    gaps: int = 0
    false_gaps: int = 0
    """Gaps where no word is missing."""
    onsets: tuple[float, ...] = ()
    words: int = 0
    stretched: int = 0
    """Words that last through more than half a second of a pause."""
    empty: int = 0
    overlapping: int = 0
    invented: int = 0
    """Words where nobody speaks."""
    silenced: int = 0
    """Spoken words that were suppressed."""
    asked: float = 0.0
    """Seconds in which a language was to be found, and in which the right one was."""
    found: float = 0.0
    ends: int = 0
    """Clips of which the last word was written; with a mark behind it, and with a capital at their beginning."""
    marks: int = 0
    capitals: int = 0

    def __add__(self, other: Self) -> Self:
        """Of both together."""
        return type(self)(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def errors(self) -> int:
        """Words deleted, inserted and exchanged."""
        return self.deleted + self.inserted + self.substituted

    @property
    def error_rate(self) -> float | None:
        """Errors per word spoken; `None` where nobody speaks."""
        return self.errors / self.spoken if self.spoken else None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(**{**data, "onsets": tuple(data["onsets"])})

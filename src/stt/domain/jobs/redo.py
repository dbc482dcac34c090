"""What is done again with a job that is completed."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Redo:
    """Speakers are told apart again, as many as `speakers` says, by what was heard of their voices.

    Until that is done the job's transcript is as before, and it stays if that fails.
    """

    speakers: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_dict`."""
        return cls(data["speakers"])

"""How much one owner may have and do."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Limits:
    """What a key allows its owner; `None` sets no limit.

    Jobs and stored bytes are all of the owner's, audio is that of the last 24 hours, requests are those made with the
    one key.
    """

    jobs_at_once: int | None = None
    audio_hours_per_day: float | None = None
    bytes_stored: int | None = None
    requests_per_minute: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """What is set, for JSON."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`; what a newer version set is left out."""
        return cls(**{name: value for name, value in values.items() if name in cls.__dataclass_fields__})

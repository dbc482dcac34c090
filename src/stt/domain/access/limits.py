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


DAY_SECONDS = 24 * 3600.0
ASSUMED_BYTES_PER_SECOND = 32_000
"""By which the length of a file is guessed until it was opened: speech in 16 bits at 16 kHz. What is compressed is
longer than that, and counts for what it is within seconds."""


@dataclass(frozen=True)
class Usage:
    """What an owner has: jobs that have not ended, seconds of audio within a day, bytes of uploaded files.

    In `next_audio_in` seconds the oldest of that audio is a day old.
    """

    open_jobs: int
    audio_seconds: float
    next_audio_in: float
    bytes_stored: int


@dataclass(frozen=True)
class Spent:
    """A limit of which nothing is left; sizes in `unit`, `window` and `retry_in` in seconds."""

    name: str
    quota: int
    unit: str
    sentence: str
    retry_in: float
    window: float | None = None


RETRY_SECONDS = 30.0
"""When to try again where nobody can tell when a job ends, or a file is removed."""


def spent(limits: Limits, usage: Usage) -> Spent | None:
    """The first limit that has no room for another job."""
    if limits.jobs_at_once is not None and usage.open_jobs >= limits.jobs_at_once:
        sentence = (
            f"{usage.open_jobs} jobs of this key's owner have not ended, and {limits.jobs_at_once} may run at once."
        )
        return Spent("jobs", limits.jobs_at_once, "concurrent-requests", sentence, RETRY_SECONDS)
    hours = limits.audio_hours_per_day
    if hours is not None and usage.audio_seconds >= hours * 3600:
        sentence = f"{usage.audio_seconds / 3600:.1f} hours of audio were sent within 24 hours, and {hours:g} may be."
        return Spent("audio", round(hours * 3600), "seconds", sentence, max(1.0, usage.next_audio_in), DAY_SECONDS)
    if limits.bytes_stored is not None and usage.bytes_stored >= limits.bytes_stored:
        sentence = f"{usage.bytes_stored} bytes are stored for this key's owner, and {limits.bytes_stored} may be."
        return Spent("storage", limits.bytes_stored, "content-bytes", sentence, RETRY_SECONDS)
    return None

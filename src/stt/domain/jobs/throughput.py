"""How much was done, hour by hour."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hour:
    """Jobs that ended within an hour, and the audio of the completed ones; `start` is in seconds since 1970."""

    start: float
    completed: int
    failed: int
    audio_seconds: float

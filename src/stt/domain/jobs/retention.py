"""How long what there is of a job is kept."""

from dataclasses import dataclass

NEVER = "never"


@dataclass(frozen=True)
class Retention:
    """Seconds from the end of a job, however it ended, after which audio and text are removed; `None` is never."""

    delete_audio_after: float | None = None
    delete_text_after: float | None = None

"""How much of a file became words, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Coverage:
    """What became of every second; `words + silence + sound + suppressed + gap` is the duration.

    `silence` is quiet, `sound` is loud and no speech. `speech` is what VAD heard, `ratio` the part of it that has words
    (1.0 for a file without speech).
    """

    speech: float
    words: float
    silence: float
    sound: float
    suppressed: float
    gap: float
    ratio: float

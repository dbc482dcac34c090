"""How much stands on the screen at once. Pure."""

from dataclasses import dataclass

LONGEST_MS = 7000


@dataclass(frozen=True)
class CueLimits:
    """The bounds of a cue: characters of a line, lines, milliseconds."""

    line_characters: int = 42
    lines: int = 2
    longest_ms: int = LONGEST_MS

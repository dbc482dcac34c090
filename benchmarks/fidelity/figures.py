"""The figures of one system in one language, and of its engine alone."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Count:
    """How many there are among how many places or minutes."""

    found: int
    among: float

    def per(self, number: float) -> float | None:
        """Found in so many; `None` where there was no place to find anything."""
        return number * self.found / self.among if self.among else None


@dataclass(frozen=True)
class Figures:
    """What is measured. Rates and shares from 0 to 1, borders and drift in milliseconds.

    Seams are errors among cuts, `invented` words among minutes without speech; `drift` is per hour, with its standard
    error. What cannot be said of a system is `None`.
    """

    paused_errors: float
    pauseless_errors: float
    paused_seams: Count
    pauseless_seams: Count
    border_median: float | None
    border_95th: float | None
    drift: float | None
    drift_uncertainty: float | None
    invented: Count
    coverage: float


@dataclass(frozen=True)
class Row:
    """A system's figures, and those of its engine on windows that were cut by hand.

    `examples` describes each seam error in a line.
    """

    system: str
    engine: str
    language: str
    figures: Figures
    alone: Figures
    examples: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Row":
        """Inverse of `dataclasses.asdict`."""
        figures, alone = (_figures(data[name]) for name in ("figures", "alone"))
        return cls(data["system"], data["engine"], data["language"], figures, alone, tuple(data["examples"]))


def _figures(data: dict[str, Any]) -> Figures:
    counts = {name: Count(**value) for name, value in data.items() if isinstance(value, dict)}
    return Figures(**{**data, **counts})

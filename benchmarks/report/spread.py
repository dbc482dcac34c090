"""Several runs of the same thing, as a median and how far they lie apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True)
class Spread:
    """Median, smallest and largest of `runs` values."""

    median: float
    low: float
    high: float
    runs: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Of at least one value."""
        return cls(median(values), min(values), max(values), len(values))

    @classmethod
    def of_ratios(cls, numerators: Sequence[float], denominators: Sequence[float]) -> Self:
        """Of runs that were made in pairs, side by side: the noise that both shared is gone."""
        return cls.of([top / bottom for top, bottom in zip(numerators, denominators, strict=True)])

    def show(self, form: str = ".2f") -> str:
        """As text: `1.20 (1.10 to 1.31)`."""
        if self.runs == 1:
            return f"{self.median:{form}}"
        return f"{self.median:{form}} ({self.low:{form}} to {self.high:{form}})"

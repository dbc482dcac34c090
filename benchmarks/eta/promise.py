"""What was told of a job, and how long it took."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """Seconds: `took` is how long the job took from when it was told, `when` at which point of its life that was."""

    when: str
    took: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Calibration:
    """Of so many promises, the shares that were kept, and how wide the range was: the median of P90 over P50."""

    promises: int
    within_p50: float
    within_p90: float
    spread: float

    @classmethod
    def of(cls, promises: Sequence[Promise]) -> "Calibration":
        """Of one promise at least."""
        count = len(promises)
        return cls(
            count,
            sum(each.took <= each.p50 for each in promises) / count,
            sum(each.took <= each.p90 for each in promises) / count,
            sorted(each.p90 / each.p50 for each in promises)[count // 2],
        )

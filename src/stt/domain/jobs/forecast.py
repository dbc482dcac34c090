"""When a job will be done, as far as what was measured tells. Pure.

The speed of the deployment and the work before a job's end give an estimate. How far such estimates are to be trusted
is not assumed, but found: of jobs that have ended it is known what was estimated and how long it took. The range that
a forecast names is the one into which as many of these fell.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stt.domain.jobs.line import InLine, Kind, Line, Phase

LEAST_SECONDS = 1.0
"""What ends sooner is not worth an estimate: storing and asking take as long."""
LEAST_OUTCOMES = 9
"""The fewest of which one can be named that the next stays below nine times in ten: the highest of them."""
NEAREST = 40
"""So many outcomes of estimates most like one tell of it."""
FARTHEST_FACTOR = 8.0
"""An estimate that differs by more tells nothing."""
LEAST_BUSY_SECONDS = 1.0
"""Of work less than this no speed is taken."""
KEPT_OUTCOMES = 600
"""Outcomes that are kept, the latest."""
HALF_LIFE_SECONDS = 600.0
"""Seconds of work after which what was measured before counts half."""


@dataclass(frozen=True)
class Outcome:
    """Seconds that were estimated for a job that had come so far, and those that it took."""

    phase: Phase
    estimated: float
    took: float


@dataclass(frozen=True)
class Measured:
    """Seconds of audio that each of `consumers` side by side transcribed in so many seconds of work."""

    consumers: int
    audio: float
    busy: float


@dataclass(frozen=True)
class Forecast:
    """The place of a job in line, from 1, and the seconds from now in which it ends.

    In one of two cases within `p50`, in nine of ten within `p90`; both are `None` as long as too little was measured.
    """

    position: int
    p50: float | None = None
    p90: float | None = None


def deployment_speed(measured: Sequence[Measured], consumers: int) -> float | None:
    """Seconds of audio in a second by so many consumers; `None` where nothing was measured.

    One that works beside others on the same machine is slower: what was measured of as many counts, else of the number
    nearest to it.
    """
    enough = [each for each in measured if each.busy >= LEAST_BUSY_SECONDS and each.audio > 0]
    if not enough or consumers < 1:
        return None
    nearest = min(enough, key=lambda each: abs(math.log(each.consumers / consumers)))
    return consumers * nearest.audio / nearest.busy


def remaining_weight(busy: float) -> float:
    """What is left of the weight of a measurement after so many further seconds of work."""
    return float(0.5 ** (busy / HALF_LIFE_SECONDS))


def magnitude_of(estimated: float) -> int:
    """The power of two below an estimate: of each job and phase one estimate of each magnitude is kept."""
    return math.floor(math.log2(estimated))


class Outlook:
    """The forecasts for all jobs of a line at one moment."""

    def __init__(
        self, jobs: Sequence[InLine], speeds: Mapping[Kind, float], outcomes: Sequence[Outcome], consumers: int = 1
    ) -> None:
        self.line = Line(jobs, speeds, consumers)
        self._outcomes = outcomes
        self._made: dict[str, Forecast] = {}

    def estimate(self, job: InLine) -> float:
        """Seconds to the end of a job if it is as before; infinite where too little is known of the line."""
        return max(LEAST_SECONDS, self.line.work(job))

    def forecast(self, job_id: str) -> Forecast | None:
        """The forecast for a job; `None` where it is not in line."""
        job = self.line.find(job_id)
        if job is None:
            return None
        if job_id not in self._made:
            bounds = bounds_of(self.estimate(job), job.phase, self._outcomes)
            self._made[job_id] = Forecast(self.line.position(job), *(bounds or ()))
        return self._made[job_id]


def bounds_of(estimated: float, phase: Phase, outcomes: Sequence[Outcome]) -> tuple[float, float] | None:
    """Seconds below which the outcome of an estimate stays in one of two cases, and in nine of ten.

    By the outcomes of the estimates nearest to it; `None` where there are too few.
    """
    if math.isinf(estimated):
        return None
    same = [outcome for outcome in outcomes if outcome.phase is phase]
    far = [(abs(math.log(outcome.estimated / estimated)), outcome.took / outcome.estimated) for outcome in same]
    near = sorted(each for each in far if each[0] <= math.log(FARTHEST_FACTOR))[:NEAREST]
    if len(near) < LEAST_OUTCOMES:
        return None
    ratios = sorted(ratio for _, ratio in near)
    return estimated * _quantile(ratios, 0.5), estimated * _quantile(ratios, 0.9)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The number below which the next one is with this probability, if it is of the same kind as these."""
    return ordered[min(len(ordered), math.ceil(share * (len(ordered) + 1))) - 1]

"""The line in which jobs wait: who goes before whom, and how much work lies before the end of each. Pure."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from stt.domain.jobs.claim import MERGE_RANK

ASSUMED_CHUNK_SECONDS = 60.0
"""Length of the chunks of a file that is not cut yet."""
_FARTHEST = 40
"""As a power of two it is more chunks than any job has."""


def assumed_chunks(seconds: float) -> int:
    """How many chunks so much audio will be cut into."""
    return max(1, math.ceil(seconds / ASSUMED_CHUNK_SECONDS)) if math.isfinite(seconds) else 1


class Phase(StrEnum):
    """How far a job has come: what is estimated for one that waits is wrong in another way than for one that runs."""

    ARRIVED = "arrived"
    CUT = "cut"
    BEGUN = "begun"


class Kind(NamedTuple):
    """What speeds are told apart by: a model, and the engine that a job names, empty where it leaves that open."""

    model: str
    engine: str


@dataclass(frozen=True)
class InLine:
    """A job that has not ended.

    `seconds` of its audio are left to be transcribed, infinitely many where nobody can tell yet, the last `chunks_left`
    of `chunks`. `forward` is by how many ranks these stand before those of a job of normal priority, and `since` its
    place among jobs of the same rank, earlier first.
    """

    job_id: str
    kind: Kind
    since: float
    seconds: float
    chunks: int
    chunks_left: int
    forward: int = 0
    is_prepared: bool = True

    @property
    def phase(self) -> Phase:
        """How far it has come."""
        if not self.is_prepared:
            return Phase.ARRIVED
        return Phase.BEGUN if self.chunks_left < self.chunks else Phase.CUT

    @property
    def last_rank(self) -> int:
        """Rank of the last of its chunks, behind which there is only the merge."""
        return math.floor(math.log2(self.chunks)) - self.forward if self.chunks_left else MERGE_RANK

    @property
    def place(self) -> tuple[int, float, str]:
        """Where its end stands among the ends of others."""
        return self.last_rank, self.since, self.job_id

    def seconds_up_to(self, rank: int) -> float:
        """Seconds of what is left of it whose chunks have this rank or a better one."""
        power = min(rank + 1 + self.forward, _FARTHEST)
        reached = min(self.chunks, 2**power - 1) if power > 0 else 0
        count = reached - (self.chunks - self.chunks_left)
        return self.seconds * min(count, self.chunks_left) / self.chunks_left if count > 0 else 0.0


class Line:
    """All jobs that have not ended, and the `speeds` of the deployment: seconds of audio in a second, by kind.

    Ranks are the only order of work, so they tell what comes before a job's last chunk: all chunks of better rank, and
    of the same rank those of jobs that came before.
    """

    def __init__(self, jobs: Iterable[InLine], speeds: Mapping[Kind, float], consumers: int = 1) -> None:
        self._by_arrival = sorted(jobs, key=lambda job: (job.since, job.job_id))
        self._arrivals = [(job.since, job.job_id) for job in self._by_arrival]
        self._jobs = {job.job_id: job for job in self._by_arrival}
        ordered = sorted(self._by_arrival, key=lambda job: job.place)
        self._positions = {job.job_id: number for number, job in enumerate(ordered, 1)}
        self._speeds, self._consumers = speeds, consumers
        self._work: dict[int, list[float]] = {}

    def __iter__(self) -> Iterator[InLine]:
        return iter(self._by_arrival)

    def find(self, job_id: str) -> InLine | None:
        """A job of the line."""
        return self._jobs.get(job_id)

    def position(self, job: InLine) -> int:
        """Its place, from 1, in the order in which jobs will end if nobody else comes."""
        return self._positions[job.job_id]

    def work(self, job: InLine) -> float:
        """Seconds that the deployment needs for all that comes before the job's end; infinite where none can tell."""
        rank = job.last_rank
        if rank not in self._work:
            self._work[rank] = self._work_at(rank)
        before = self._work[rank][bisect_right(self._arrivals, (job.since, job.job_id))]
        # At its last chunk one consumer works alone.
        last = job.seconds / job.chunks_left if job.chunks_left else 0.0
        return before + (self._time(job, last) * (self._consumers - 1) if self._consumers > 1 else 0.0)

    def _work_at(self, rank: int) -> list[float]:
        """The work before an end at a rank, by how many jobs came before or are that one."""
        better = [self._time(job, job.seconds_up_to(rank - 1)) for job in self._by_arrival]
        same = [self._time(job, job.seconds_up_to(rank) - job.seconds_up_to(rank - 1)) for job in self._by_arrival]
        if math.inf in better:
            return [math.inf] * (len(better) + 1)
        return list(accumulate(same, initial=sum(better)))

    def _time(self, job: InLine, seconds: float) -> float:
        if math.isnan(seconds):
            return math.inf
        speed = self._speeds.get(job.kind)
        return 0.0 if not seconds else seconds / speed if speed else math.inf

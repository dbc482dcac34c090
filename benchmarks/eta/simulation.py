"""A deployment in simulated time: jobs arrive, are prepared, and are transcribed chunk by chunk in the order of ranks.

The work is made up; what decides its order and what forecasts it is the service's own.
"""

import heapq
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.eta.promise import Promise
from stt.domain.jobs.claim import AGEING_SECONDS, Priority, chunk_rank
from stt.domain.jobs.forecast import (
    KEPT_OUTCOMES,
    Measured,
    Outcome,
    Outlook,
    deployment_speed,
    magnitude_of,
    remaining_weight,
)
from stt.domain.jobs.line import InLine, Kind, Phase, assumed_chunks

CHUNK_SECONDS = 60.0
ROUND_SECONDS = 2.0
PREPARED_PER_SECOND, PREPARING_SECONDS, MERGING_SECONDS = 150.0, 0.5, 0.3
ASKED_SECONDS = 40.0
"""How often, on average, somebody asks of a job."""


@dataclass(frozen=True)
class Load:
    """What comes, and what it meets.

    `consumers` work side by side, each `speed` times as fast as the audio plays, and change their number now and then;
    jobs come so often that these are busy for a share of `busy` of the time; one in three in a burst of several.
    """

    seed: int
    jobs: int
    consumers: int
    speed: float
    busy: float


@dataclass
class _Job:
    number: int
    seconds: float
    guessed: float
    kind: Kind
    priority: Priority
    pace: float
    arrived: float
    prepared: float = math.inf
    done: int = 0
    ended: float = math.inf
    noted: dict[tuple[Phase, int], tuple[float, float]] = field(default_factory=dict)
    promises: list[tuple[str, float, float, float]] = field(default_factory=list)

    @property
    def chunks(self) -> int:
        return max(1, math.ceil(self.seconds / CHUNK_SECONDS))


def lengths(random_: random.Random) -> float:
    """Seconds of a file: clips, talks, and what takes hours."""
    kind = random_.random()
    if kind < 0.5:
        return random_.uniform(3, 90)
    return random_.lognormvariate(math.log(1500), 0.7) if kind < 0.95 else random_.uniform(1.5, 4) * 3600


class Simulation:
    """One run; `promises` yields what was told of each job, and what came of it."""

    def __init__(self, load: Load) -> None:
        self._load, self._random = load, random.Random(load.seed)
        self._events: list[tuple[float, int, str, object]] = []
        self._count = 0
        self._jobs: list[_Job] = []
        self._waiting: list[tuple[int, float, int, int]] = []
        self._consumers, self._busy_consumers = load.consumers, 0
        self._measured: dict[tuple[Kind, int], tuple[float, float]] = {}
        self._outcomes: list[Outcome] = []
        self._open: dict[int, _Job] = {}

    def promises(self) -> Iterator[Promise]:
        """Run to the end."""
        self._arrive_all()
        for moment in (ROUND_SECONDS * n for n in range(1, 200_000)):
            self._at(moment, "round")
            if moment > self._jobs[-1].arrived + 6 * 3600:
                break
        while self._events:
            now, _, what, about = heapq.heappop(self._events)
            getattr(self, f"_{what}")(now, about)
        for job in self._jobs:
            if math.isfinite(job.ended):
                yield from (Promise(when, job.ended - at, p50, p90) for when, at, p50, p90 in job.promises)

    def _at(self, moment: float, what: str, about: object = None) -> None:
        self._count += 1
        heapq.heappush(self._events, (moment, self._count, what, about))

    def _arrive_all(self) -> None:
        mean = sum(lengths(random.Random(n)) for n in range(2000)) / 2000
        between = mean / (self._load.speed * self._load.consumers * self._load.busy)
        moment = 0.0
        for number in range(self._load.jobs):
            burst = self._random.random() < 1 / 3
            moment += 1.0 if burst else self._random.expovariate(1 / (1.5 * between))
            seconds = lengths(self._random)
            model = self._random.choice(("medium", "medium", "small"))
            priority = self._random.choices(tuple(Priority), weights=(1, 8, 1))[0]
            pace = self._random.lognormvariate(0, 0.25) * (2.0 if model == "small" else 1.0)
            guessed = seconds * self._random.lognormvariate(0, 0.6)
            job = _Job(number, seconds, guessed, Kind(model, ""), priority, pace, moment)
            self._jobs.append(job)
            self._at(moment, "arrived", job)

    def _arrived(self, now: float, job: _Job) -> None:
        self._open[job.number] = job
        preparing = PREPARING_SECONDS + job.seconds / PREPARED_PER_SECOND
        self._at(now + preparing, "prepared", job)
        self._at(now, "asked", (job, "as it is accepted"))
        if job.number % 40 == 39:
            self._consumers = max(1, self._load.consumers + self._random.choice((-1, 0, 0, 1)))

    def _prepared(self, now: float, job: _Job) -> None:
        job.prepared = now
        for index in range(job.chunks):
            heapq.heappush(self._waiting, (chunk_rank(index, job.priority), now, job.number, index))
        self._at(now, "asked", (job, "as it is cut"))
        self._at(now + self._random.expovariate(1 / ASKED_SECONDS), "asked", (job, "while it waits or runs"))
        self._start(now)

    def _start(self, now: float) -> None:
        while self._waiting and self._busy_consumers < self._consumers:
            _, _, number, index = heapq.heappop(self._waiting)
            job = self._jobs[number]
            audio = min(CHUNK_SECONDS, job.seconds - index * CHUNK_SECONDS)
            beside = 1.0 / (1 + 0.05 * (self._consumers - 1))
            speed = self._load.speed * job.pace * beside * self._random.lognormvariate(0, 0.3)
            took = 0.2 + audio / speed
            self._busy_consumers += 1
            self._at(now + took, "settled", (job, audio, took))

    def _settled(self, now: float, settled: tuple[_Job, float, float]) -> None:
        job, audio, took = settled
        self._busy_consumers -= 1
        key = job.kind, self._consumers
        heard, busy = self._measured.get(key, (0.0, 0.0))
        left = remaining_weight(took)
        self._measured[key] = heard * left + audio, busy * left + took
        job.done += 1
        if job.done == job.chunks:
            self._at(now + MERGING_SECONDS, "ended", job)
        self._start(now)

    def _ended(self, now: float, job: _Job) -> None:
        job.ended = now
        self._open.pop(job.number)
        for (phase, _), (at, estimated) in job.noted.items():
            self._outcomes.append(Outcome(phase, estimated, now - at))
        self._outcomes = self._outcomes[-KEPT_OUTCOMES:]

    def _round(self, now: float, _: object) -> None:
        aged = [entry for entry in self._waiting if entry[1] <= now - AGEING_SECONDS]
        if aged:
            self._waiting = [
                (rank - 1, now, *rest) if since <= now - AGEING_SECONDS else (rank, since, *rest)
                for rank, since, *rest in self._waiting
            ]
            heapq.heapify(self._waiting)
        outlook = self._outlook(now)
        for job in self._open.values():
            line = outlook.line.find(str(job.number))
            if line is not None and math.isfinite(estimated := outlook.estimate(line)):
                job.noted.setdefault((line.phase, magnitude_of(estimated)), (now, estimated))

    def _asked(self, now: float, asked: tuple[_Job, str]) -> None:
        job, when = asked
        if math.isfinite(job.ended):
            return
        forecast = self._outlook(now).forecast(str(job.number))
        if forecast is not None and forecast.p50 is not None and forecast.p90 is not None:
            job.promises.append((when, now, forecast.p50, forecast.p90))

    def _outlook(self, now: float) -> Outlook:
        speeds = {}
        for kind in {kind for kind, _ in self._measured}:
            measured = [Measured(n, *amounts) for (of, n), amounts in self._measured.items() if of == kind]
            speed = deployment_speed(measured, self._consumers)
            if speed is not None:
                speeds[kind] = speed
        return Outlook(
            [self._in_line(job, now) for job in self._open.values()], speeds, self._outcomes, self._consumers
        )

    def _in_line(self, job: _Job, now: float) -> InLine:
        is_prepared = math.isfinite(job.prepared)
        seconds = job.seconds if is_prepared else job.guessed
        chunks = job.chunks if is_prepared else assumed_chunks(seconds)
        left = chunks - job.done
        aged = int((now - job.prepared) / AGEING_SECONDS) if is_prepared else 0
        return InLine(
            str(job.number), job.kind, job.arrived, seconds * left / chunks, chunks, left,
            job.priority.boost + aged, is_prepared,
        )  # fmt: skip

"""The service as a whole."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from stt.api.schemas.job import EXAMPLE_ID
from stt.domain.access.destinations import Place, Told, Use
from stt.domain.jobs.messages import Lane
from stt.domain.jobs.queue import Duty, Held
from stt.services.system_service import System


class LaneBody(BaseModel):
    """Work of one kind: `jobs` (files to read, transcripts to put together), `chunks` of audio, `deliveries`."""

    lane: Lane
    waiting: int = Field(description="What could be begun now.")
    oldest_seconds: float | None = Field(description="How long the oldest of it has waited at its rank.")
    held: int = Field(description="What consumers do.")


class WorkBody(BaseModel):
    """What a consumer does of one job."""

    lane: Lane
    job_id: str | None
    pieces: int


_WORKER: JsonDict = {
    "worker_id": "one-4711-a1b2c3",
    "duty": "work",
    "work": [{"lane": "chunks", "job_id": EXAMPLE_ID, "pieces": 4}],
}


class WorkerBody(BaseModel):
    """A consumer that runs, or that holds work."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_WORKER, "duty": "pause"}]})

    worker_id: str
    duty: Duty | None = Field(
        description="What it is wanted to do: `work`, `pause` (take no new work), or `drain` (take none, and end when "
        "it has finished what it holds). `null` for one that gives no sign of life: others take over what it holds."
    )
    work: list[WorkBody]

    @classmethod
    def of(cls, worker_id: str, duty: Duty | None, held: Sequence[Held]) -> Self:
        """The body for a consumer and all that it holds."""
        return cls(worker_id=worker_id, duty=duty, work=_work(held))


class DutyBody(BaseModel):
    """What a consumer shall do from now on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"duty": "pause"}]})

    duty: Duty


class HourBody(BaseModel):
    """Jobs that ended within an hour, and the audio of the completed ones."""

    start: datetime
    completed: int
    failed: int
    audio_seconds: float


class DestinationBody(BaseModel):
    """A host that the service would talk to, and the most that it is told; `host` is `null` unless settings name it."""

    use: Use
    told: Told
    place: Place
    host: str | None


class SystemBody(BaseModel):
    """The service at one moment; `hours` begins with the oldest and ends with the one that runs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "queue": [{"lane": "chunks", "waiting": 12, "oldest_seconds": 3.4, "held": 4}],
                    "workers": [_WORKER],
                    "hours": [{"start": "2026-01-31T08:00:00Z", "completed": 3, "failed": 0, "audio_seconds": 5400.0}],
                    "destinations": [
                        {"use": "storage", "told": "audio", "place": "host", "host": "minio.example:9000"}
                    ],
                }
            ]
        }
    )

    queue: list[LaneBody]
    workers: list[WorkerBody]
    hours: list[HourBody]
    destinations: list[DestinationBody]

    @classmethod
    def of(cls, system: System) -> Self:
        """The body for a look."""
        return cls(
            queue=[_lane(system, lane) for lane in Lane],
            workers=_workers(system),
            hours=[
                HourBody(
                    start=datetime.fromtimestamp(hour.start, UTC),
                    completed=hour.completed,
                    failed=hour.failed,
                    audio_seconds=hour.audio_seconds,
                )
                for hour in system.hours
            ],
            destinations=[
                DestinationBody(use=to.use, told=to.told, place=to.place, host=to.host) for to in system.destinations
            ],
        )


def _lane(system: System, lane: Lane) -> LaneBody:
    waiting = [waiting for waiting in system.queue.waiting if waiting.lane is lane]
    oldest = max((each.oldest_seconds for each in waiting), default=None)
    held = sum(held.lane is lane for held in system.queue.held)
    return LaneBody(lane=lane, waiting=sum(each.depth for each in waiting), oldest_seconds=oldest, held=held)


def _workers(system: System) -> list[WorkerBody]:
    duties = {consumer.worker_id: consumer.duty for consumer in system.consumers}
    theirs: dict[str, list[Held]] = {worker_id: [] for worker_id in duties}
    for held in system.queue.held:
        theirs.setdefault(held.worker_id, []).append(held)
    return [WorkerBody.of(worker_id, duties.get(worker_id), theirs[worker_id]) for worker_id in sorted(theirs)]


def _work(held: Sequence[Held]) -> list[WorkBody]:
    def about(one: Held) -> tuple[str, str]:
        return one.lane, one.job_id or ""

    grouped = groupby(sorted(held, key=about), key=about)
    return [
        WorkBody(lane=Lane(lane), job_id=job_id or None, pieces=len([*pieces])) for (lane, job_id), pieces in grouped
    ]

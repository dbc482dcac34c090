"""What happens to a job, as it is told to those who watch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from stt.domain.jobs.job import JobStatus, Stage

KEPT_SECONDS = 24 * 3600.0
"""How long events are kept: who was away for longer begins anew."""


class EventKind(StrEnum):
    """What has happened."""

    ACCEPTED = "job.accepted"
    STAGE = "job.stage"
    """The job is in another stage."""
    PROGRESS = "job.progress"
    """A chunk is settled."""
    COMPLETED = "job.completed"
    FAILED = "job.failed"
    CANCELLED = "job.cancelled"
    EDITED = "transcript.edited"
    """Somebody has made a new version of the transcript."""

    @property
    def is_end(self) -> bool:
        """Whether nothing more will happen, unless the job is begun again."""
        return self in _ENDS.values()

    @classmethod
    def of(cls, status: JobStatus) -> "EventKind":
        """What brought a job to its status."""
        return {JobStatus.PENDING: cls.ACCEPTED, JobStatus.PROCESSING: cls.STAGE, **_ENDS}[status]


_ENDS = {
    JobStatus.COMPLETED: EventKind.COMPLETED,
    JobStatus.FAILED: EventKind.FAILED,
    JobStatus.CANCELLED: EventKind.CANCELLED,
}


@dataclass(frozen=True)
class Event:
    """One event; the ids grow in the order in which the events can be seen, and `at` is UTC.

    `data` always has the job's `status`, `stage` and `progress` as they were then.
    """

    event_id: int
    job_id: str
    kind: EventKind
    at: datetime
    data: Mapping[str, Any]


def state(status: JobStatus, stage: Stage, progress: float) -> dict[str, Any]:
    """What every event says of its job."""
    shown = stage if status is JobStatus.PROCESSING else None
    return {"status": status, "stage": shown, "progress": progress}

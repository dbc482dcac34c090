"""What the service tells of a job."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from stt.domain.jobs.job import JobStatus


@dataclass(frozen=True)
class Job:
    """A job as it stood when it was asked after; `progress` in percent, `duration` in seconds.

    `document` is all that the service said, by the names of its API.
    """

    job_id: str
    status: JobStatus
    progress: float
    stage: str | None
    filename: str
    language: str
    model: str
    duration: float | None
    error_code: str | None
    error_message: str | None
    metadata: Mapping[str, str]
    document: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The job that a document of the API describes."""
        return cls(
            job_id=document["job_id"],
            status=JobStatus(document["status"]),
            progress=document["progress"],
            stage=document["stage"],
            filename=document["filename"],
            language=document["language"],
            model=document["model"],
            duration=document["duration"],
            error_code=document["error_code"],
            error_message=document["error_message"],
            metadata=document["metadata"],
            document=document,
        )


@dataclass(frozen=True)
class Event:
    """Something that happened; `position` is where a stream may go on, `None` where it ends with this."""

    type: str
    data: Mapping[str, Any]
    position: str | None

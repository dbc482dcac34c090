"""Messages on the queue. A message is a ticket to work, never the work itself: the database decides what is next."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from stt.domain.errors import MalformedMessage
from stt.domain.jobs.job import Job
from stt.domain.jobs.keys import JOB_ID


class Lane(StrEnum):
    """The kinds of work; each has its own queue and its own slots in a consumer."""

    JOBS = "jobs"
    """Prepare, detect, merge: input, output and decoding."""
    CHUNKS = "chunks"
    """Inference."""
    DELIVERIES = "deliveries"
    """Requests to webhooks."""


@dataclass(frozen=True)
class JobMessage:
    """The ticket of a job, and the way for other services to enqueue one by hand: exactly these four fields."""

    job_id: str
    minio_path: str
    language: str
    model: str

    @classmethod
    def of(cls, job: Job) -> Self:
        """The ticket of a stored job."""
        return cls(job.job_id, job.object_key, job.language, job.model)

    def encode(self) -> bytes:
        """As UTF-8 JSON."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Inverse of `encode`; fields beyond the four are ignored.

        Raises:
            MalformedMessage: not a JSON object, a field missing or empty, or a job id that is no safe name.
        """
        fields = _json_object(body)
        names = ("job_id", "minio_path", "language", "model")
        wrong = [n for n in names if not isinstance(fields.get(n), str) or not fields[n].strip()]
        if wrong:
            wanted = ", ".join(names)
            raise MalformedMessage(f"A job message needs text in the fields {wanted}; wrong: {', '.join(wrong)}.")
        if not JOB_ID.fullmatch(fields["job_id"]):
            raise MalformedMessage("job_id must be 1 to 64 letters, digits, '_' or '-'.")
        return cls(**{name: fields[name].strip() for name in names})


@dataclass(frozen=True)
class ChunkMessage:
    """The ticket of one chunk."""

    job_id: str
    index: int

    def encode(self) -> bytes:
        """As UTF-8 JSON."""
        return json.dumps(asdict(self)).encode()


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise MalformedMessage("A message must be a JSON object in UTF-8.") from error
    if not isinstance(fields, dict):
        raise MalformedMessage("A message must be a JSON object.")
    return fields

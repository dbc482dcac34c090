"""How a job comes to its end."""

from typing import Any

from sqlalchemy import Connection, update

from stt.core.database import now
from stt.domain.events.event import EventKind
from stt.domain.jobs.chunk import ChunkStatus
from stt.domain.jobs.job import JobStatus
from stt.repositories.statements.outbox import STATE, event_of, record
from stt.repositories.tables.jobs import ChunkRow, JobRow

ENDED: dict[str, Any] = {
    "available_at": None,
    "completed_at": now(),
    "audio_due_at": now() + JobRow.delete_audio_after,
    "text_due_at": now() + JobRow.delete_text_after,
}
"""Values of a job that ends, however."""


def end_job(connection: Connection, job_id: str, status: JobStatus, code: str, message: str) -> bool:
    """Close a job and everything of it that is still work; `False` if it was closed already.

    Setting `available_at` to NULL is what makes every claim on it void.
    """
    open_statuses = (JobStatus.PENDING, JobStatus.PROCESSING)
    job = (
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.status.in_(open_statuses))
        .values(**ENDED, status=status, error_code=code, error_message=message)
        .returning(*STATE)
    )
    ended = connection.execute(job).one_or_none()
    if ended is None:
        return False
    unfinished = (ChunkStatus.HELD, ChunkStatus.READY, ChunkStatus.RUNNING)
    chunks = (
        update(ChunkRow)
        .where(ChunkRow.job_id == job_id, ChunkRow.status.in_(unfinished))
        .values(status=ChunkStatus.CANCELLED, available_at=None)
    )
    connection.execute(chunks)
    record(connection, event_of(ended, EventKind.of(status), error_code=code, error_message=message))
    return True

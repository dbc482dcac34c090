"""How a job comes to its end."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, null, update

from stt.core.database import now
from stt.domain.errors import ClaimLost
from stt.domain.events.event import EventKind
from stt.domain.jobs.chunk import ChunkStatus
from stt.domain.jobs.claim import Claim
from stt.domain.jobs.job import JobStatus
from stt.repositories.statements.claims import held_by
from stt.repositories.statements.outbox import STATE, event_of, record
from stt.repositories.statements.search_index import enter
from stt.repositories.tables.jobs import ChunkRow, JobRow

ENDED: dict[str, Any] = {
    "available_at": None,
    "completed_at": now(),
    # What is done again with a job does not make anything of it stay longer.
    "audio_due_at": func.coalesce(JobRow.audio_due_at, now() + JobRow.delete_audio_after),
    "text_due_at": func.coalesce(JobRow.text_due_at, now() + JobRow.delete_text_after),
}
"""Values of a job that ends, however."""


def complete_job(
    connection: Connection, claim: Claim, result_path: str, terms: Sequence[str], **changes: object
) -> None:
    """Close a job as `close_job` does, and tell of it."""
    record(connection, event_of(close_job(connection, claim, result_path, terms, **changes), EventKind.COMPLETED))


def close_job(
    connection: Connection, claim: Claim, result_path: str, terms: Sequence[str], **changes: object
) -> Row[Any]:
    """Close a job whose transcript is stored, and found by `terms`; its state. `changes` are made besides.

    Without any terms a consumer reads the transcript for them. Raises `ClaimLost`.
    """
    known = {"result_path": result_path, "error_message": None, "searchable": bool(terms)}
    values = {"status": JobStatus.COMPLETED, **ENDED, **known, **changes}
    completed = update(JobRow).where(held_by(JobRow, claim)).values(values).returning(*STATE)
    job = connection.execute(completed).one_or_none()
    if job is None:
        raise ClaimLost
    if terms:
        enter(connection, claim.row_id, terms)
    return job


def end_job(connection: Connection, job_id: str, status: JobStatus, code: str, message: str) -> bool:
    """Close a job and everything of it that is still work; `False` if it was closed already.

    Setting `available_at` to NULL is what makes every claim on it void. A job with which something is done again is
    completed as before, whatever comes of that.
    """
    if _as_before(connection, job_id, *(() if status is JobStatus.CANCELLED else (code, message))):
        return True
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


def _as_before(connection: Connection, job_id: str, code: str | None = None, message: str | None = None) -> bool:
    """End what is done again with a job, whose transcript stays as it was; `False` if nothing is."""
    again = (JobRow.id == job_id, JobRow.redo.is_not(None), JobRow.status == JobStatus.PROCESSING)
    values = {**ENDED, "status": JobStatus.COMPLETED, "redo": null(), "error_code": code, "error_message": message}
    told = {"error_code": code, "error_message": message} if code else {}
    ended = connection.execute(update(JobRow).where(*again).values(values).returning(*STATE)).one_or_none()
    if ended is None:
        return False
    record(connection, event_of(ended, EventKind.COMPLETED, **told))
    return True

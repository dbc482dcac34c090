"""Telling what happens to a job, in the transaction in which it happens."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from stt.domain.event import EventKind, state
from stt.domain.job import JobStatus, Stage, progress_of
from stt.repositories.models import EventRow, JobRow

STATE: tuple[Any, ...] = (
    JobRow.id,
    JobRow.owner,
    JobRow.status,
    JobRow.stage,
    JobRow.seconds_done,
    JobRow.duration,
    JobRow.tracks,
    JobRow.chunks_completed,
    JobRow.chunks_total,
)
"""Columns of a job that `event_of` reads; a statement that changes a job returns them."""
_LAST_IN_LINE = select(func.pg_advisory_xact_lock(7_385_109))
_INSERT = insert(EventRow)


def event_of(job: Row[Any], kind: EventKind, **more: object) -> Mapping[str, Any]:
    """The row of an event, by the `STATE` of its job."""
    status = JobStatus(job.status)
    progress = progress_of(status, job.seconds_done, job.duration, job.tracks)
    data = {**state(status, Stage(job.stage), progress), **more}
    return {"owner": job.owner, "job_id": job.id, "kind": kind, "data": data}


def record(connection: Connection, *events: Mapping[str, Any]) -> None:
    """Write events, as the last thing that a transaction locks anything for.

    Numbers are drawn under a lock that ends with the transaction: whoever has seen an event has seen all with smaller
    numbers, or they never come. SQLite has one writer at a time anyway.
    """
    if not events:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_LAST_IN_LINE)
    connection.execute(_INSERT, list(events))

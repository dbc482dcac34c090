"""Jobs whose callers wait for the transcript on an open connection: joined, watched, abandoned."""

from collections.abc import Collection
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from stt.core.database import Database, now
from stt.domain.access.owner import Owner
from stt.domain.jobs.chunk import ChunkStatus
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.job import JobStatus
from stt.repositories.statements.endings import end_job
from stt.repositories.tables.jobs import ChunkRow, JobRow

_OPEN = (JobStatus.PENDING, JobStatus.PROCESSING)
_LOWERED = Priority.NORMAL.boost - Priority.LOW.boost
"""Ranks by which work falls back when nobody waits for it any more."""


class CallRepository:
    """The part of the `jobs` table that is about waiting; every method raises `DatabaseUnavailable`.

    `watched_until` is the moment up to which a caller has said to be waiting; NULL for jobs that nobody waits for on a
    connection, which are never abandoned.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def same(self, owner: Owner, fingerprint: str, *, finished_within: float) -> str | None:
        """An owner's oldest job of that fingerprint that runs, or was completed so many seconds ago or less; its id."""
        recently = (JobRow.status == JobStatus.COMPLETED) & (JobRow.completed_at >= now() - finished_within)
        statement = (
            select(JobRow.id)
            .where(JobRow.fingerprint == fingerprint, JobRow.owner == owner, JobRow.status.in_(_OPEN) | recently)
            .order_by(JobRow.created_at, JobRow.id)
            .limit(1)
        )
        return await self._database.read(lambda connection: connection.scalar(statement))

    async def watch(self, owner: Owner, job_id: str, seconds: float) -> None:
        """Somebody waits for the job, for so long at least; what had been abandoned takes up its old place again."""

        def note(connection: Connection) -> None:
            watched = connection.execute(_watched(owner, job_id).values(watched_until=now() + seconds))
            if watched.rowcount and connection.scalar(select(_is_lowered()).where(JobRow.id == job_id)):
                _move(connection, job_id, -_LOWERED, Priority.NORMAL)

        await self._database.write(note)

    async def abandon(self, owner: Owner, job_id: str) -> None:
        """Nobody waits any more: the job goes behind all others, and `orphans` finds it from now on."""

        def leave(connection: Connection) -> None:
            if connection.execute(_watched(owner, job_id).values(watched_until=now())).rowcount:
                _lower(connection, job_id)

        await self._database.write(leave)

    async def lower_unwatched(self, limit: int) -> None:
        """The same for jobs whose callers, or the process that held their connections, went without a word."""
        unwatched = select(JobRow.id).where(JobRow.watched_until < now(), JobRow.completed_at.is_(None)).limit(limit)

        def lower(connection: Connection) -> None:
            for job_id in connection.scalars(unwatched):
                _lower(connection, job_id)

        await self._database.write(lower)

    async def orphans(self, after_seconds: float, limit: int) -> list[str]:
        """The ids of jobs that nobody has waited for in so long."""
        statement = select(JobRow.id).where(*_orphaned(after_seconds)).limit(limit)
        return await self._database.read(lambda connection: list(connection.scalars(statement)))

    async def cancel_orphans(self, job_ids: Collection[str], after_seconds: float) -> list[str]:
        """End those of the jobs that nobody has waited for in so long; their ids."""
        statement = select(JobRow.id).where(*_orphaned(after_seconds))
        message = f"Its caller left and did not come back within {after_seconds:g} s."

        def cancel(connection: Connection, job_id: str) -> bool:
            found = connection.scalar(statement.where(JobRow.id == job_id))
            return found is not None and end_job(connection, job_id, JobStatus.CANCELLED, "caller_left", message)

        # One by one: who holds the last lock of one job may not wait for another.
        return [i for i in job_ids if await self._database.write(partial(cancel, job_id=i))]


def _orphaned(after_seconds: float) -> tuple[ColumnElement[bool], ...]:
    return JobRow.watched_until < now() - after_seconds, JobRow.completed_at.is_(None)


def _watched(owner: Owner, job_id: str) -> Any:
    return update(JobRow).where(JobRow.id == job_id, JobRow.owner == owner, JobRow.watched_until.is_not(None))


def _is_lowered() -> ColumnElement[bool]:
    """Whether a job that callers wait for was put behind the others: it is made with the priority `normal`."""
    return (JobRow.priority == Priority.LOW) & JobRow.watched_until.is_not(None)


def _lower(connection: Connection, job_id: str) -> None:
    if connection.scalar(select(JobRow.priority == Priority.NORMAL).where(JobRow.id == job_id)):
        _move(connection, job_id, _LOWERED, Priority.LOW)


def _move(connection: Connection, job_id: str, ranks: int, priority: Priority) -> None:
    """Move everything of the job that still waits; what is cut later takes its place from the priority."""
    connection.execute(
        update(JobRow).where(JobRow.id == job_id).values(rank=JobRow.rank + ranks, priority=priority.value)
    )
    waiting = (ChunkStatus.HELD, ChunkStatus.READY)
    chunks = update(ChunkRow).where(ChunkRow.job_id == job_id, ChunkRow.status.in_(waiting))
    connection.execute(chunks.values(rank=ChunkRow.rank + ranks))

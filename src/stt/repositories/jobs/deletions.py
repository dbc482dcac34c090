"""Jobs that their owners have deleted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from stt.core.database import Database, now
from stt.domain.access.owner import Owner
from stt.domain.jobs.job import JobStatus
from stt.repositories.jobs.idempotency_repository import forget_job
from stt.repositories.known_speaker_repository import forget_introduced
from stt.repositories.statements.claims import long_ago
from stt.repositories.statements.endings import end_job
from stt.repositories.statements.usage import count_removed
from stt.repositories.tables.jobs import ChunkRow, JobRow, SearchRow
from stt.repositories.tables.uploads import UploadRow
from stt.repositories.version_repository import forget_versions


@dataclass(frozen=True)
class DeletedRows:
    """What was removed from the tables; `object_key` is where the audio lies."""

    object_key: str
    chunks: int


class DeletionRepository:
    """The part of the tables that is about deleting; every method raises `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mark(self, owner: Owner, job_id: str) -> DeletedRows | None:
        """Stop a job, remove what the tables know of it and mark it, in one transaction; `None` if there is none.

        What stays is its id and its events, so that whatever fails what is left in storage is removed, and what a
        worker writes that has not heard of it yet.
        """
        owned = select(JobRow.object_key).where(JobRow.id == job_id, JobRow.owner == owner, JobRow.deleted_at.is_(None))
        emptied: dict[str, Any] = {
            "deleted_at": now(),
            "announced_at": now(),
            "filename": "",
            "guidance": {},
            "notes": [],
            **dict.fromkeys(("error_message", "fingerprint", "watched_until", "audio_due_at", "text_due_at")),
        }

        def write(connection: Connection) -> DeletedRows | None:
            object_key = connection.scalar(owned.with_for_update())
            if object_key is None:
                return None
            end_job(connection, job_id, JobStatus.CANCELLED, "deleted", "Deleted on request.")
            connection.execute(update(JobRow).where(JobRow.id == job_id).values(**emptied))
            connection.execute(delete(SearchRow).where(SearchRow.job_id == job_id))
            forget_job(connection, job_id)
            forget_versions(connection, job_id)
            forget_introduced(connection, job_id)
            connection.execute(delete(UploadRow).where(UploadRow.id == job_id))
            chunks = connection.execute(delete(ChunkRow).where(ChunkRow.job_id == job_id)).rowcount
            return DeletedRows(object_key, chunks)

        return await self._database.write(write)

    async def marked(self, *, before: float, limit: int) -> list[str]:
        """The ids of jobs that were marked at least so many seconds ago."""
        settled = JobRow.deleted_at.is_not(None), long_ago(JobRow.deleted_at, before)
        statement = select(JobRow.id).where(*settled).order_by(JobRow.deleted_at).limit(limit)
        return await self._database.read(lambda connection: list(connection.scalars(statement)))

    async def remove(self, *job_ids: str) -> None:
        """Nothing is left of these jobs: nor are their rows. What their owners had heard today counts on."""
        deleted = select(JobRow.id).where(JobRow.id.in_(job_ids), JobRow.deleted_at.is_not(None))

        def write(connection: Connection) -> None:
            going = connection.scalars(deleted.with_for_update()).all()
            count_removed(connection, going)
            connection.execute(delete(JobRow).where(JobRow.id.in_(going)))

        await self._database.write(write)

"""Audio and text whose time is up."""

from typing import Any

from sqlalchemy import Connection, delete, select, update

from stt.core.database import Database, now
from stt.domain.jobs.job import Job
from stt.domain.text.search import terms_of
from stt.repositories.known_speaker_repository import forget_introduced
from stt.repositories.statements.search_index import enter
from stt.repositories.tables.jobs import ChunkRow, JobRow
from stt.repositories.tables.rows import to_job
from stt.repositories.version_repository import forget_versions


class RetentionRepository:
    """The part of the tables that is about removing in time; every method raises `DatabaseUnavailable`.

    Of what is due nothing is begun again, so that nobody reads what is being removed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def audio_due(self, limit: int) -> list[Job]:
        """Jobs whose audio is to be removed now, those that wait longest first."""
        return await self._due(JobRow.audio_due_at, JobRow.audio_deleted_at, limit)

    async def text_due(self, limit: int) -> list[Job]:
        """The same of their texts."""
        return await self._due(JobRow.text_due_at, JobRow.text_deleted_at, limit)

    async def mark_audio_deleted(self, job: Job) -> None:
        """The audio is gone from storage, and so are the voices that came with it."""
        marked = update(JobRow).where(JobRow.id == job.job_id).values(audio_deleted_at=now())

        def write(connection: Connection) -> None:
            connection.execute(marked)
            forget_introduced(connection, job.job_id)

        await self._database.write(write)

    async def keep_audio(self, job: Job) -> None:
        """The audio stays, and is due no more."""
        kept = update(JobRow).where(JobRow.id == job.job_id).values(delete_audio_after=None, audio_due_at=None)
        await self._database.write(lambda connection: connection.execute(kept))

    async def delete_text(self, job: Job) -> None:
        """The transcript is gone from storage: so is what was heard, what was edited, and what it was found by."""
        marked = update(JobRow).where(JobRow.id == job.job_id).values(text_deleted_at=now(), searchable=True)

        def write(connection: Connection) -> None:
            connection.execute(marked)
            connection.execute(delete(ChunkRow).where(ChunkRow.job_id == job.job_id))
            forget_versions(connection, job.job_id)
            forget_introduced(connection, job.job_id)
            enter(connection, job.job_id, terms_of(job.owner, job.filename))

        await self._database.write(write)

    async def _due(self, due: Any, deleted: Any, limit: int) -> list[Job]:
        ended = JobRow.completed_at.is_not(None), JobRow.deleted_at.is_(None)
        waiting = due.is_not(None), deleted.is_(None), due <= now(), *ended
        statement = select(JobRow).where(*waiting).order_by(due).limit(limit)
        return await self._database.read(lambda connection: [to_job(row) for row in connection.execute(statement)])

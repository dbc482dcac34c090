"""Versions of transcripts: stored one behind the other, and read by their owners."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from stt.core.database import Database
from stt.domain.access.owner import Owner
from stt.domain.edits.version import MACHINE, Edit, NewVersion, Operations, Version
from stt.domain.errors import InvalidRequest, NotFound
from stt.domain.events.event import EventKind
from stt.domain.jobs.job import JobStatus
from stt.domain.jobs.redo import SpanRedo, SpeakersRedo, redo_of
from stt.repositories.statements.outbox import STATE, event_of, record
from stt.repositories.statements.versions import SUMMARY, append
from stt.repositories.tables.jobs import JobRow
from stt.repositories.tables.rows import instant
from stt.repositories.tables.versions import VersionRow


class VersionRepository:
    """The `transcript_versions` table; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, owner: Owner, job_id: str) -> tuple[int, Operations]:
        """The number of the newest version, and what leads to it from the machine's; `MACHINE` where there is none."""
        statement = (
            _of(owner, job_id, VersionRow.number, VersionRow.changes).order_by(VersionRow.number.desc()).limit(1)
        )
        row = await self._database.read(lambda connection: connection.execute(statement).one_or_none())
        return (MACHINE, ()) if row is None else (row.number, row.changes)

    async def get(self, owner: Owner, job_id: str, number: int) -> Edit | None:
        """A version, if there is one of this number."""
        statement = _of(owner, job_id, VersionRow).where(VersionRow.number == number)
        return await self._database.read(lambda connection: next(map(_edit, connection.execute(statement)), None))

    async def page(self, owner: Owner, job_id: str, before: int | None, limit: int) -> list[Version]:
        """The newest versions, of those below a number."""
        statement = _of(owner, job_id, *SUMMARY).order_by(VersionRow.number.desc()).limit(limit)
        if before is not None:
            statement = statement.where(VersionRow.number < before)
        return await self._database.read(lambda connection: list(map(_version, connection.execute(statement))))

    async def back_to(self, owner: Owner, job_id: str, number: int, newest: int) -> list[Operations]:
        """What leads back from the newest version to another one, step by step."""
        steps = VersionRow.number.between(number + 1, newest)
        statement = _of(owner, job_id, VersionRow.inverse).where(steps).order_by(VersionRow.number.desc())
        return await self._database.read(lambda connection: list(connection.scalars(statement)))

    async def add(self, owner: Owner, job_id: str, new: NewVersion) -> Edit:
        """Store a version behind its base, and tell of it; what the job is found by is made anew soon.

        Raises:
            NotFound: codes `job_not_found`, `result_missing`.
            InvalidRequest: code `redo_running`, where the speakers of its job are told apart again.
            VersionOutdated: there is a newer version than its base.
        """
        there = JobRow.id == job_id, JobRow.owner == owner, JobRow.deleted_at.is_(None)
        job = select(JobRow.status, JobRow.redo, JobRow.text_deleted_at).where(*there).with_for_update()
        unsearchable = update(JobRow).where(JobRow.id == job_id).values(searchable=False).returning(*STATE)

        def add(connection: Connection) -> Edit:
            found = connection.execute(job).one_or_none()
            if found is None:
                raise NotFound(f"There is no job {job_id!r}.", code="job_not_found")
            running = redo_of(found.redo) if found.redo else None
            if isinstance(running, SpeakersRedo):
                message = "Speakers are told apart again in this transcript: wait until that is done, or cancel it."
                raise InvalidRequest(message, code="redo_running")
            if found.text_deleted_at is not None or (found.status != JobStatus.COMPLETED and running is None):
                raise NotFound(f"The transcript of job {job_id} is no longer there.", code="result_missing")
            version = _version(append(connection, job_id, new))
            state = connection.execute(unsearchable).one()
            record(connection, event_of(state, EventKind.EDITED, version=version.number, operations=version.count))
            return Edit(version, new.operations, new.inverse)

        return await self._database.write(add)


def forget_versions(connection: Connection, job_id: str) -> None:
    """Remove what people have changed in a transcript that is removed."""
    connection.execute(delete(VersionRow).where(VersionRow.job_id == job_id))


def _of(owner: Owner, job_id: str, *columns: Any) -> Any:
    owned: tuple[ColumnElement[bool], ...] = (JobRow.id == job_id, JobRow.owner == owner, JobRow.deleted_at.is_(None))
    return select(*columns).join(JobRow, JobRow.id == VersionRow.job_id).where(*owned)


def _version(row: Any) -> Version:
    redo = SpanRedo(**row.redo) if row.redo else None
    return Version(row.number, instant(row.created_at), row.key_id, row.operation_count, redo)


def _edit(row: Any) -> Edit:
    return Edit(_version(row), row.operations, row.inverse)

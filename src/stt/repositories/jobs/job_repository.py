"""Jobs: adding, reading, and the steps of the ones being worked at."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update

from stt.core.database import Database, now
from stt.core.metrics.table import JOBS_ACCEPTED, JOBS_ENDED
from stt.domain.access.limits import Limits
from stt.domain.access.owner import Owner
from stt.domain.errors import NotFound
from stt.domain.events.event import EventKind
from stt.domain.jobs.chunk import ChunkStatus
from stt.domain.jobs.claim import Claim, is_long, job_rank
from stt.domain.jobs.job import Job, JobStatus, Stage
from stt.domain.transcripts.note import Note
from stt.repositories.jobs.new_jobs import NewJob, NewJobs
from stt.repositories.statements.advance import advance
from stt.repositories.statements.claimable import ClaimableRepository
from stt.repositories.statements.claims import claim_best, claim_of, held_by, long_ago, write_fenced
from stt.repositories.statements.endings import complete_job, end_job
from stt.repositories.statements.outbox import event_of, record
from stt.repositories.tables.jobs import ChunkRow, JobRow
from stt.repositories.tables.rows import to_claim, to_job
from stt.repositories.tables.uploads import UploadRow

BY_ID = select(*JobRow.__table__.columns).where(JobRow.id == bindparam("job_id"))
"""Made once: to make it anew costs more than to ask it."""
_OWNED = BY_ID.where(JobRow.owner == bindparam("owner"), JobRow.deleted_at.is_(None))
FIRST = 1
"""The claim by which a job is begun."""
_BEGUN: dict[str, Any] = {"status": JobStatus.PROCESSING, "started_at": func.coalesce(JobRow.started_at, now())}
_CLAIM = claim_of(JobRow, **_BEGUN)
_CLAIM_SHORT = claim_of(JobRow, text("NOT jobs.is_long"), indexed=True, **_BEGUN)


class JobRepository(ClaimableRepository):
    """The `jobs` table; every method raises `DatabaseUnavailable` while the database is away."""

    table = JobRow

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._new = NewJobs(database)

    async def add(self, new: NewJob, *, announced: bool = False) -> Job | None:
        """Store a job that waits to be prepared, and return it; `None` if that id is taken.

        Raises `LimitReached`, and what its promise raises that cannot be kept.
        """
        values = {
            "owner": new.owner,
            "id": new.job_id,
            "status": JobStatus.PENDING,
            "stage": Stage.PREPARE,
            "filename": new.filename,
            "object_key": new.object_key,
            "language": new.language,
            "spoken_language": new.language,
            "model": new.model,
            "engine": new.engine,
            "priority": new.priority,
            "guidance": new.guidance.to_dict(),
            "labels": new.metadata,
            "webhook_url": new.webhook_url,
            **asdict(new.retention),
            "file_size": new.file_size,
            "rank": job_rank(new.priority, new.file_size),
            "is_long": is_long(new.file_size),
            "available_at": now(),
            "created_at": now(),
            "announced_at": now() if announced else None,
            "fingerprint": new.call.fingerprint if new.call else None,
            "watched_until": now() + new.call.watched_seconds if new.call else None,
        }
        job = await self._new.add(values, new.limits, new.promise)
        JOBS_ACCEPTED.inc(job is not None)
        return job

    async def make_room(self, owner: Owner, limits: Limits, max_queued_seconds: float) -> None:
        """Return if another job could be stored; raises `LimitReached`, or `QueueFull` for everybody."""
        await self._new.make_room(owner, limits, max_queued_seconds)

    async def get(self, owner: Owner, job_id: str) -> Job:
        """One job; raises `NotFound`, as well where it is another owner's."""
        row = await self._database.row(_OWNED, job_id=job_id, owner=owner)
        if row is None:
            raise NotFound(f"There is no job {job_id!r}.", code="job_not_found")
        return to_job(row)

    async def known(self, job_ids: Sequence[str]) -> set[str]:
        """Which of these ids there are jobs for, or uploads that will be."""
        coming = select(UploadRow.id).where(UploadRow.id.in_(job_ids))
        statement = select(JobRow.id).where(JobRow.id.in_(job_ids)).union_all(coming)
        return await self._database.read(lambda connection: set(connection.scalars(statement)))

    async def unannounced(self, *, older_than: float, limit: int) -> list[Job]:
        """Jobs whose ticket was never confirmed, oldest first."""
        statement = (
            select(JobRow)
            .where(JobRow.announced_at.is_(None), long_ago(JobRow.created_at, older_than))
            .order_by(JobRow.created_at)
            .limit(limit)
        )
        return await self._database.read(lambda connection: [to_job(row) for row in connection.execute(statement)])

    async def mark_announced(self, *job_ids: str) -> None:
        """The queue has confirmed the tickets of these jobs."""
        statement = update(JobRow).where(JobRow.id.in_(job_ids)).values(announced_at=now())
        await self._database.write(lambda connection: connection.execute(statement))

    async def untidy(self, *, ended_before: float, limit: int) -> list[Job]:
        """Jobs that ended at least `ended_before` seconds ago, of whose work there may still be remains in storage."""
        statement = (
            select(JobRow)
            .where(
                JobRow.completed_at.is_not(None),
                JobRow.tidied_at.is_(None),
                long_ago(JobRow.completed_at, ended_before),
            )
            .order_by(JobRow.completed_at)
            .limit(limit)
        )
        return await self._database.read(lambda connection: [to_job(row) for row in connection.execute(statement)])

    async def ended(self, job_id: str) -> Job | None:
        """A job as it stands, deleted or not, if nobody works at it: it has ended, and was not begun again."""
        statement = select(JobRow).where(JobRow.id == job_id, JobRow.completed_at.is_not(None))
        row = await self._database.read(lambda connection: connection.execute(statement).one_or_none())
        return None if row is None else to_job(row)

    async def mark_tidied(self, *job_ids: str) -> None:
        """Nothing is left of the work on these jobs but their results."""
        over = JobRow.id.in_(job_ids), JobRow.completed_at.is_not(None)
        statement = update(JobRow).where(*over).values(tidied_at=now())
        await self._database.write(lambda connection: connection.execute(statement))

    async def mark_untidy(self, job_id: str) -> None:
        """Something may have been stored for it since it was tidied."""
        statement = update(JobRow).where(JobRow.id == job_id).values(tidied_at=None)
        await self._database.write(lambda connection: connection.execute(statement))

    async def claim(
        self, worker_id: str, lease_seconds: float, *, only_short: bool = False
    ) -> tuple[Job, Claim] | None:
        """Take the best job to work at as a whole; with `only_short` none whose preparation takes long."""
        claiming = _CLAIM_SHORT if only_short else _CLAIM

        def take(connection: Connection) -> tuple[Job, Claim] | None:
            row = claim_best(connection, claiming, worker_id, lease_seconds)
            if row is None:
                return None
            if row.attempt == FIRST:
                record(connection, event_of(row, EventKind.STAGE))
            return to_job(row), to_claim(row)

        return await self._database.write(take)

    def _given_back(self, failures: int, /) -> dict[str, Any]:
        return {"retry_count": JobRow.retry_count + failures}

    async def note_tracks(self, claim: Claim, tracks: int) -> None:
        """How many channels are transcribed apart, before all are cut; raises `ClaimLost`."""
        await self._write_held(claim, {"tracks": tracks})

    async def finish_prepare(
        self,
        claim: Claim,
        *,
        duration: float,
        chunks_total: int,
        broke_off: float | None,
        tracks: int = 1,
        notes: tuple[Note, ...] = (),
    ) -> Stage:
        """All chunks of all `tracks` are stored: go on to the stage that is due, and return it; raises `ClaimLost`."""
        values = {"duration": duration, "chunks_total": chunks_total, "broke_off": broke_off, "tracks": tracks}
        said = [note.to_dict() for note in notes]
        prepared = update(JobRow).where(held_by(JobRow, claim)).values(**values, notes=said, error_message=None)

        def finish(connection: Connection) -> Stage:
            write_fenced(connection, prepared)
            return advance(connection, claim.row_id, Stage.PREPARE)

        return await self._database.write(finish)

    async def decide_language(self, claim: Claim, language: str) -> Stage:
        """Set the language of a job with `language=auto` and release its chunks; raises `ClaimLost`."""
        job = update(JobRow).where(held_by(JobRow, claim)).values(detected_language=language, spoken_language=language)
        held = (ChunkRow.job_id == claim.row_id) & (ChunkRow.status == ChunkStatus.HELD)
        released = update(ChunkRow).where(held).values(status=ChunkStatus.READY, available_at=now())

        def decide(connection: Connection) -> Stage:
            write_fenced(connection, job)
            connection.execute(released)
            return advance(connection, claim.row_id, Stage.DETECT)

        return await self._database.write(decide)

    async def complete(self, claim: Claim, result_path: str, terms: Sequence[str] = ()) -> None:
        """The transcript is stored, and found by `terms`; without any the sweeper reads it. Raises `ClaimLost`."""
        await self._database.write(lambda connection: complete_job(connection, claim, result_path, terms))

    async def fail(self, claim: Claim, code: str, message: str) -> None:
        """The job can never succeed; its chunks are no longer work. Raises `ClaimLost`."""
        held = update(JobRow).where(held_by(JobRow, claim)).values(available_at=now())

        def end(connection: Connection) -> None:
            write_fenced(connection, held)
            end_job(connection, claim.row_id, JobStatus.FAILED, code, message)

        await self._database.write(end)

    async def refuse(self, job_id: str, code: str, message: str) -> bool:
        """Close a job that nobody has begun; `False` if it had ended."""
        return await self._database.write(
            lambda connection: end_job(connection, job_id, JobStatus.FAILED, code, message)
        )

    async def cancel(self, owner: Owner, job_id: str) -> bool:
        """Stop a job that has not ended; `False` if it had, or is another owner's."""
        owned = select(JobRow.id).where(JobRow.id == job_id, JobRow.owner == owner)

        def cancel(connection: Connection) -> bool:
            if connection.scalar(owned) is None:
                return False
            return end_job(connection, job_id, JobStatus.CANCELLED, "cancelled", "Cancelled on request.")

        stopped = await self._database.write(cancel)
        JOBS_ENDED.labels("cancelled").inc(stopped)
        return stopped

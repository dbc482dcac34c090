"""Jobs that are begun again."""

from sqlalchemy import Connection, func, select, update

from stt.core.database import Database, now
from stt.domain.access.limits import Limits
from stt.domain.access.owner import Owner
from stt.domain.events.event import EventKind
from stt.domain.jobs.chunk import ChunkStatus
from stt.domain.jobs.claim import Priority, is_long, job_rank
from stt.domain.jobs.job import JobStatus, Stage
from stt.repositories.statements.claims import afresh
from stt.repositories.statements.outbox import STATE, event_of, record
from stt.repositories.statements.usage import admit
from stt.repositories.tables.jobs import ChunkRow, JobRow

WITHOUT_LIMITS = Limits()
_ENDED_EARLY = (JobStatus.FAILED, JobStatus.CANCELLED)


class RetryRepository:
    """The part of the tables that is about beginning again; every method raises `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def retry(self, owner: Owner, job_id: str, limits: Limits = WITHOUT_LIMITS) -> bool:
        """Let a job that failed or was cancelled wait to be prepared anew; the chunks that were transcribed stay.

        `False` if it is no such job of this owner's, or its audio was removed, or that or its text is about to be.
        Raises `LimitReached` where the owner may not have another job at once; what was sent and is stored counts
        already.
        """
        audio_stays = JobRow.audio_due_at.is_(None) | (JobRow.audio_due_at > now())
        text_is_due = JobRow.text_deleted_at.is_(None) & (JobRow.text_due_at <= now())
        ended = (JobRow.status.in_(_ENDED_EARLY), JobRow.deleted_at.is_(None), JobRow.audio_deleted_at.is_(None))
        wanted = (JobRow.id == job_id, JobRow.owner == owner, *ended, audio_stays, ~func.coalesce(text_is_due, False))
        question = select(JobRow.priority, JobRow.file_size).where(*wanted).with_for_update()
        unfinished = ChunkRow.status != ChunkStatus.COMPLETED
        left = update(ChunkRow).where(ChunkRow.job_id == job_id, unfinished)

        def begin(connection: Connection) -> bool:
            admit(connection, owner, Limits(jobs_at_once=limits.jobs_at_once))
            job = connection.execute(question).one_or_none()
            if job is None:
                return False
            connection.execute(left.values(status=ChunkStatus.CANCELLED, available_at=None))
            values = {
                "status": JobStatus.PENDING,
                "stage": Stage.PREPARE,
                "rank": job_rank(Priority(job.priority), job.file_size),
                "is_long": is_long(job.file_size),
                "available_at": now(),
                "chunks_total": None,
                # Counting up voids the claim of whoever has not heard yet that the job had ended.
                "attempt": JobRow.attempt + 1,
                "outcomes": JobRow.attempt + 1,
                **dict.fromkeys(_FORGOTTEN),
            }
            again = update(JobRow).where(JobRow.id == job_id).values(afresh(JobRow) | values).returning(*STATE)
            record(connection, event_of(connection.execute(again).one(), EventKind.ACCEPTED))
            return True

        return await self._database.write(begin)


_FORGOTTEN = (
    "completed_at",
    "error_code",
    "error_message",
    "tidied_at",
    "announced_at",
    "watched_until",
    "audio_due_at",
    "text_due_at",
    "text_deleted_at",
)
"""What a job that is begun again has no more."""

"""Beginning a job again."""

import structlog

from stt.domain.access.scopes import Access
from stt.domain.errors import InvalidRequest
from stt.domain.jobs.job import Job, JobStatus
from stt.repositories.jobs.retries import RetryRepository
from stt.services.jobs.announcer import Announcer
from stt.services.jobs.job_service import JobService

log = structlog.get_logger()


class RetryService:
    """Retries; every method raises `Unavailable` while the database is away."""

    def __init__(self, jobs: JobService, retries: RetryRepository, announcer: Announcer) -> None:
        self._jobs, self._retries, self._announcer = jobs, retries, announcer

    async def retry(self, access: Access, job_id: str) -> Job:
        """Let a job that failed or was cancelled wait again; the chunks that were transcribed stay.

        Raises:
            NotFound: code `job_not_found`.
            InvalidRequest: code `job_not_ended_early`, with its `job_status`; `media_missing`.
            LimitReached: the owner may not have another job at once.
        """
        owner = access.owner
        job = await self._jobs.status(owner, job_id)
        if job.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
            message = f"Only a job that failed or was cancelled can be begun again; this one is {job.status}."
            raise InvalidRequest(message, code="job_not_ended_early", job_status=job.status)
        if not await self._retries.retry(owner, job_id, access.limits):
            message = "The job cannot be begun again: its audio was removed, or it has just been begun again."
            raise InvalidRequest(message, code="media_missing")
        log.info("job_retried", job_id=job_id)
        again = await self._jobs.status(owner, job_id)
        self._announcer.ring(again)
        return again

"""Doing something again with a completed job."""

import structlog

from stt.domain.access.scopes import Access
from stt.domain.errors import InvalidRequest
from stt.domain.jobs.job import Job
from stt.domain.jobs.redo import Redo
from stt.domain.transcripts.speakers import SpeakerCount
from stt.repositories.redo_repository import RedoRepository
from stt.services.announcer import Announcer
from stt.services.job_service import JobService

log = structlog.get_logger()


class RedoService:
    """What is done again; every method raises `Unavailable` while the database is away."""

    def __init__(self, jobs: JobService, redos: RedoRepository, announcer: Announcer) -> None:
        self._jobs, self._redos, self._announcer = jobs, redos, announcer

    async def tell_apart(self, access: Access, job_id: str, speakers: str) -> Job:
        """Have the speakers of a completed job told apart again, by what was heard of their voices; words stay.

        Raises:
            NotFound: code `job_not_found`.
            InvalidRequest: codes `unknown_speakers`, `voices_missing`, `transcript_edited`; `job_not_completed`, with
                its `job_status`.
            LimitReached: the owner may not have another job at once.
        """
        await self._jobs.completed(access.owner, job_id)
        count = SpeakerCount.read(speakers)
        if count is None:
            message = "A transcript that tells speakers apart goes on doing so: speakers is auto, a number or a range."
            raise InvalidRequest(message, code="unknown_speakers")
        begun = await self._redos.begin(access.owner, job_id, Redo(str(count)), access.limits)
        job = await self._jobs.status(access.owner, job_id)
        if not begun:
            raise InvalidRequest("Job not completed", code="job_not_completed", job_status=job.status)
        log.info("speakers_told_apart_again", job_id=job_id, speakers=str(count))
        self._announcer.ring(job)
        return job

"""Doing something again with a completed job."""

from dataclasses import dataclass

import structlog

from stt.domain.access.scopes import Access
from stt.domain.errors import InvalidRequest
from stt.domain.jobs.job import AUTO_LANGUAGE, Job
from stt.domain.jobs.redo import Redo, SpanRedo, SpeakersRedo, span_within
from stt.domain.merging.assembly import NO_LANGUAGE
from stt.domain.transcripts.speakers import SpeakerCount
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.services.jobs.announcer import Announcer
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import Choices

log = structlog.get_logger()


@dataclass(frozen=True)
class SpanAsked:
    """What is to be heard again, in seconds, and how, word for word; what is `None` is as the job has it."""

    start: float
    end: float
    model: str | None = None
    language: str | None = None
    prompt: str | None = None


class RedoService:
    """What is done again; every method raises `Unavailable` while the database is away."""

    def __init__(self, jobs: JobService, redos: RedoRepository, announcer: Announcer) -> None:
        self._jobs, self._redos, self._announcer = jobs, redos, announcer

    async def rehear(self, access: Access, job_id: str, asked: SpanAsked) -> Job:
        """Have a span of a completed job heard again; its words are another version of the transcript then.

        What is not said is as the job has it: its model, its prompt, the language that it was heard in.

        Raises:
            NotFound: code `job_not_found`.
            InvalidRequest: codes `invalid_span`, `span_too_long`, `media_missing`, `redo_running`, and those of
                `choose_options` for model, language and prompt; `job_not_completed`, with its `job_status`.
            LimitReached: the owner may not have another job at once, or no more audio today.
        """
        job = await self._free(access, job_id)
        span = span_within(asked.start, asked.end, job.duration or 0.0)
        choices = Choices(
            language=asked.language or _heard_in(job),
            model=asked.model or job.model,
            engine=job.engine,
            prompt=job.guidance.prompt if asked.prompt is None else asked.prompt,
        )
        wanted = self._jobs.options(choices)
        how = wanted.model, wanted.engine, wanted.language, wanted.guidance.prompt
        again = await self._begin(access, job_id, SpanRedo(span.start, span.end, *how, access.key_id))
        log.info("span_heard_again", job_id=job_id, start=span.start, end=span.end, model=wanted.model)
        return again

    async def tell_apart(self, access: Access, job_id: str, speakers: str) -> Job:
        """Have the speakers of a completed job told apart again, by what was heard of their voices; words stay.

        Raises:
            NotFound: code `job_not_found`.
            InvalidRequest: codes `unknown_speakers`, `voices_missing`, `transcript_edited`, `redo_running`;
                `job_not_completed`, with its `job_status`.
            LimitReached: the owner may not have another job at once.
        """
        await self._free(access, job_id)
        count = SpeakerCount.read(speakers)
        if count is None:
            message = "A transcript that tells speakers apart goes on doing so: speakers is auto, a number or a range."
            raise InvalidRequest(message, code="unknown_speakers")
        job = await self._begin(access, job_id, SpeakersRedo(str(count)))
        log.info("speakers_told_apart_again", job_id=job_id, speakers=str(count))
        return job

    async def _free(self, access: Access, job_id: str) -> Job:
        """A completed job with which nothing is done again."""
        job = await self._jobs.completed(access.owner, job_id)
        if job.redo is not None:
            raise _running(job)
        return job

    async def _begin(self, access: Access, job_id: str, redo: Redo) -> Job:
        begun = await self._redos.begin(access.owner, job_id, redo, access.limits)
        job = await self._jobs.status(access.owner, job_id)
        if not begun and job.redo is not None:
            raise _running(job)
        if not begun:
            raise InvalidRequest("Job not completed", code="job_not_completed", job_status=job.status)
        self._announcer.ring(job)
        return job


def _running(job: Job) -> InvalidRequest:
    message = "Something is done again with this job already: wait until that is done, or cancel it."
    return InvalidRequest(message, code="redo_running", job_status=job.status)


def _heard_in(job: Job) -> str | None:
    """The language of its transcript; to be detected where nobody spoke."""
    return AUTO_LANGUAGE if job.spoken_language == NO_LANGUAGE else job.spoken_language

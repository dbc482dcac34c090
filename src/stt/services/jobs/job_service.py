"""Accepting jobs, and answering questions about them."""

import asyncio
import contextlib
import hashlib
import json
import time
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog

from stt.core import tracing
from stt.core.storage.base import Storage
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access
from stt.domain.errors import InvalidRequest, NotFound, ObjectMissing, SttError
from stt.domain.jobs.job import Job, JobStatus
from stt.domain.jobs.keys import JOB_ID, is_upload_of, job_id_from, upload_key
from stt.domain.merging.partial import LOOKBACK_SECONDS, assemble_partial, complete_partial
from stt.domain.transcripts.transcript import Transcript
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import Call, NewJob, Promise
from stt.services.jobs.announcer import Announcer
from stt.services.jobs.job_result import JobResult, PartialResult, result_missing
from stt.services.jobs.options import Choices, JobOptions, UploadPolicy, choose_options
from stt.services.jobs.upload import StoredUpload, bare_name, checked, digested
from stt.services.webhook_service import WebhookService

log = structlog.get_logger()

LOOK_SECONDS = 0.02, 0.5
"""How often it is looked whether a job has ended for which somebody waits: at first, and at most. A look takes half a
millisecond; in between it comes each time another fiftieth of the wait has passed."""


class JobService:
    """Jobs as their owners see them, each its own; every method raises `Unavailable` while a part it needs is away."""

    def __init__(
        self,
        jobs: JobRepository,
        chunks: ChunkRepository,
        storage: Storage,
        announcer: Announcer,
        policy: UploadPolicy,
        webhooks: WebhookService,
    ) -> None:
        self._jobs = jobs
        self._chunks = chunks
        self._storage = storage
        self.announcer = announcer
        self.policy = policy
        self._webhooks = webhooks
        self._leaving = asyncio.Event()

    def options(self, chosen: Choices, *, so_far: bool = False) -> JobOptions:
        """What a caller chose, completed by this deployment's defaults; see `choose_options`."""
        return choose_options(self.policy, chosen, so_far=so_far)

    async def make_room(self, access: Access) -> None:
        """Return if another job would be taken, before anything of it is; raises `LimitReached`, `QueueFull`."""
        await self._jobs.make_room(access.owner, access.limits, self.policy.max_queued_seconds)

    async def store(self, filename: str, blocks: AsyncIterator[bytes]) -> StoredUpload:
        """Stream a file into storage in one pass, under the id of a job to be.

        Raises:
            InvalidRequest: codes `unsupported_format`, `file_empty`, `content_mismatch`, `file_too_large`.
                Then, and whenever `blocks` raises, nothing is left in storage.
        """
        name = bare_name(filename)
        job_id = job_id_from(uuid.uuid4())
        key = upload_key(job_id, name)
        digest = hashlib.sha256()
        try:
            arriving = checked(name, blocks, self.policy.max_upload_bytes)
            size = await self._storage.put(key, digested(arriving, digest))
        except asyncio.CancelledError:
            # It may have come when the file was just in place.
            await self.discard(StoredUpload(job_id, name, key, 0, ""))
            raise
        return StoredUpload(job_id, name, key, size, digest.hexdigest())

    async def accept(
        self,
        access: Access,
        stored: StoredUpload,
        options: JobOptions,
        *,
        call: Call | None = None,
        promise: Promise | None = None,
    ) -> Job:
        """Make a stored file a job of its owner: once this returns, the job will reach an end whatever fails.

        Nothing is asked behind the commit: a failure there would deny a job that exists. With a promise it is for who
        made that to discard the file of a job that was not. Raises `LimitReached`, and what the promise does.
        """
        new = NewJob(
            owner=access.owner,
            job_id=stored.job_id,
            filename=stored.filename,
            object_key=stored.key,
            language=options.language,
            model=options.model,
            engine=options.engine,
            priority=options.priority,
            file_size=stored.size,
            guidance=options.guidance,
            retention=options.retention,
            call=call,
            promise=promise,
            limits=access.limits,
            metadata=options.metadata,
            webhook_url=options.webhook_url,
        )
        try:
            with tracing.span("accept", new.job_id, {"model": new.model, "size": new.file_size or 0}, first=True):
                await self.expect(access.owner, options)
                job = await self._jobs.add(new)
        except BaseException:
            # Should the commit have gone through unseen, the job fails for want of its file: nobody was promised it.
            if promise is None:
                await self.discard(stored)
            raise
        assert job is not None, "a job id was given twice"
        self.announcer.ring(new)
        log.info("job_accepted", job_id=new.job_id, size=new.file_size, model=new.model)
        return job

    async def expect(self, owner: Owner, options: JobOptions) -> None:
        """Make sure that the end of a job can be told where its options say; raises `InvalidRequest`."""
        if options.webhook_url:
            await self._webhooks.expect(owner, options.webhook_url)

    async def discard(self, stored: StoredUpload) -> None:
        """Remove a stored file that will not become a job, if it is ours; never fails."""
        if not is_upload_of(stored.job_id, stored.key):
            return
        try:
            await asyncio.shield(self._storage.delete(stored.key))
        except SttError as error:
            log.warning("upload_left_behind", key=stored.key, reason=error.message)

    async def status(self, owner: Owner, job_id: str) -> Job:
        """A job as it stands; raises `NotFound` (code `job_not_found`)."""
        if not JOB_ID.fullmatch(job_id):
            raise NotFound(f"There is no job {job_id[:64]!r}.", code="job_not_found")
        return await self._jobs.get(owner, job_id)

    async def ended(self, owner: Owner, job_id: str, patience: float) -> Job:
        """A job once it has ended, or as it stands after `patience` seconds, or when the service leaves.

        Raises `NotFound` as `status` does.
        """
        began = time.monotonic()
        job = await self.status(owner, job_id)
        while not job.status.is_terminal and not self._leaving.is_set():
            waited = time.monotonic() - began
            if waited >= patience:
                break
            least, most = LOOK_SECONDS
            await self.pause(min(patience - waited, most, max(least, waited / 50)))
            job = await self.status(owner, job_id)
        return job

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until the service leaves."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._leaving.wait()

    @property
    def is_leaving(self) -> bool:
        """Whether the service is about to stop."""
        return self._leaving.is_set()

    def leave(self) -> None:
        """Let nobody wait any longer: the service is about to stop."""
        self._leaving.set()

    async def result(self, owner: Owner, job_id: str) -> JobResult:
        """The transcript of a completed job.

        Raises:
            NotFound: codes `job_not_found`, `result_missing`.
            InvalidRequest: code `job_not_completed`, with its `job_status`.
        """
        job = await self.completed(owner, job_id)
        return JobResult(job, await self._transcript(job))

    async def completed(self, owner: Owner, job_id: str) -> Job:
        """A job that is completed, or was when something was begun again with it: its transcript can be read.

        Raises:
            NotFound: code `job_not_found`.
            InvalidRequest: code `job_not_completed`, with its `job_status`.
        """
        job = await self.status(owner, job_id)
        if not job.has_transcript:
            raise InvalidRequest("Job not completed", code="job_not_completed", job_status=job.status)
        return job

    async def partial(self, owner: Owner, job_id: str, *, since: float = 0.0, certain: bool = False) -> PartialResult:
        """What can be read of a job's transcript so far and begins at second `since` or later, whatever its status.

        With `certain` only what can never change again: for readers who can take nothing back.

        Raises:
            NotFound: codes `job_not_found`, `result_missing`.
        """
        job = await self.status(owner, job_id)
        if job.has_transcript:
            transcript = await self._transcript(job)
            return PartialResult(job, await asyncio.to_thread(lambda: complete_partial(transcript, since)))
        chunks = await self._chunks.settled(owner, job_id, since=since - LOOKBACK_SECONDS)
        now = datetime.now(UTC)
        return PartialResult(
            job,
            await asyncio.to_thread(lambda: assemble_partial(job, chunks, since=since, now=now, certain=certain)),
        )

    async def document(self, job: Job) -> bytes:
        """The result document of a completed job as it is stored; raises `NotFound` (code `result_missing`)."""
        try:
            return await self._storage.read(job.transcript_key)
        except ObjectMissing as error:
            raise result_missing(job) from error

    async def _transcript(self, job: Job) -> Transcript:
        document = await self.document(job)
        # Hours of words take long enough to read that other requests would notice.
        return await asyncio.to_thread(lambda: Transcript.from_dict(json.loads(document)))

    async def cancel(self, owner: Owner, job_id: str) -> Job:
        """Stop a job and return it as it stands then; cancelling twice is the same as once.

        Raises:
            NotFound: code `job_not_found`.
            InvalidRequest: code `job_already_ended`, with its `job_status`.
        """
        await self.status(owner, job_id)
        stopped = await self._jobs.cancel(owner, job_id)
        job = await self.status(owner, job_id)
        if not stopped and job.status is not JobStatus.CANCELLED:
            message = f"The job has already ended: it is {job.status}."
            raise InvalidRequest(message, code="job_already_ended", job_status=job.status)
        return job

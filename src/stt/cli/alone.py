"""The pipeline without a service: one file through it, in this process."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from stt import bootstrap
from stt.cli.errors import CommandError
from stt.cli.terminal import Show, progress
from stt.core.config import Settings
from stt.domain.access.owner import ANONYMOUS
from stt.domain.access.scopes import WITHOUT_KEY
from stt.domain.jobs.job import Job, JobStatus
from stt.domain.transcripts.transcript import Transcript
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import Choices, JobOptions

BLOCK_BYTES = 1024 * 1024
POLL_SECONDS = 0.2


async def transcribe_alone(settings: Settings, file: Path, chosen: Choices) -> Transcript:
    """The transcript of a file; the model may be a path here.

    Raises:
        CommandError: the job failed.
        InvalidRequest: it is no audio file, or something chosen is not to be had, a GPU for instance.
    """
    layout = await bootstrap.layout_of(settings)
    async with (
        bootstrap.foundation(settings, layout) as base,
        bootstrap.job_service(base) as jobs,
        bootstrap.consumer(base, layout, local_models=True) as consumer,
    ):
        options = _options(jobs, chosen)
        stored = await jobs.store(file.name, _blocks(file))
        await jobs.accept(WITHOUT_KEY, stored, options)
        working = asyncio.create_task(consumer.run())
        try:
            with progress() as show:
                job = await _ended(jobs, stored.job_id, working, show)
        finally:
            working.cancel()
            await asyncio.wait({working})
        if job.status is not JobStatus.COMPLETED:
            raise CommandError(f"{job.error_message} ({job.error_code})")
        return (await jobs.result(ANONYMOUS, job.job_id)).transcript


async def _ended(jobs: JobService, job_id: str, working: asyncio.Task[None], show: Show) -> Job:
    while not working.done():
        job = await jobs.status(ANONYMOUS, job_id)
        show("Transcribing", job.progress, job.stage)
        if job.status.is_terminal:
            return job
        await asyncio.wait({working}, timeout=POLL_SECONDS)
    raise CommandError(f"The work stopped: {working.exception()!r}.")


async def _blocks(file: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(file.open, "rb") as body:
        while block := await asyncio.to_thread(body.read, BLOCK_BYTES):
            yield block


def _options(jobs: JobService, chosen: Choices) -> JobOptions:
    if chosen.model and Path(chosen.model).exists():
        return replace(jobs.options(replace(chosen, model=None)), model=chosen.model)
    return jobs.options(chosen)

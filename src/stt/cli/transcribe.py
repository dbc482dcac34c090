"""The command that needs no service: transcribe."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from stt import bootstrap
from stt.cli.errors import CommandError
from stt.cli.formats import deliver
from stt.cli.options import (
    AudioFile,
    EngineOption,
    Format,
    FormatOption,
    LanguageOption,
    ModelOption,
    OutputOption,
)
from stt.cli.running import run
from stt.cli.settings import ALONE, load
from stt.cli.terminal import Show, progress
from stt.core.config import Settings
from stt.core.logger import configure_logging
from stt.domain.job import Job, JobStatus
from stt.domain.transcript import Transcript
from stt.services.job_service import JobService

BLOCK_BYTES = 1024 * 1024
POLL_SECONDS = 0.2


def transcribe(
    file: AudioFile,
    *,
    form: FormatOption = Format.TXT,
    engine: EngineOption = None,
    model: ModelOption = None,
    language: LanguageOption = None,
    output: OutputOption = None,
) -> None:
    """Transcribe a file here, without a service: the same pipeline, nothing kept but the transcript."""
    configured = load(**ALONE)
    configure_logging(configured.log_format, "error")
    chosen = {name: value for name, value in (("language", language), ("model", model)) if value is not None}
    with tempfile.TemporaryDirectory(prefix="stt-", ignore_cleanup_errors=True) as home:
        settings = load(
            **ALONE,
            data_dir=Path(home),
            scratch_dir=Path(home) / "scratch",
            model_dir=configured.models_path,
            engine=engine,
            poll_seconds=POLL_SECONDS,
        )
        transcript = run(_transcribe(settings, file, chosen))
    deliver(transcript.to_dict(), form, output)


async def _transcribe(settings: Settings, file: Path, chosen: dict[str, str]) -> Transcript:
    async with (
        bootstrap.foundation(settings) as base,
        bootstrap.job_service(base) as jobs,
        bootstrap.consumer(base, local_models=True) as consumer,
    ):
        options = jobs.options(**chosen)
        stored = await jobs.store(file.name, _blocks(file))
        await jobs.accept(stored, options)
        working = asyncio.create_task(consumer.run())
        try:
            with progress() as show:
                job = await _ended(jobs, stored.job_id, working, show)
        finally:
            working.cancel()
            await asyncio.wait({working})
        if job.status is not JobStatus.COMPLETED:
            raise CommandError(f"{job.error_message} ({job.error_code})")
        return (await jobs.result(job.job_id)).transcript


async def _ended(jobs: JobService, job_id: str, working: asyncio.Task[None], show: Show) -> Job:
    while not working.done():
        job = await jobs.status(job_id)
        show("Transcribing", job.progress, job.stage)
        if job.status.is_terminal:
            return job
        await asyncio.wait({working}, timeout=POLL_SECONDS)
    raise CommandError(f"The work stopped: {working.exception()!r}.")


async def _blocks(file: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(file.open, "rb") as body:
        while block := await asyncio.to_thread(body.read, BLOCK_BYTES):
            yield block

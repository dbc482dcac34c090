"""Commands that ask a running service: submit, status, result."""

from pathlib import Path
from typing import Annotated

import typer

from stt.cli.client import ApiClient, Document
from stt.cli.errors import CommandError
from stt.cli.formats import deliver
from stt.cli.options import (
    DEFAULT_URL,
    AudioFile,
    EngineOption,
    Format,
    FormatOption,
    JobId,
    LanguageOption,
    ModelOption,
    OutputOption,
    UrlOption,
)
from stt.cli.running import run
from stt.cli.terminal import progress, write
from stt.domain.claim import Priority
from stt.domain.job import JobStatus

SHOWN = (
    "job_id", "status", "stage", "progress", "filename", "language", "detected_language", "model", "engine",
    "priority", "duration", "seconds_done", "chunks_completed", "chunks_total", "created_at", "completed_at",
    "error_code", "error_message",
)  # fmt: skip


def submit(
    file: AudioFile,
    *,
    language: LanguageOption = None,
    model: ModelOption = None,
    engine: EngineOption = None,
    priority: Annotated[Priority, typer.Option("--priority", "-p", help="How urgent it is.")] = Priority.NORMAL,
    wait: Annotated[bool, typer.Option("--wait", "-w", help="Wait for the transcript and print it.")] = False,
    form: FormatOption = Format.TXT,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Upload a file to a running service and print the id of its job."""
    choices = {"language": language, "model": model, "engine": engine, "priority": priority.value}
    fields = {name: value for name, value in choices.items() if value is not None}
    if not wait:
        write(run(_upload(url, file, fields)))
        return
    deliver(run(_transcribed(url, file, fields)), form)


def status(job_id: JobId, *, url: UrlOption = DEFAULT_URL) -> None:
    """Show how a job stands."""
    job = run(_job(url, job_id))
    facts = {name: job[name] for name in SHOWN if job.get(name) is not None}
    write("\n".join(f"{name:<18} {value}" for name, value in facts.items()))


def result(
    job_id: JobId,
    *,
    form: FormatOption = Format.TXT,
    output: OutputOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Print the transcript of a completed job."""
    deliver(run(_result(url, job_id)), form, output)


async def upload_and_wait(client: ApiClient, file: Path, fields: dict[str, str]) -> Document:
    """Upload, show progress until the job has ended, and return its transcript."""
    with progress() as show:
        job_id = await client.submit(file, fields, lambda percent: show("Uploading", percent, file.name))
        job = await client.ended(job_id, show)
    if job["status"] != JobStatus.COMPLETED:
        raise CommandError(f"{job['error_message']} ({job['error_code']}) The job was {job_id}.")
    return await client.result(job_id)


async def _upload(url: str, file: Path, fields: dict[str, str]) -> str:
    async with ApiClient(url) as client:
        with progress() as show:
            return await client.submit(file, fields, lambda percent: show("Uploading", percent, file.name))


async def _transcribed(url: str, file: Path, fields: dict[str, str]) -> Document:
    async with ApiClient(url) as client:
        return await upload_and_wait(client, file, fields)


async def _job(url: str, job_id: str) -> Document:
    async with ApiClient(url) as client:
        return await client.job(job_id)


async def _result(url: str, job_id: str) -> Document:
    async with ApiClient(url) as client:
        return await client.result(job_id)

"""Commands that ask a running service: submit, status, result."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from stt.cli.client import service_at
from stt.cli.delivery import deliver
from stt.cli.eta import words_of
from stt.cli.options import (
    DEFAULT_URL,
    AudioFile,
    ChannelsOption,
    EngineOption,
    FormatOption,
    HotwordsOption,
    JobId,
    KnownSpeakersOption,
    LanguageOption,
    ModelOption,
    OutputOption,
    PromptOption,
    SpeakersOption,
    TaskOption,
    ToneMarksOption,
    TrackOption,
    UrlOption,
)
from stt.cli.running import run
from stt.cli.terminal import Show, progress, say, write
from stt.client import AsyncClient, Job, JobEnded
from stt.domain.formats.rendering import Format
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.job import JobStatus
from stt.services.jobs.options import Choices

SHOWN = (
    "job_id", "status", "stage", "progress", "filename", "language", "detected_language", "model", "engine",
    "priority", "task", "prompt", "hotwords", "channels", "track", "tone_marks", "speakers", "duration", "seconds_done",
    "chunks_completed", "chunks_total", "created_at", "completed_at", "eta", "error_code", "error_message",
)  # fmt: skip
NAME_WIDTH = 18


def submit(  # noqa: PLR0913  a parameter is an option of the command
    file: AudioFile,
    *,
    language: LanguageOption = None,
    model: ModelOption = None,
    engine: EngineOption = None,
    priority: Annotated[Priority, typer.Option("--priority", "-p", help="How urgent it is.")] = Priority.NORMAL,
    task: TaskOption = None,
    prompt: PromptOption = None,
    hotwords: HotwordsOption = None,
    channels: ChannelsOption = None,
    track: TrackOption = None,
    tone_marks: ToneMarksOption = None,
    speakers: SpeakersOption = None,
    known_speakers: KnownSpeakersOption = None,
    wait: Annotated[bool, typer.Option("--wait", "-w", help="Wait for the transcript and print it.")] = False,
    form: FormatOption = Format.TXT,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Upload a file to a running service and print the id of its job."""
    chosen = Choices(
        language=language,
        model=model,
        priority=priority,
        engine=engine,
        task=task,
        prompt=prompt,
        hotwords=hotwords,
        channels=channels,
        track=track,
        tone_marks=tone_marks,
        speakers=speakers,
        known_speakers=known_speakers,
    )
    fields = {name: str(value) for name, value in asdict(chosen).items() if value is not None}
    if not wait:
        write(run(_upload(url, file, fields)))
        return
    deliver(run(_transcribed(url, file, fields)), form)


def status(job_id: JobId, *, url: UrlOption = DEFAULT_URL) -> None:
    """Show how a job stands."""
    job = dict(run(_job(url, job_id)).document)
    job["eta"] = words_of(job.get("eta"))
    facts = {name: str(job[name]) for name in SHOWN if job.get(name) not in (None, "")}
    further_line = "\n" + " " * (NAME_WIDTH + 1)
    lines = (f"{name:<{NAME_WIDTH}} {value}".replace("\n", further_line) for name, value in facts.items())
    write("\n".join(lines))


def result(
    job_id: JobId,
    *,
    partial: Annotated[bool, typer.Option("--partial", help="What can be read while the job still runs.")] = False,
    form: FormatOption = Format.TXT,
    output: OutputOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Print the transcript of a completed job, or what there is of it so far."""
    document = run(_result(url, job_id, partial=partial))
    if partial and not document["complete"]:
        say(f"The job is {document['status']}; the transcript reaches second {document['until']:g}.")
    deliver(document, form, output)


async def upload_and_wait(client: AsyncClient, file: Path, fields: dict[str, str]) -> dict[str, Any]:
    """Upload, show progress until the job has ended, and return its transcript; raises `JobEnded`."""
    with progress() as show:
        job = await _sent(client, file, fields, show)
        job = await client.wait(job.job_id, watch=lambda job: _show(job, show))
    if job.status is not JobStatus.COMPLETED:
        raise JobEnded(job)
    return await client.result(job.job_id)


def _show(job: Job, show: Show) -> None:
    show("Transcribing", job.progress, job.stage or job.status.lower())


async def _sent(client: AsyncClient, file: Path, fields: dict[str, str], show: Show) -> Job:
    return await client.create(file, fields, sent=lambda percent: show("Uploading", percent, file.name))


async def _upload(url: str, file: Path, fields: dict[str, str]) -> str:
    async with service_at(url) as client:
        with progress() as show:
            return (await _sent(client, file, fields, show)).job_id


async def _transcribed(url: str, file: Path, fields: dict[str, str]) -> dict[str, Any]:
    async with service_at(url) as client:
        return await upload_and_wait(client, file, fields)


async def _job(url: str, job_id: str) -> Job:
    async with service_at(url) as client:
        return await client.get(job_id)


async def _result(url: str, job_id: str, *, partial: bool) -> dict[str, Any]:
    async with service_at(url) as client:
        return await client.result(job_id, partial=partial)

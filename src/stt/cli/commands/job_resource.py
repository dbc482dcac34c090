"""`stt jobs`: the jobs of a running service, as a resource."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from stt.cli.client import service_at
from stt.cli.commands.jobs import status
from stt.cli.errors import WrongUse
from stt.cli.options import DEFAULT_URL, JobId, UrlOption
from stt.cli.running import run
from stt.cli.terminal import say, write
from stt.client import Job
from stt.domain.jobs.job import JobStatus

app = typer.Typer(
    help="List, show, cancel, retry, redo and delete the jobs of a running service.", no_args_is_help=True
)

app.command("show")(status)


@app.command("list")
def list_jobs(
    *,
    status: Annotated[JobStatus | None, typer.Option("--status", help="Only jobs that stand like this.")] = None,
    language: Annotated[str | None, typer.Option("--language", "-l", help="Only jobs in this language.")] = None,
    query: Annotated[str | None, typer.Option("--query", "-q", help="Words in the name or the transcript.")] = None,
    metadata: Annotated[
        list[str] | None, typer.Option("--metadata", metavar="NAME=VALUE", help="Only jobs with this; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many jobs at most, the newest.")] = 50,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Print a line for each job, the newest first: id, status, progress in percent, when it was made, its file."""
    pairs = dict(_pair(written) for written in metadata or ())
    for job in run(_listed(url, limit, status=status, language=language, query=query or "", metadata=pairs)):
        made = str(job.document["created_at"])[:19]
        write(f"{job.job_id}  {job.status:<10} {job.progress:>5.1f}  {made}  {job.filename}")


def _pair(written: str) -> tuple[str, str]:
    name, is_pair, value = written.partition("=")
    if not is_pair:
        raise WrongUse(f"--metadata is NAME=VALUE, and {written!r} has no '='.")
    return name, value


@app.command()
def cancel(job_id: JobId, *, url: UrlOption = DEFAULT_URL) -> None:
    """Stop a job."""
    say(f"The job is {run(_cancelled(url, job_id)).status}.")


@app.command()
def retry(job_id: JobId, *, url: UrlOption = DEFAULT_URL) -> None:
    """Begin a job again that failed or was cancelled; what was transcribed stays."""
    say(f"The job is {run(_begun_again(url, job_id)).status}.")


@app.command()
def redo(
    job_id: JobId,
    *,
    speakers: Annotated[
        str | None, typer.Option("--speakers", help="Tell this many apart again: auto, a number, or a range.")
    ] = None,
    start: Annotated[float | None, typer.Option("--start", min=0, help="Hear again from this second on.")] = None,
    end: Annotated[float | None, typer.Option("--end", min=0, help="And up to this one.")] = None,
    model: Annotated[str | None, typer.Option("--model", "-m", help="With this model; else the job's.")] = None,
    language: Annotated[str | None, typer.Option("--language", "-l", help="In this language; else the job's.")] = None,
    prompt: Annotated[str | None, typer.Option("--prompt", help="With this prompt; else the job's.")] = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Hear a span of a completed job again, or tell its speakers apart again; all other words stay."""
    how = {"model": model, "language": language, "prompt": prompt}
    given = [value for value in (start, end, *how.values()) if value is not None]
    if speakers is not None and not given:
        job = run(_told_apart_again(url, job_id, speakers))
    elif speakers is None and start is not None and end is not None:
        job = run(_heard_again(url, job_id, start, end, how))
    else:
        raise WrongUse("Say either --speakers, or --start and --end, and how that span is to be heard.")
    say(f"The job is {job.status}.")


@app.command()
def delete(job_id: JobId, *, url: UrlOption = DEFAULT_URL) -> None:
    """Erase a job with its audio and its transcript, and print what was erased."""
    erased = run(_deleted(url, job_id))
    write("\n".join([*erased["objects"], f"{erased['chunks']} chunks"]))


async def _listed(url: str, limit: int, **wanted: Any) -> list[Job]:
    async with service_at(url) as client:
        return [job async for job in client.jobs(**wanted, limit=limit)]


async def _cancelled(url: str, job_id: str) -> Job:
    async with service_at(url) as client:
        return await client.cancel(job_id)


async def _begun_again(url: str, job_id: str) -> Job:
    async with service_at(url) as client:
        return await client.retry(job_id)


async def _told_apart_again(url: str, job_id: str, speakers: str) -> Job:
    async with service_at(url) as client:
        return await client.redo(job_id, speakers)


async def _heard_again(url: str, job_id: str, start: float, end: float, how: Mapping[str, str | None]) -> Job:
    async with service_at(url) as client:
        return await client.rehear(job_id, start, end, **how)


async def _deleted(url: str, job_id: str) -> dict[str, Any]:
    async with service_at(url) as client:
        return await client.delete(job_id)

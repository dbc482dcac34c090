"""`stt jobs`: the jobs of a running service, as a resource."""

from typing import Annotated

import typer

from stt.cli.client import ApiClient, Document
from stt.cli.commands.jobs import status
from stt.cli.errors import WrongUse
from stt.cli.options import DEFAULT_URL, JobId, UrlOption
from stt.cli.running import run
from stt.cli.terminal import say, write
from stt.domain.jobs.job import JobStatus

app = typer.Typer(help="List, show, cancel, retry and delete the jobs of a running service.", no_args_is_help=True)

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
    wanted = {"status": status and status.value, "language": language, "q": query}
    for pair in metadata or ():
        name, is_pair, value = pair.partition("=")
        if not is_pair:
            raise WrongUse(f"--metadata is NAME=VALUE, and {pair!r} has no '='.")
        wanted[f"metadata[{name}]"] = value
    for job in run(_listed(url, {name: value for name, value in wanted.items() if value}, limit)):
        made = str(job["created_at"])[:19]
        write(f"{job['job_id']}  {job['status']:<10} {job['progress']:>5.1f}  {made}  {job['filename']}")


@app.command()
def cancel(job_id: JobId, *, url: UrlOption = DEFAULT_URL) -> None:
    """Stop a job."""
    say(f"The job is {run(_posted(url, job_id, 'cancel'))['status']}.")


@app.command()
def retry(job_id: JobId, *, url: UrlOption = DEFAULT_URL) -> None:
    """Begin a job again that failed or was cancelled; what was transcribed stays."""
    say(f"The job is {run(_posted(url, job_id, 'retry'))['status']}.")


@app.command()
def delete(job_id: JobId, *, url: UrlOption = DEFAULT_URL) -> None:
    """Erase a job with its audio and its transcript, and print what was erased."""
    erased = run(_deleted(url, job_id))
    write("\n".join([*erased["objects"], f"{erased['chunks']} chunks"]))


async def _listed(url: str, wanted: dict[str, str], limit: int) -> list[Document]:
    async with ApiClient(url) as client:
        return await client.jobs(wanted, limit)


async def _posted(url: str, job_id: str, action: str) -> Document:
    async with ApiClient(url) as client:
        return await client.post(job_id, action)


async def _deleted(url: str, job_id: str) -> Document:
    async with ApiClient(url) as client:
        return await client.delete(job_id)

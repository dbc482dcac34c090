"""What can be asked of the service. Every operation is written once, as steps; see `steps`."""

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stt.client.errors import JobEnded, NoService, Refused, TakesTooLong
from stt.client.job import Job
from stt.client.requests import JOBS, Document, Patience, asked, document, job_path
from stt.client.steps import Call, Found, Items, Pause, Steps
from stt.client.uploads import File, Progress, opened
from stt.domain.formats.rendering import Format
from stt.domain.jobs.job import JobStatus
from stt.domain.transcripts.transcript import Transcript

LOOK_SECONDS = 0.5
"""How often a job is looked at whose progress somebody wants to see."""
HELD_SECONDS = 20.0
"""How long the service holds a question after the end of a job otherwise."""
PAGE_JOBS = 200

Watch = Callable[[Job], None]
Options = Mapping[str, str | int | float | None]
"""Fields of an upload, by the names of the API; `None` leaves one to the service."""


@dataclass(frozen=True)
class Manner:
    """How a client asks: `retries` of what may pass, and seconds of `patience` with a service that is away."""

    retries: int
    patience: float


def create(
    manner: Manner,
    /,
    file: File,
    options: Options | None = None,
    *,
    metadata: Mapping[str, str] | None = None,
    sent: Progress | None = None,
    key: str | None = None,
) -> Steps[Job]:
    """Upload a file, or one that is open behind its name, and return its job.

    `sent` is told how much has gone out, in percent. It is sent with an idempotency key, a new
    one unless `key` is one, so that what is sent again makes no second job.
    """
    fields = {name: str(value) for name, value in (options or {}).items() if value is not None}
    if metadata:
        fields["metadata"] = json.dumps(dict(metadata))
    name, body = opened(file, sent)
    with_key = {"Idempotency-Key": key or str(uuid.uuid4())}
    try:
        call = Call("POST", JOBS, headers=with_key, data=fields, file=(name, body))
        return Job.of((yield from document(call, manner.retries)))
    finally:
        body.close()


def create_from_url(
    manner: Manner,
    /,
    url: str,
    options: Options | None = None,
    *,
    metadata: Mapping[str, str] | None = None,
    key: str | None = None,
) -> Steps[Job]:
    """Let the service fetch a file from a URL, and return its job."""
    fields: dict[str, Any] = {name: value for name, value in (options or {}).items() if value is not None}
    body = {"url": url, **fields, **({"metadata": dict(metadata)} if metadata else {})}
    call = Call("POST", JOBS, headers={"Idempotency-Key": key or str(uuid.uuid4())}, json=body)
    return Job.of((yield from document(call, manner.retries)))


def get(manner: Manner, /, job_id: str) -> Steps[Job]:
    """A job as it stands."""
    return Job.of((yield from document(Call("GET", job_path(job_id)), manner.retries)))


def wait(manner: Manner, /, job_id: str, *, timeout: float | None = None, watch: Watch | None = None) -> Steps[Job]:
    """A job once it has ended, however; `watch` is shown how it stands meanwhile. Raises `TakesTooLong`.

    A service that is away meanwhile is waited for as long as the client's patience lasts.
    """
    ends = None if timeout is None else time.monotonic() + timeout
    patience = Patience(manner.patience)
    while True:
        try:
            held = 0.0 if watch else HELD_SECONDS if ends is None else max(0.0, ends - time.monotonic())
            job = yield from _looked_at(job_id, min(HELD_SECONDS, held))
            patience = Patience(manner.patience)
        except (NoService, Refused) as error:
            if not patience.bears(error):
                raise
        else:
            if watch:
                watch(job)
            if job.status.is_terminal:
                return job
            if ends is not None and time.monotonic() >= ends:
                raise TakesTooLong(job, timeout or 0.0)
        yield Pause(LOOK_SECONDS)


def _looked_at(job_id: str, held: float) -> Steps[Job]:
    params = {"wait": f"{held:.2f}"} if held else {}
    return Job.of((yield from document(Call("GET", job_path(job_id), params), 0)))


def page(manner: Manner, /, wanted: Mapping[str, str], cursor: str, limit: int) -> Steps[Document]:
    """A page of the list, as the API has it."""
    params = {**wanted, "limit": str(limit), **({"cursor": cursor} if cursor else {})}
    return (yield from document(Call("GET", JOBS, params), manner.retries))


def jobs(
    manner: Manner,
    /,
    *,
    status: JobStatus | None = None,
    language: str | None = None,
    model: str | None = None,
    metadata: Mapping[str, str] | None = None,
    query: str = "",
    limit: int | None = None,
) -> Items[Job]:
    """The jobs that meet all of this, newest first, `limit` at most; pages are asked for as they are needed."""
    wanted = {"status": status, "language": language, "model": model, "q": query}
    wanted |= {f"metadata[{name}]": value for name, value in (metadata or {}).items()}
    given = {name: str(value) for name, value in wanted.items() if value}
    left, cursor = limit, ""
    while left is None or left > 0:
        found = yield from page(manner, given, cursor, min(PAGE_JOBS, left or PAGE_JOBS))
        for each in found["data"][:left]:
            yield Found(Job.of(each))
        left = None if left is None else left - len(found["data"])
        cursor = found["next_cursor"]
        if not cursor:
            return


def cancel(manner: Manner, /, job_id: str) -> Steps[Job]:
    """Stop a job; doing it twice is the same as once."""
    return Job.of((yield from document(Call("POST", job_path(job_id, "cancel")), manner.retries)))


def retry(manner: Manner, /, job_id: str) -> Steps[Job]:
    """Begin a job again that failed or was cancelled."""
    call = Call("POST", job_path(job_id, "retry"))
    return Job.of((yield from document(call, manner.retries, again=False)))


def redo(manner: Manner, /, job_id: str, speakers: int | str) -> Steps[Job]:
    """Have the speakers of a completed job told apart again, `auto`, a number or a range; every word stays."""
    call = Call("POST", job_path(job_id, "redo"), json={"speakers": speakers})
    return Job.of((yield from document(call, manner.retries, again=False)))


def rehear(
    manner: Manner,
    /,
    job_id: str,
    start: float,
    end: float,
    *,
    model: str | None = None,
    language: str | None = None,
    prompt: str | None = None,
) -> Steps[Job]:
    """Have what is said between two seconds of a completed job heard again; what is not said is as the job has it.

    The words become another version of the transcript when the job, which runs until then, is completed again.
    """
    asked = {"model": model, "language": language, "prompt": prompt}
    known = {name: value for name, value in asked.items() if value is not None}
    call = Call("POST", job_path(job_id, "redo"), json={"start": start, "end": end, **known})
    return Job.of((yield from document(call, manner.retries, again=False)))


def delete(manner: Manner, /, job_id: str) -> Steps[Document]:
    """Erase a job, and return what was erased."""
    return (yield from document(Call("DELETE", job_path(job_id)), manner.retries, again=False))


def transcript(manner: Manner, /, job_id: str) -> Steps[Transcript]:
    """The transcript of a completed job."""
    found = yield from document(Call("GET", job_path(job_id, "transcript"), {"format": Format.JSON}), manner.retries)
    return Transcript.from_dict(found)


def export(
    manner: Manner,
    /,
    job_id: str,
    form: Format | str,
    *,
    max_chars_per_line: int | None = None,
    max_lines: int | None = None,
    max_seconds: float | None = None,
) -> Steps[bytes]:
    """The same as a file: `txt`, `json`, `verbose_json`, `srt`, `vtt`, `tsv`, `docx` or `rttm`."""
    limits = {"max_chars_per_line": max_chars_per_line, "max_lines": max_lines, "max_seconds": max_seconds}
    params = {"format": str(form), **{name: str(value) for name, value in limits.items() if value is not None}}
    answer = yield from asked(Call("GET", job_path(job_id, "transcript"), params), manner.retries)
    return answer.body


def result(manner: Manner, /, job_id: str, *, partial: bool = False) -> Steps[Document]:
    """The transcript as `/api/stt/result` has it; with `partial` what can be read so far, whatever the job's status."""
    call = Call("GET", job_path(job_id).replace("/jobs/", "/result/"), {"partial": "true"} if partial else {})
    return (yield from document(call, manner.retries))


def transcribe(
    manner: Manner,
    /,
    file: str | Path,
    *,
    sent: Progress | None = None,
    watch: Watch | None = None,
    timeout: float | None = None,
    metadata: Mapping[str, str] | None = None,
    **options: str | int | float | None,
) -> Steps[Transcript]:
    """Upload a file, wait, and return its transcript; options are those of the API, `language="vi"` for instance.

    Raises `JobEnded` for a job that failed or was cancelled, `TakesTooLong` where it has not ended in `timeout` s.
    """
    job = yield from create(manner, file, options, metadata=metadata, sent=sent)
    job = yield from wait(manner, job.job_id, timeout=timeout, watch=watch)
    if job.status is not JobStatus.COMPLETED:
        raise JobEnded(job)
    return (yield from transcript(manner, job.job_id))

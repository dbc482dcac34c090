"""One service, one long file, one clip behind it."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.forms import environment
from benchmarks.waiting.service_log import chunk_seconds, first_cut, repeated_work
from benchmarks.waiting.upload import Uploaded, upload
from tools.service import Service

POLL_SECONDS = 0.05
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Trial:
    """What one run gave, in seconds; `form` is that of the service, embedded or on servers."""

    form: str
    upload: float
    answer: float
    """From the last byte sent to the answer."""
    first_cut: float
    """From the last byte sent to the moment at which the first chunk was taken up."""
    first_words: float
    """From the last byte sent to the first words that could be read."""
    first_chunk: float
    """How long the first chunk was transcribed."""
    chunk: float
    """How long a chunk was transcribed, in the median of those finished before the clip came."""
    clip: float
    """From the last byte of the clip to its transcript."""
    settled_meanwhile: int
    """Chunks of the long file that were finished while the clip waited."""
    repeated: int
    """Chunks or stages of the long file that were done more than once."""

    @property
    def beyond_first_chunk(self) -> float:
        """Of the wait for the first words, what was not transcribing."""
        return self.first_words - self.first_chunk

    @property
    def clip_in_chunks(self) -> float:
        """The wait for the clip in the time a chunk takes."""
        return self.clip / self.chunk


def run(form: str, long_file: Path, clip: Path, chunks_between: int, say: Callable[[str], None]) -> Trial:
    """Measure from outside, over HTTP; the service is new and has transcribed the clip twice before.

    So many chunks of the long file are done before the clip comes, and again after it.
    """
    with (
        tempfile.TemporaryDirectory(prefix="waiting-") as home,
        environment(form, Path(home)) as variables,
        Service(Path(home), variables) as service,
        httpx.Client(base_url=service.url, timeout=30) as client,
    ):
        log = service.log("serve")
        say("warming up")
        for _ in range(2):
            _ended(client, upload(service.url, clip).job_id)
        say("uploading the long file")
        long = upload(service.url, long_file)
        say("waiting for its first words")
        first_words = _first_words(client, long) - long.sent
        say("waiting for more of it")
        _settled(client, long, chunks_between)
        say("waiting for a clip behind it")
        chunks = chunk_seconds(log, long.job_id)
        before = _status(client, long)["chunks_completed"]
        short = upload(service.url, clip)
        clip_done = _ended(client, short.job_id)
        after = _status(client, long)["chunks_completed"]
        say("seeing the long file go on")
        _settled(client, long, after + chunks_between)
        client.post(f"/api/stt/cancel/{long.job_id}").raise_for_status()
        return Trial(
            form=form,
            upload=long.sent - long.began,
            answer=long.accepted - long.sent,
            first_cut=first_cut(log, long.job_id) - long.sent,
            first_words=first_words,
            first_chunk=chunks[0],
            chunk=median(chunks),
            clip=clip_done - short.sent,
            settled_meanwhile=after - before,
            repeated=repeated_work(log, long.job_id),
        )


def _first_words(client: httpx.Client, job: Uploaded) -> float:
    def readable() -> bool:
        return bool(_asked(client, f"/api/stt/result/{job.job_id}?partial=1")["text"])

    return _moment_of(readable)


def _settled(client: httpx.Client, job: Uploaded, count: int) -> None:
    _moment_of(lambda: _status(client, job)["chunks_completed"] >= count)


def _ended(client: httpx.Client, job_id: str) -> float:
    def completed() -> bool:
        status = _asked(client, f"/api/stt/status/{job_id}")
        if status["status"] in ("FAILED", "CANCELLED"):
            raise RuntimeError(f"The job failed: {status['error_message']}")
        return bool(status["status"] == "COMPLETED")

    return _moment_of(completed)


def _status(client: httpx.Client, job: Uploaded) -> dict[str, Any]:
    return _asked(client, f"/api/stt/status/{job.job_id}")


def _asked(client: httpx.Client, path: str) -> dict[str, Any]:
    answer = client.get(path)
    answer.raise_for_status()
    return dict(answer.json())


def _moment_of(condition: Callable[[], bool]) -> float:
    """When it was first found true, in seconds since 1970; raises TimeoutError if it does not come true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"It did not come true within {PATIENCE_SECONDS:g} s.")
        time.sleep(POLL_SECONDS)
    return time.time()

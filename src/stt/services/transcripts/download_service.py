"""What of a job its owner can take away: the audio that was uploaded, and the transcript."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from stt.core.storage.base import Stat, Storage
from stt.domain.access.owner import Owner
from stt.domain.audio.media import HEAD_BYTES
from stt.domain.audio.media_types import media_type_of
from stt.domain.audio.peaks import PER_SECOND, outline
from stt.domain.errors import NotFound, ObjectMissing
from stt.domain.formats.limits import CueLimits
from stt.domain.formats.rendering import Format, render
from stt.domain.jobs.job import Job
from stt.domain.jobs.keys import peaks_key
from stt.services.jobs.job_result import result_missing
from stt.services.jobs.job_service import JobService
from stt.services.transcripts.editions import Editions


@dataclass(frozen=True)
class Download:
    """A stored object on its way out: `read` streams its bytes from the first number up to the second."""

    filename: str
    media_type: str
    stat: Stat
    read: Callable[[int, int], AsyncIterator[bytes]]


class DownloadService:
    """Downloads; every method raises `Unavailable` while a part it needs is away."""

    def __init__(self, jobs: JobService, editions: Editions, storage: Storage) -> None:
        self._jobs, self._editions = jobs, editions
        self._storage = storage

    async def media(self, owner: Owner, job_id: str) -> Download:
        """The audio as it was uploaded.

        Raises:
            NotFound: codes `job_not_found`, `media_missing`.
        """
        job = await self._jobs.status(owner, job_id)
        try:
            stat = await self._storage.stat(job.object_key)
            head = b"".join([block async for block in self._read(job.object_key, 0, min(stat.size, HEAD_BYTES))])
        except ObjectMissing as error:
            message = f"The audio of job {job.job_id} is no longer in storage."
            raise NotFound(message, code="media_missing") from error
        return self._download(job.object_key, stat, job.filename, media_type_of(head))

    async def peaks(
        self, owner: Owner, job_id: str, start: float, end: float | None, count: int
    ) -> tuple[float, list[int]]:
        """The outline of the recording from second `start` to `end`, or to its own, which is told, in `count` parts.

        Raises:
            NotFound: codes `job_not_found`, `peaks_missing`.
        """
        job = await self._jobs.status(owner, job_id)
        try:
            stored = await self._storage.read(peaks_key(job.job_id))
        except ObjectMissing as error:
            message = f"There is no outline of the audio of job {job.job_id}: it is not read to its end yet."
            raise NotFound(message, code="peaks_missing") from error
        last = len(stored) / PER_SECOND
        upto = last if end is None else min(end, last)
        return upto, outline(stored, start, upto, count)

    async def version(self, owner: Owner, job_id: str, wanted: int | None) -> int:
        """The number of a version of a transcript, of the newest for `None`.

        Raises:
            NotFound: codes `job_not_found`, `version_not_found`.
            InvalidRequest: code `job_not_completed`, with its `job_status`.
        """
        return await self._editions.number(await self._jobs.completed(owner, job_id), wanted)

    async def stored_transcript(self, owner: Owner, job_id: str) -> Download:
        """The machine's result document, byte for byte as it is stored.

        Raises:
            NotFound: codes `job_not_found`, `result_missing`.
            InvalidRequest: code `job_not_completed`, with its `job_status`.
        """
        job = await self._jobs.completed(owner, job_id)
        try:
            stat = await self._storage.stat(job.transcript_key)
        except ObjectMissing as error:
            raise result_missing(job) from error
        return self._download(job.transcript_key, stat, named(job, Format.JSON), Format.JSON.media_type)

    async def transcript(
        self, owner: Owner, job_id: str, form: Format, limits: CueLimits, version: int
    ) -> tuple[str, bytes]:
        """A version as a file of the wanted form: its name, and its content. Raises as `stored_transcript`."""
        job = await self._jobs.completed(owner, job_id)
        read = await self._editions.read(job, version)
        known = {} if form is Format.JSON else {"filename": job.filename, "task": job.guidance.task}
        # In a thread, because hours of words would hold up every other request.
        file = await asyncio.to_thread(lambda: render(read.document | known, form, limits))
        return named(job, form), file

    def _download(self, key: str, stat: Stat, filename: str, media_type: str) -> Download:
        return Download(filename, media_type, stat, lambda start, end: self._read(key, start, end))

    async def _read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        if start < end:  # stores refuse to give nothing
            async for block in self._storage.get(key, start, end):
                yield block


def named(job: Job, form: Format) -> str:
    """What the file of a transcript is called: as the audio, with another ending."""
    stem = job.filename.rpartition(".")[0] or job.filename
    return f"{stem}.{form.extension}"

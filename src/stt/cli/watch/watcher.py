"""Files of a folder or a bucket, through a service."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Generic

from stt.cli.terminal import say, write
from stt.cli.watch.place import Item, Place, name_of
from stt.client import AsyncClient, Job, JobEnded, NoService, Refused
from stt.domain.errors import StorageUnavailable
from stt.domain.formats.rendering import Format
from stt.domain.jobs.job import JobStatus

AWAY_SECONDS = 10.0
"""How long a file waits whose service is away, or has no room for it."""
MOST_AT_ONCE = 8
_KEYS_FAULT = (401, 403)
_PASSING = (408, 409, 429)


class Watcher(Generic[Item]):
    """Takes each file of a place, has it transcribed, and puts the transcripts beside it."""

    def __init__(
        self, client: AsyncClient, place: Place[Item], options: Mapping[str, str], forms: Sequence[Format]
    ) -> None:
        self._client, self._place = client, place
        self._options, self._forms = options, forms
        self.failures = 0
        self._was_seen = False

    async def run(self, *, once: bool) -> None:
        """For ever; `once` until nothing is left. Raises `Refused` for what no file is to blame for."""
        at_work: dict[Item, asyncio.Task[None]] = {}
        try:
            while True:
                for file in await self._waiting(once=once):
                    if file not in at_work and len(at_work) < MOST_AT_ONCE:
                        at_work[file] = asyncio.create_task(self._take(file, once=once))
                if once and self._place.is_empty and not at_work:
                    return
                await asyncio.wait(
                    [*at_work.values(), asyncio.create_task(asyncio.sleep(self._place.look_seconds))],
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for file in [file for file, task in at_work.items() if task.done()]:
                    at_work.pop(file).result()
        finally:
            for task in at_work.values():
                task.cancel()

    async def _waiting(self, *, once: bool) -> list[Item]:
        try:
            waiting = await asyncio.to_thread(self._place.waiting)
        except StorageUnavailable as error:
            if once or not self._was_seen:
                raise
            say(f"{self._place} cannot be looked into: {error.message}")
            await asyncio.sleep(AWAY_SECONDS)
            return []
        self._was_seen = True
        return waiting

    async def _take(self, file: Item, *, once: bool) -> None:
        try:
            transcripts = await self._transcribed(file)
            written = await asyncio.to_thread(self._place.done, file, transcripts)
            for path in written:
                write(path)
        except FileNotFoundError:
            say(f"{file.name} is not there any more.")
        except JobEnded as error:
            await self._fail(file, str(error))
        except StorageUnavailable as error:
            if once:
                raise
            await self._wait(file, error)
        except (NoService, Refused) as error:
            await self._refused(file, error, once=once)

    async def _transcribed(self, file: Item) -> dict[str, bytes]:
        """By ending."""
        known_as = await asyncio.to_thread(self._place.known_as, file)
        opened = await asyncio.to_thread(self._place.opened, file)
        made = await self._client.create(opened, self._options, key=name_of(known_as, self._options))
        job = await self._begun_again(await self._client.get(made.job_id))
        job = await self._client.wait(job.job_id)
        if job.status is not JobStatus.COMPLETED:
            raise JobEnded(job)
        return {form.extension: await self._client.export(job.job_id, form) for form in self._forms}

    async def _begun_again(self, job: Job) -> Job:
        """A job that ended without a transcript before, when somebody puts its file here once more."""
        if job.status in (JobStatus.FAILED, JobStatus.CANCELLED):
            return await self._client.retry(job.job_id)
        return job

    async def _refused(self, file: Item, error: NoService | Refused, *, once: bool) -> None:
        is_files_fault = isinstance(error, Refused) and error.status < 500 and error.status not in _PASSING
        if is_files_fault and isinstance(error, Refused) and error.status not in _KEYS_FAULT and error.code:
            await self._fail(file, str(error))
            return
        if once or is_files_fault:
            raise error
        await self._wait(file, error)

    async def _wait(self, file: Item, error: Exception) -> None:
        say(f"{file.name} waits: {error}")
        await asyncio.sleep(AWAY_SECONDS)

    async def _fail(self, file: Item, reason: str) -> None:
        self.failures += 1
        said = await asyncio.to_thread(self._place.failed, file, reason)
        say(f"{file.name}: {reason}")
        write(said)

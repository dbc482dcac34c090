"""Files of a folder, through a service."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from stt.cli.terminal import say, write
from stt.cli.watch.folder import Folder, name_of
from stt.client import AsyncClient, Job, JobEnded, NoService, Refused
from stt.domain.formats.rendering import Format
from stt.domain.jobs.job import JobStatus

LOOK_SECONDS = 1.0
AWAY_SECONDS = 10.0
"""How long a file waits whose service is away, or has no room for it."""
MOST_AT_ONCE = 8
_KEYS_FAULT = (401, 403)
_PASSING = (408, 409, 429)


class Watcher:
    """Takes each file of a folder, has it transcribed, and puts the transcripts beside it."""

    def __init__(
        self, client: AsyncClient, folder: Folder, options: Mapping[str, str], forms: Sequence[Format]
    ) -> None:
        self._client, self._folder = client, folder
        self._options, self._forms = options, forms
        self.failures = 0

    async def run(self, *, once: bool) -> None:
        """For ever; `once` until the folder is empty. Raises `Refused` for what no file is to blame for."""
        at_work: dict[Path, asyncio.Task[None]] = {}
        try:
            while True:
                waiting = await asyncio.to_thread(self._folder.waiting)
                for file in waiting:
                    if file not in at_work and len(at_work) < MOST_AT_ONCE:
                        at_work[file] = asyncio.create_task(self._take(file, once=once))
                if once and self._folder.is_empty and not at_work:
                    return
                await asyncio.wait(
                    [*at_work.values(), asyncio.create_task(asyncio.sleep(LOOK_SECONDS))],
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for file in [file for file, task in at_work.items() if task.done()]:
                    at_work.pop(file).result()
        finally:
            for task in at_work.values():
                task.cancel()

    async def _take(self, file: Path, *, once: bool) -> None:
        try:
            transcripts = await self._transcribed(file)
            written = await asyncio.to_thread(self._folder.done, file, transcripts)
            for path in written:
                write(str(path))
        except FileNotFoundError:
            say(f"{file.name} is not there any more.")
        except JobEnded as error:
            await self._fail(file, str(error))
        except (NoService, Refused) as error:
            await self._refused(file, error, once=once)

    async def _transcribed(self, file: Path) -> dict[str, bytes]:
        """By ending."""
        made = await self._client.create(file, self._options, key=name_of(file, self._options))
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

    async def _refused(self, file: Path, error: NoService | Refused, *, once: bool) -> None:
        is_files_fault = isinstance(error, Refused) and error.status < 500 and error.status not in _PASSING
        if is_files_fault and isinstance(error, Refused) and error.status not in _KEYS_FAULT and error.code:
            await self._fail(file, str(error))
            return
        if once or is_files_fault:
            raise error
        say(f"{file.name} waits: {error}")
        await asyncio.sleep(AWAY_SECONDS)

    async def _fail(self, file: Path, reason: str) -> None:
        self.failures += 1
        said = await asyncio.to_thread(self._folder.failed, file, reason)
        say(f"{file.name}: {reason}")
        write(str(said))

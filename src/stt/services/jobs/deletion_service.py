"""Deleting a job with everything that there is of it."""

from dataclasses import dataclass

import structlog

from stt.core.storage.base import Storage
from stt.domain.access.owner import Owner
from stt.domain.errors import NotFound
from stt.domain.jobs.keys import is_upload_of, prefixes_of
from stt.repositories.jobs.deletions import DeletionRepository
from stt.services.jobs.job_service import JobService

log = structlog.get_logger()


@dataclass(frozen=True)
class Erased:
    """What was erased: keys in storage, and how many chunks with what was heard in them.

    `kept` is the key of audio that another service had stored.
    """

    job_id: str
    objects: tuple[str, ...]
    chunks: int
    kept: str | None


class DeletionService:
    """Deletions; every method raises `Unavailable` while a part it needs is away."""

    def __init__(self, jobs: JobService, deletions: DeletionRepository, storage: Storage) -> None:
        self._jobs, self._deletions, self._storage = jobs, deletions, storage

    async def delete(self, owner: Owner, job_id: str) -> Erased:
        """Erase a job, which is stopped first if it runs; it cannot be seen any more whatever fails from then on.

        What a worker writes that has not heard of it is erased a minute later, as is all that could not be erased now.
        Raises `NotFound` (code `job_not_found`), as well for a job that is deleted already.
        """
        await self._jobs.status(owner, job_id)
        rows = await self._deletions.mark(owner, job_id)
        if rows is None:
            raise NotFound(f"There is no job {job_id!r}.", code="job_not_found")
        objects: list[str] = []
        for prefix in prefixes_of(job_id):
            keys = await self._storage.keys(prefix)
            await self._storage.delete_prefix(prefix)
            objects += keys
        kept = None if is_upload_of(job_id, rows.object_key) else rows.object_key
        log.info("job_deleted", job_id=job_id, objects=len(objects))
        return Erased(job_id, tuple(objects), rows.chunks, kept)

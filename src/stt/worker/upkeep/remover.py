"""Removing for good what owners have deleted."""

import structlog

from stt.core.storage.base import Storage
from stt.domain.jobs.keys import prefixes_of
from stt.repositories.jobs.deletions import DeletionRepository

log = structlog.get_logger()

REMOVE_SECONDS = 30.0
SETTLING_SECONDS = 60.0
"""A worker that has not heard yet that its job is deleted may write one more object; after this it has heard."""
AT_ONCE = 100


class Remover:
    """Finishes deletions, however far whoever began them came; the row goes last."""

    def __init__(self, deletions: DeletionRepository, storage: Storage) -> None:
        self._deletions, self._storage = deletions, storage

    async def remove(self) -> None:
        """All that are due; raises `Unavailable`."""
        while job_ids := await self._deletions.marked(before=SETTLING_SECONDS, limit=AT_ONCE):
            for job_id in job_ids:
                for prefix in prefixes_of(job_id):
                    await self._storage.delete_prefix(prefix)
            await self._deletions.remove(*job_ids)
            log.info("deleted_jobs_removed", jobs=len(job_ids))

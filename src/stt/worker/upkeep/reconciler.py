"""What uploads leave in storage when the process that took them is killed."""

import structlog

from stt.core.storage.base import Storage
from stt.domain.jobs.keys import UPLOADS, is_made_here
from stt.repositories.jobs.job_repository import JobRepository
from stt.worker.upkeep.rounds import rounds

log = structlog.get_logger()

RECONCILE_SECONDS = 600.0
LEFT_SECONDS = 2700.0
"""From when on an upload that got no further, or a file that no job names, is nobody's: with the pause between two
looks that is within an hour. A living upload brings a part of 8 MiB in 35 minutes, at the least rate that is waited
for, and its row comes at most minutes behind its last byte."""
AT_ONCE = 500


class Reconciler:
    """Removes half uploads, and uploaded files without a job; only what this service made itself."""

    def __init__(self, jobs: JobRepository, storage: Storage) -> None:
        self._jobs, self._storage = jobs, storage

    async def run(self) -> None:
        """Look until cancelled."""
        await rounds("reconciling", self.reconcile, RECONCILE_SECONDS, at_once=True)

    async def reconcile(self) -> None:
        """Once; raises `Unavailable`."""
        await self._storage.tidy(LEFT_SECONDS)
        keys = await self._storage.older(UPLOADS, LEFT_SECONDS)
        ours = {job_id: key for key in keys if is_made_here(job_id := key.split("/")[1])}
        ids = list(ours)
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            for job_id in set(some) - await self._jobs.known(some):
                await self._storage.delete(ours[job_id])
                log.info("upload_without_job_removed", key=ours[job_id])

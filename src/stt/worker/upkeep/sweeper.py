"""What has to be looked after from time to time, by every consumer; doing it twice does no harm."""

from collections.abc import Sequence
from typing import Protocol

import structlog

from stt.core.metrics.table import JOBS_ENDED
from stt.core.storage.base import Storage
from stt.domain.jobs.claim import AGEING_SECONDS
from stt.repositories.jobs.call_repository import CallRepository
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.worker.processing.remains import remove_remains
from stt.worker.upkeep.rounds import rounds

log = structlog.get_logger()

SWEEP_SECONDS = 60.0
SETTLING_SECONDS = 60.0
"""A worker that has not heard yet that its job has ended may write one more object; after this it has heard."""
AT_ONCE = 500


class Forgetting(Protocol):
    """A table of what need not be known for ever."""

    async def forget(self) -> int:
        """Remove some of what is too old; how many."""


class Sweeper:
    """Keeps waiting work from starving, work from being done for nobody, and storage from filling."""

    def __init__(
        self,
        jobs: JobRepository,
        chunks: ChunkRepository,
        storage: Storage,
        calls: CallRepository,
        past: Sequence[Forgetting],
        *,
        orphan_seconds: float,
    ) -> None:
        self._jobs, self._chunks, self._storage, self._calls, self._past = jobs, chunks, storage, calls, past
        self._orphan_seconds = orphan_seconds
        self._orphans: set[str] = set()

    async def run(self) -> None:
        """Sweep until cancelled."""
        await rounds("sweep", self.sweep, SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Once; raises `Unavailable`."""
        await self._jobs.age(AGEING_SECONDS, AT_ONCE)
        await self._chunks.age(AGEING_SECONDS, AT_ONCE)
        await self._calls.lower_unwatched(AT_ONCE)
        await self._cancel_orphans()
        for past in self._past:
            while await past.forget():
                pass
        while jobs := await self._jobs.untidy(ended_before=SETTLING_SECONDS, limit=AT_ONCE):
            for job in jobs:
                await remove_remains(job, self._jobs, self._storage)
            await self._jobs.mark_tidied(*(job.job_id for job in jobs))
            log.info("jobs_tidied", jobs=len(jobs))

    async def _cancel_orphans(self) -> None:
        """End what is found abandoned twice: after a clock is set forth all callers look gone for a moment."""
        orphans = set(await self._calls.orphans(self._orphan_seconds, AT_ONCE))
        for job_id in await self._calls.cancel_orphans(orphans & self._orphans, self._orphan_seconds):
            log.info("orphan_cancelled", job_id=job_id)
            JOBS_ENDED.labels("cancelled").inc()
        self._orphans = orphans

"""What has to be looked after from time to time, by every consumer; doing it twice does no harm."""

import asyncio

import structlog

from stt.domain.errors import Unavailable
from stt.repositories.chunk_repository import ChunkRepository
from stt.repositories.job_repository import JobRepository

log = structlog.get_logger()

SWEEP_SECONDS = 60.0
AGEING_SECONDS = 600.0
"""Work that waits moves one rank forward each time this long has passed."""
AGED_AT_ONCE = 500


class Sweeper:
    """Keeps waiting work from starving."""

    def __init__(self, jobs: JobRepository, chunks: ChunkRepository) -> None:
        self._jobs, self._chunks = jobs, chunks

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self._jobs.age(AGEING_SECONDS, AGED_AT_ONCE)
                await self._chunks.age(AGEING_SECONDS, AGED_AT_ONCE)
            except Unavailable as error:
                log.warning("sweep_skipped", code=error.error_code)

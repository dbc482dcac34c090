"""What is counted, with the queue as the database has it."""

import asyncio
import time

import structlog

from stt.core.metrics.table import (
    BUILD,
    QUEUE_DEPTH,
    QUEUE_HELD,
    QUEUE_KNOWN,
    QUEUE_OLDEST,
    exposition,
)
from stt.domain.errors import SttError
from stt.domain.jobs.claim import MERGE_RANK
from stt.domain.jobs.messages import Lane
from stt.domain.jobs.queue import QueueLook
from stt.repositories.queue_repository import QueueRepository

log = structlog.get_logger()

FRESH_SECONDS = 5.0
"""How long a look at the queue serves: who asks more often makes the database no work."""
LOOK_SECONDS = 10.0
"""How often it is looked for a listener of its own."""
PATIENCE_SECONDS = 3.0
BEST_RANK, WORST_RANK = -10, 20
"""What lies beyond is told as if it were these, so that labels stay few."""
MERGE = "merge"


class MetricsService:
    """Knows all that `stt.core.metrics.table` lists."""

    def __init__(self, queue: QueueRepository, *, version: str) -> None:
        self._queue = queue
        self._looking = asyncio.Lock()
        self._looked = float("-inf")
        self._shown: set[tuple[Lane, str]] = set()
        BUILD.info({"version": version})

    async def text(self) -> bytes:
        """All of it in Prometheus's text format, with a fresh look at the queue; never fails."""
        await self._refresh()
        return exposition()

    async def keep_fresh(self) -> None:
        """Look at the queue from time to time until cancelled."""
        while True:
            await self._refresh()
            await asyncio.sleep(LOOK_SECONDS)

    async def _refresh(self) -> None:
        async with self._looking:
            if time.monotonic() - self._looked < FRESH_SECONDS:
                return
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    self._show(await self._queue.look())
            except (SttError, TimeoutError) as error:
                # What was known stays: a database that is away does not empty the queue.
                QUEUE_KNOWN.set(0)
                log.warning("queue_not_looked_at", reason=str(error) or "The database took too long.")
            else:
                QUEUE_KNOWN.set(1)
            self._looked = time.monotonic()

    def _show(self, look: QueueLook) -> None:
        depths: dict[tuple[Lane, str], int] = {}
        oldest: dict[tuple[Lane, str], float] = {}
        for waiting in look.waiting:
            key = waiting.lane, rank_name(waiting.lane, waiting.rank)
            depths[key] = depths.get(key, 0) + waiting.depth
            oldest[key] = max(oldest.get(key, 0.0), waiting.oldest_seconds)
        for lane in Lane:
            depths.setdefault((lane, "0"), 0)
            oldest.setdefault((lane, "0"), 0.0)
            QUEUE_HELD.labels(lane).set(sum(held.lane is lane for held in look.held))
        for key in self._shown - depths.keys():
            QUEUE_DEPTH.remove(*key)
            QUEUE_OLDEST.remove(*key)
        for key, depth in depths.items():
            QUEUE_DEPTH.labels(*key).set(depth)
            QUEUE_OLDEST.labels(*key).set(oldest[key])
        self._shown = set(depths)


def rank_name(lane: Lane, rank: int) -> str:
    """A rank as a label; merges, which go before everything, have a name."""
    if lane is Lane.JOBS and rank <= MERGE_RANK / 2:
        return MERGE
    return str(min(max(rank, BEST_RANK), WORST_RANK))

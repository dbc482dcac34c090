"""A queue whose confirmations are timed."""

import time

from stt.core.messaging.base import Ticket, TicketQueue
from stt.core.metrics.table import PUBLISH_FAILED, PUBLISH_SECONDS
from stt.domain.errors import QueueUnavailable
from stt.domain.jobs.messages import Lane


class MeasuredQueue:
    """The same queue."""

    def __init__(self, queue: TicketQueue) -> None:
        self._queue = queue
        self.open, self.check, self.rest, self.close = queue.open, queue.check, queue.rest, queue.close

    async def publish(self, lane: Lane, body: bytes) -> None:
        """Issue a ticket, and note how long its confirmation took."""
        begun = time.perf_counter()
        try:
            await self._queue.publish(lane, body)
        except QueueUnavailable:
            PUBLISH_FAILED.labels(lane).inc()
            raise
        PUBLISH_SECONDS.labels(lane).observe(time.perf_counter() - begun)

    async def next(self, lane: Lane, patience: float) -> Ticket | None:
        """The next ticket; waiting for it tells nothing."""
        return await self._queue.next(lane, patience)

"""Rings for chunks and merges: tickets that may be lost, because consumers look into the database anyway."""

import asyncio
import contextlib
from contextvars import Context

import structlog

from stt.core.messaging.base import TicketQueue
from stt.domain.errors import QueueUnavailable
from stt.domain.jobs.messages import Lane

log = structlog.get_logger()

WAITING_RINGS = 1_000
"""Beyond this many unsent tickets new ones are dropped: a consumer that finds work goes on without tickets."""


class Notifier:
    """Publishes tickets in the background, so that a slow broker never slows the work."""

    def __init__(self, queue: TicketQueue) -> None:
        self._queue = queue
        self._waiting: asyncio.Queue[tuple[Lane, bytes]] = asyncio.Queue(WAITING_RINGS)
        self._task: asyncio.Task[None] | None = None

    def notify(self, lane: Lane, body: bytes) -> None:
        """There is work in a lane."""
        if self._task is None:
            # In no context: it outlives the work that happens to ring first.
            self._task = asyncio.create_task(self._publish(), name="notifier", context=Context())
        with contextlib.suppress(asyncio.QueueFull):
            self._waiting.put_nowait((lane, body))

    async def close(self) -> None:
        """Forget what is still unsent."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _publish(self) -> None:
        while True:
            lane, body = await self._waiting.get()
            try:
                await self._queue.publish(lane, body)
            except QueueUnavailable as error:
                log.warning("ticket_not_sent", lane=lane, reason=error.message)

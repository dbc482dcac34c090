"""The queue that needs no broker: the database holds the work, this only rings the notifier."""

import asyncio
import contextlib

from stt.core.messaging.base import Ticket
from stt.domain.jobs.messages import Lane

MOST_RINGS = 64
"""Rings kept per lane: enough to wake every slot, and an end to useless looks once the work is done."""


class EmbeddedQueue:
    """Keeps no messages. `publish` wakes one waiter of this process, now or at its next `next`.

    Other processes on the same database are not woken: they look when their patience is over.
    """

    def __init__(self) -> None:
        self._rings: dict[Lane, asyncio.Queue[None]] = {lane: asyncio.Queue(MOST_RINGS) for lane in Lane}

    async def open(self) -> None:
        """Do nothing: there is nobody to connect to."""

    async def check(self) -> None:
        """Return: there is nothing that could fail."""

    async def publish(self, lane: Lane, body: bytes) -> None:  # noqa: ARG002  the database knows what the work is
        """Wake a waiter of the lane."""
        with contextlib.suppress(asyncio.QueueFull):
            self._rings[lane].put_nowait(None)

    async def next(self, lane: Lane, patience: float) -> Ticket | None:
        """Return `None` when rung, or after `patience` seconds; it is time to look in the database."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._rings[lane].get()
        return None

    async def rest(self) -> None:
        """Do nothing: nothing is held."""

    async def close(self) -> None:
        """Do nothing: nothing is held."""

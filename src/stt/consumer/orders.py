"""What a consumer is wanted to do: work, pause, or finish what it holds and end."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from stt.core.messaging.base import TicketQueue
from stt.domain.jobs.queue import Duty

log = structlog.get_logger()

LOOK_SECONDS = 5.0
"""How often it is looked up: a thousand consumers are 200 small questions a second."""


class Orders:
    """The duty of one consumer, which `wanted` tells, as of the last look; while it takes no work its `queue` rests."""

    def __init__(self, wanted: Callable[[], Awaitable[Duty]], queue: TicketQueue) -> None:
        self._wanted, self._queue = wanted, queue
        self._duty = Duty.WORK
        self._decided = asyncio.Event()
        self._decided.set()

    @property
    def are_to_work(self) -> bool:
        """Whether new work may be taken."""
        return self._duty is Duty.WORK

    async def next_is_wanted(self) -> bool:
        """Wait while there is a pause; `False` once no more work is to be taken ever."""
        await self._decided.wait()
        return self._duty is not Duty.DRAIN

    async def look(self) -> None:
        """Once; raises `Unavailable`, and then what was wanted before still holds."""
        wanted = await self._wanted()
        if wanted is self._duty or self._duty is Duty.DRAIN:
            return
        log.info("duty_changed", duty=wanted.value, before=self._duty.value)
        self._duty = wanted
        if wanted is Duty.PAUSE:
            self._decided.clear()
        else:
            self._decided.set()
        if wanted is not Duty.WORK:
            # Tickets that this consumer had fetched ahead would wake nobody, and messages of others would lie here.
            await self._queue.rest()

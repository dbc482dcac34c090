"""The slots of a consumer: wait for a ticket, let the keeper work, settle the ticket."""

import asyncio
import math
import time
from collections.abc import Mapping
from functools import partial
from typing import Protocol

import structlog

from stt.consumer.handlers.stt_handler import SttHandler
from stt.consumer.orders import Orders
from stt.core.messaging.base import Ticket, TicketQueue
from stt.domain.errors import DatabaseUnusable, MalformedMessage, Unavailable
from stt.domain.jobs.messages import Lane
from stt.worker.patience import patiently

log = structlog.get_logger()

HOLD_SECONDS = 600.0
"""A ticket is settled after this long even if its work goes on: brokers cancel consumers that hold one for half an
hour, and the lease in the database owns the work, not the ticket."""
OUTAGE_PAUSE_SECONDS = 2.0


class Working(Protocol):
    """What does the work of a lane."""

    async def work(self, lane: Lane) -> bool:
        """Take the best work and see it through; `False` if there was none."""


class Consumer:
    """Runs a number of slots for each lane until it is stopped, or has no more `orders` to take work.

    A ticket only wakes a slot; what is done is what the database says is best. A slot also looks by itself every
    `poll_seconds`, so a ticket that was lost costs seconds, never a job.
    """

    def __init__(
        self,
        queue: TicketQueue,
        keeper: Working,
        handler: SttHandler,
        slots: Mapping[Lane, int],
        poll_seconds: float,
        orders: Orders,
    ) -> None:
        self._queue, self._keeper, self._handler, self._orders = queue, keeper, handler, orders
        self._slots = slots
        self._poll_seconds = poll_seconds

    async def run(self) -> None:
        """Work until cancelled, and then hand back what every slot holds; or return once all of it is finished."""
        async with asyncio.TaskGroup() as group:
            for lane, count in self._slots.items():
                for number in range(count):
                    group.create_task(self._slot(lane), name=f"slot {lane} {number}")

    async def _slot(self, lane: Lane) -> None:
        patience = 0.0
        while await self._orders.next_is_wanted():
            ticket = await self._queue.next(lane, patience)
            if not self._orders.are_to_work:
                patience = 0.0
                continue  # a ticket goes back with all others
            worked = await self._serve(lane, ticket)
            # Where there was work there may be more, whose ticket was lost or has reached a slot that could not take
            # it then: look before waiting again.
            patience = 0.0 if worked else self._until_look()

    def _until_look(self) -> float:
        """Seconds to the next look; all slots look at the same moments, so that the keeper looks once for all."""
        return self._poll_seconds - time.monotonic() % self._poll_seconds

    async def _serve(self, lane: Lane, ticket: Ticket | None) -> bool:
        """One round; an outage is waited out here, so that it never ends a slot."""
        try:
            if ticket is not None and lane is Lane.JOBS:
                await patiently(partial(self._handler.receive, ticket.body), math.inf)
            return await self._work_holding(lane, ticket)
        except MalformedMessage as error:
            log.warning("message_rejected", reason=error.message)
            if ticket is not None:
                await ticket.reject()
        except Unavailable as error:
            log.warning("server_away", code=error.error_code, reason=error.message)
            await asyncio.sleep(OUTAGE_PAUSE_SECONDS)
        except DatabaseUnusable as error:
            log.error("database_unusable", reason=error.message)
            await asyncio.sleep(OUTAGE_PAUSE_SECONDS)
        except Exception:
            log.exception("slot_failed", lane=lane)
            await asyncio.sleep(OUTAGE_PAUSE_SECONDS)
        return False

    async def _work_holding(self, lane: Lane, ticket: Ticket | None) -> bool:
        if ticket is None:
            return await self._keeper.work(lane)
        work = asyncio.ensure_future(self._keeper.work(lane))
        try:
            await asyncio.wait({work}, timeout=HOLD_SECONDS)
            await ticket.settle()
            return await work
        finally:
            # Only a consumer that stops gets here with work undone; the ticket then goes back with the connection.
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

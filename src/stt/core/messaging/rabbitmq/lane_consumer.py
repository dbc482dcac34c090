"""The tickets of one lane, whatever happens to the broker."""

import asyncio

import structlog

from stt.core.messaging.rabbitmq.link import Link
from stt.core.messaging.rabbitmq.pauses import pauses
from stt.core.messaging.rabbitmq.subscription import Subscription
from stt.core.messaging.rabbitmq.ticket import RabbitTicket
from stt.core.messaging.rabbitmq.topology import Topology
from stt.domain.errors import QueueUnavailable
from stt.domain.jobs.messages import Lane

log = structlog.get_logger()


class LaneConsumer:
    """Subscribes from the first `next` on, and again whenever the subscription is over.

    The one cure for everything (a lost connection, a closed channel, a consumer that the broker cancelled, a
    queue that was deleted) is a new channel. Tickets of the old one are delivered again, which does no harm.
    """

    def __init__(self, link: Link, topology: Topology, lane: Lane, slots: int, probe_seconds: float) -> None:
        self._link, self._topology, self._lane = link, topology, lane
        self._slots = slots
        self._probe_seconds = probe_seconds
        self._waiting: asyncio.Queue[RabbitTicket] = asyncio.Queue()
        self._running: asyncio.Task[None] | None = None

    async def next(self, patience: float) -> RabbitTicket | None:
        """Return a ticket within `patience` seconds, or `None`."""
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name=f"consume {self._lane}")
        try:
            async with asyncio.timeout(patience):
                return await self._waiting.get()
        except TimeoutError:
            return None

    async def close(self) -> None:
        """End the subscription, until the next `next`; unsettled tickets go back to the queue."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.wait({running})

    async def _run(self) -> None:
        pause = pauses()
        while True:
            subscription = Subscription(self._link, self._topology, self._lane, self._waiting.put_nowait)
            try:
                await subscription.start(self._slots)
                pause = pauses()
                await subscription.watch(self._probe_seconds)
                log.warning("queue_subscription_over", lane=self._lane.value)
            except QueueUnavailable as error:
                log.warning("queue_away", lane=self._lane.value, reason=error.message)
            finally:
                await subscription.stop()
                self._forget_waiting()
            await asyncio.sleep(next(pause))

    def _forget_waiting(self) -> None:
        while not self._waiting.empty():
            self._waiting.get_nowait()

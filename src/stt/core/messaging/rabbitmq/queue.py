"""The queue seam on RabbitMQ."""

import asyncio
from collections.abc import Mapping

from stt.core.messaging.rabbitmq.errors import translated
from stt.core.messaging.rabbitmq.lane_consumer import LaneConsumer
from stt.core.messaging.rabbitmq.link import Link
from stt.core.messaging.rabbitmq.publisher import Publisher
from stt.core.messaging.rabbitmq.ticket import RabbitTicket
from stt.core.messaging.rabbitmq.topology import Topology
from stt.domain.jobs.messages import Lane

PUBLISH_SECONDS = 10.0
PROBE_SECONDS = 15.0
"""How often a consumer asks the broker whether it is still known there."""


class RabbitQueue:
    """Publishes and consumes on two connections: a broker short of memory stops the publishing one only.

    Args:
        url: `amqp://user:password@host:5672/vhost`, or `amqps`.
        prefetch: the lanes to consume, and how many unsettled tickets to hold of each; none to only publish.
        prefix: first part of the queue names.
        probe_seconds: how often to ask the broker whether our consumers are still known there.

    Raises:
        InvalidRequest: code `invalid_rabbitmq_url`.
    """

    def __init__(
        self,
        url: str,
        *,
        prefetch: Mapping[Lane, int] | None = None,
        prefix: str = "stt",
        probe_seconds: float = PROBE_SECONDS,
    ) -> None:
        self._topology = Topology(prefix)
        self._publishing, self._consuming = Link(url, "publish"), Link(url, "consume")
        self._publisher = Publisher(self._publishing, self._topology)
        self._lanes = {
            lane: LaneConsumer(self._consuming, self._topology, lane, slots, probe_seconds)
            for lane, slots in (prefetch or {}).items()
        }
        self._opening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to declare the queues, so that they are there for other services too; returns at once."""
        self._opening = asyncio.create_task(self._publisher.keep_trying(), name="declare queues")

    async def check(self) -> None:
        """Return if the broker answers and its queues are as they should be; raises `QueueUnavailable`."""
        with translated(self._publishing.place):
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._publisher.check()

    async def publish(self, lane: Lane, body: bytes) -> None:
        """Return when the broker has written the ticket; raises `QueueUnavailable` within ten seconds."""
        with translated(self._publishing.place):
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._publisher.publish(self._topology.queue(lane), body)

    async def next(self, lane: Lane, patience: float) -> RabbitTicket | None:
        """Return the next ticket of a lane, or `None` after `patience` seconds, broker or no broker.

        Raises `KeyError` for a lane without a prefetch.
        """
        return await self._lanes[lane].next(patience)

    async def rest(self) -> None:
        """Take no tickets, and hand unsettled ones back, until somebody asks for the next one."""
        await asyncio.gather(*(lane.close() for lane in self._lanes.values()))

    async def close(self) -> None:
        """Stop taking tickets, hand unsettled ones back and let go of the connections."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait({self._opening})
        await self.rest()
        await asyncio.gather(self._publishing.close(), self._consuming.close())

"""One consumer on one channel."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from stt.core.messaging.rabbitmq.link import Link
from stt.core.messaging.rabbitmq.ticket import RabbitTicket
from stt.core.messaging.rabbitmq.topology import Topology
from stt.domain.errors import QueueUnavailable
from stt.domain.jobs.messages import Lane


class Subscription:
    """Takes tickets until anything about it is in doubt; then it is over, and a new one has to be made."""

    def __init__(self, link: Link, topology: Topology, lane: Lane, take: Callable[[RabbitTicket], None]) -> None:
        self._link = link
        self._topology = topology
        self._lane = lane
        self._take = take
        self._channel: AbstractChannel | None = None
        self._over = asyncio.Event()

    async def start(self, slots: int) -> None:
        """Declare the queues and consume, holding at most `slots` unsettled tickets."""
        self._channel = channel = await self._link.channel()
        async with self._link.asking():
            await self._topology.declare(channel)
            await channel.set_qos(prefetch_count=slots)
            channel.close_callbacks.add(self._end)
            underlay = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(self._end)
            queue = await channel.get_queue(self._topology.queue(self._lane), ensure=False)
            await queue.consume(self._deliver)

    async def watch(self, every: float) -> None:
        """Return when it is over; asks the broker every `every` seconds whether it knows of a consumer.

        The broker announces a cancelled consumer, but only once, and only to a connection that still works.
        """
        while not await self._is_over_within(every):
            if not await self._has_consumer():
                return

    async def stop(self) -> None:
        """Give every unsettled ticket back."""
        self._over.set()
        if self._channel is not None:
            with contextlib.suppress(QueueUnavailable):
                async with self._link.asking():
                    await self._channel.close()

    async def _is_over_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over.wait()
        return self._over.is_set()

    async def _has_consumer(self) -> bool:
        # On a channel of its own: asking for a queue that is gone closes the channel.
        channel = await self._link.channel()
        async with self._link.asking():
            queue = await channel.declare_queue(self._topology.queue(self._lane), passive=True)
            await channel.close()
        return bool(queue.declaration_result.consumer_count)

    async def _deliver(self, message: AbstractIncomingMessage) -> None:
        if not self._over.is_set():
            self._take(RabbitTicket(message))

    def _end(self, *_: Any) -> None:
        self._over.set()

"""Tickets on their way to the broker."""

import asyncio

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel

from stt.core.messaging.rabbitmq.link import Link
from stt.core.messaging.rabbitmq.pauses import pauses
from stt.core.messaging.rabbitmq.topology import Topology
from stt.domain.errors import QueueUnavailable

log = structlog.get_logger()


class Publisher:
    """One channel with declared queues, made when it is needed."""

    def __init__(self, link: Link, topology: Topology) -> None:
        self._link, self._topology = link, topology
        self._opening = asyncio.Lock()
        self._channel: AbstractChannel | None = None
        self._declared = False

    async def publish(self, queue: str, body: bytes) -> None:
        """Return when the broker has confirmed the message.

        Raises `QueueUnavailable` when it was not confirmed; whether it arrived is then unknown.
        """
        message = Message(body, content_type="application/json", delivery_mode=DeliveryMode.PERSISTENT)
        channel = await self._ready()
        try:
            async with self._link.asking():
                await channel.default_exchange.publish(message, routing_key=queue, mandatory=True)
        except QueueUnavailable:
            # The queue may have been deleted.
            self._declared = False
            raise

    async def keep_trying(self) -> None:
        """Return as soon as the queues are declared, however long the broker is away."""
        for pause in pauses():
            try:
                await self._ready()
                return
            except QueueUnavailable as error:
                log.warning("queue_away", reason=error.message)
            await asyncio.sleep(pause)

    async def check(self) -> None:
        """Return when the broker has declared the queues anew."""
        self._declared = False
        await self._ready()

    async def _ready(self) -> AbstractChannel:
        async with self._opening:
            if self._channel is None or self._channel.is_closed:
                self._channel, self._declared = await self._link.channel(), False
            if not self._declared:
                async with self._link.asking():
                    await self._topology.declare(self._channel)
                self._declared = True
            return self._channel

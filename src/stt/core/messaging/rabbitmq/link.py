"""The way to the broker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection

from stt.core.messaging.rabbitmq.errors import translated
from stt.domain.errors import InvalidRequest, QueueUnavailable

ANSWER_SECONDS = 5.0
"""How long the broker may take for one answer before the connection counts as dead."""
HEARTBEAT_SECONDS = 20


class Link:
    """One connection, made when it is needed and dropped at the first doubt; nothing is repaired in place."""

    def __init__(self, url: str, purpose: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("amqp", "amqps") or not parts.hostname:
            raise InvalidRequest(
                "The address of RabbitMQ must look like amqp://user:password@host:5672/vhost.",
                code="invalid_rabbitmq_url",
            )
        self.place = f"RabbitMQ at {parts.hostname}:{parts.port or (5671 if parts.scheme == 'amqps' else 5672)}"
        self._url = url
        self._purpose = purpose
        self._connection: AbstractConnection | None = None
        self._connecting = asyncio.Lock()
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False

    @contextlib.asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Bound what is awaited inside; a broker that does not answer loses the connection.

        Raises `QueueUnavailable` for every failure.
        """
        asked = self._connection
        try:
            with translated(self.place):
                async with asyncio.timeout(ANSWER_SECONDS):
                    yield
        except QueueUnavailable as error:
            if isinstance(error.__cause__, TimeoutError) and asked is self._connection:
                self._drop()
            raise

    async def channel(self) -> AbstractChannel:
        """Open a channel with publisher confirms, on which an unroutable message is an error.

        Raises `QueueUnavailable` within ten seconds.
        """
        connection = await self._connected()
        async with self.asking():
            channel = connection.channel(publisher_confirms=True, on_return_raises=True)
            await channel.initialize()
        return channel

    async def close(self) -> None:
        """Let go of the connection, for good."""
        self._closed = True
        self._drop()
        await asyncio.gather(*self._endings)

    async def _connected(self) -> AbstractConnection:
        async with self._connecting:
            if self._closed:
                raise QueueUnavailable("The queue was closed.")
            if self._connection is None or not self._connection.connected.is_set():
                self._drop()
                async with self.asking():
                    self._connection = await aio_pika.connect(
                        self._url,
                        heartbeat=HEARTBEAT_SECONDS,
                        client_properties={"connection_name": f"stt {self._purpose}"},
                    )
            return self._connection

    def _drop(self) -> None:
        # In the background, for a connection may be too broken to say good-bye.
        connection, self._connection = self._connection, None
        if connection is not None:
            ending = asyncio.create_task(_end(connection))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)


async def _end(connection: AbstractConnection) -> None:
    with contextlib.suppress(QueueUnavailable), translated("close"):
        async with asyncio.timeout(ANSWER_SECONDS):
            await connection.close()

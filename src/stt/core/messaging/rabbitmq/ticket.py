"""A delivered message."""

import asyncio
import contextlib
from collections.abc import Awaitable

from aio_pika.abc import AbstractIncomingMessage

from stt.core.messaging.rabbitmq.errors import translated
from stt.core.messaging.rabbitmq.link import ANSWER_SECONDS
from stt.domain.errors import QueueUnavailable


class RabbitTicket:
    """Answers on the channel that delivered it; when that is gone, the broker has taken the message back."""

    def __init__(self, message: AbstractIncomingMessage) -> None:
        self.body = message.body
        self._message = message

    async def settle(self) -> None:
        """Acknowledge the message."""
        await _answer(self._message.ack())

    async def reject(self) -> None:
        """Send the message to the dead letters."""
        await _answer(self._message.reject(requeue=False))


async def _answer(sending: Awaitable[None]) -> None:
    with contextlib.suppress(QueueUnavailable), translated("answer"):
        async with asyncio.timeout(ANSWER_SECONDS):
            await sending

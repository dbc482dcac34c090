"""Dead letters without a service: on the broker alone, for who looks after it."""

import contextlib
from collections.abc import AsyncIterator

from stt.core.config import Settings
from stt.core.messaging.rabbitmq.dead_letters import DeadLetter, DeadLetters, Fate
from stt.domain.errors import InvalidRequest

__all__ = ["DeadLetter", "DeadLetters", "Fate", "dead_letters"]


@contextlib.asynccontextmanager
async def dead_letters(settings: Settings) -> AsyncIterator[DeadLetters]:
    """Those of the configured broker."""
    if not settings.rabbitmq_url:
        raise InvalidRequest("RABBITMQ_URL is not set: where the database is the queue there are no dead letters.")
    letters = DeadLetters(settings.rabbitmq_url, settings.queue_prefix)
    try:
        yield letters
    finally:
        await letters.close()

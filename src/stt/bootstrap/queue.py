"""The queue and its consumers without a service: on the database alone, for who watches them."""

import contextlib
from collections.abc import AsyncIterator
from typing import NamedTuple

from stt.core.config import Settings
from stt.core.database import Database
from stt.repositories.consumer_repository import ConsumerRepository
from stt.repositories.queue_repository import QueueRepository
from stt.repositories.schema import init_db


class Queue(NamedTuple):
    """What waits and is held, and who works."""

    work: QueueRepository
    consumers: ConsumerRepository


@contextlib.asynccontextmanager
async def queue(settings: Settings) -> AsyncIterator[Queue]:
    """The queue of the configured database, whose tables are made if they are not there."""
    database = Database(settings.sqlalchemy_url)
    try:
        await init_db(database)
        yield Queue(QueueRepository(database), ConsumerRepository(database))
    finally:
        await database.close()

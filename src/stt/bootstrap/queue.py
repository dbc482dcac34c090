"""The queue without a service: on the database alone, for who watches it."""

import contextlib
from collections.abc import AsyncIterator

from stt.core.config import Settings
from stt.core.database import Database
from stt.repositories.queue_repository import QueueRepository
from stt.repositories.schema import init_db


@contextlib.asynccontextmanager
async def queue(settings: Settings) -> AsyncIterator[QueueRepository]:
    """The queue of the configured database, whose tables are made if they are not there."""
    database = Database(settings.sqlalchemy_url)
    try:
        await init_db(database)
        yield QueueRepository(database)
    finally:
        await database.close()

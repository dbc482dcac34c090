"""Keys without a service: on the database alone, for who administers it."""

import contextlib
from collections.abc import AsyncIterator

from stt.core.config import Settings
from stt.core.database import Database
from stt.repositories.key_repository import KeyRepository
from stt.repositories.schema import init_db
from stt.services.key_service import KeyService


@contextlib.asynccontextmanager
async def keys(settings: Settings) -> AsyncIterator[KeyService]:
    """The keys of the configured database, whose tables are made if they are not there."""
    database = Database(settings.sqlalchemy_url)
    try:
        await init_db(database)
        yield KeyService(KeyRepository(database))
    finally:
        await database.close()

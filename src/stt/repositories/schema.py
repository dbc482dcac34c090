"""Creating, upgrading and dropping the tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text

from stt.core.database import Base, Database
from stt.repositories.tables import forecasts as forecast_models
from stt.repositories.tables import idempotency as idempotency_models
from stt.repositories.tables import jobs as models
from stt.repositories.tables import uploads as upload_models
from stt.repositories.tables import versions as version_models
from stt.repositories.tables import webhooks as webhook_models

__all__ = [
    "check",
    "drop_db",
    "forecast_models",
    "idempotency_models",
    "init_db",
    "is_current",
    "models",
    "upload_models",
    "version_models",
    "webhook_models",
]

_UPGRADE_LOCK = 7_385_107
"""Key of the advisory lock that makes processes starting together upgrade one after the other."""


async def init_db(database: Database) -> None:
    """Bring the tables to the newest version, from nothing or from any older one; safe to repeat and to race.

    Raises:
        DatabaseUnavailable: the database does not answer.
    """
    await database.write(_upgrade)


async def drop_db(database: Database) -> None:
    """Remove every table with everything in it."""
    await database.write(_drop)


async def is_current(database: Database) -> bool:
    """Whether the tables are at the newest version."""
    return await database.read(_version) == ScriptDirectory.from_config(_config()).get_current_head()


async def check(database: Database) -> None:
    """Return if a job could be stored: the database takes writes, and the tables are there.

    Raises:
        DatabaseUnavailable: not now.
        DatabaseUnusable: not before somebody has mended it.
    """
    await database.check()
    await database.read(_look_for_tables)


def _look_for_tables(connection: Connection) -> None:
    for row in (models.JobRow, models.ChunkRow):
        connection.execute(select(row).limit(0)).close()


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _drop(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TABLE IF EXISTS search_terms"))
    Base.metadata.drop_all(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config

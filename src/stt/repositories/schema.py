"""Creating, upgrading and dropping the tables."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text

from stt import __version__
from stt.core.database import Base, Database
from stt.domain.errors import DatabaseUnusable
from stt.repositories.moving.retirement import moved_to
from stt.repositories.tables import forecasts as forecast_models
from stt.repositories.tables import idempotency as idempotency_models
from stt.repositories.tables import jobs as models
from stt.repositories.tables import known_speakers as known_speaker_models
from stt.repositories.tables import rehearings as rehearing_models
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
    "known_speaker_models",
    "models",
    "refuse_newer",
    "refuse_unknown",
    "rehearing_models",
    "upload_models",
    "version",
    "version_models",
    "webhook_models",
]

_UPGRADE_LOCK = 7_385_107
"""Key of the advisory lock that makes processes starting together upgrade one after the other."""


async def init_db(database: Database) -> None:
    """Bring the tables to the newest version, from nothing or from any older one; safe to repeat and to race.

    Raises:
        DatabaseUnavailable: the database does not answer.
        DatabaseUnusable: a newer program has made them.
    """
    await database.write(_upgrade)


async def drop_db(database: Database) -> None:
    """Remove every table with everything in it."""
    await database.write(_drop)


async def is_current(database: Database) -> bool:
    """Whether the tables are at the newest version."""
    return await version(database) == _newest()


async def version(database: Database) -> str | None:
    """The version of the tables; `None` where there are none."""
    return await database.read(_version)


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


def refuse_newer(there: str | None) -> None:
    """Raise `DatabaseUnusable` for tables that a newer program made: this one would read and write them wrongly."""
    if there is not None and there not in _known():
        message = (
            f"The tables are of version {there}, which this program ({__version__}) does not know: a newer one has "
            f"upgraded them. It knows versions up to {_newest()}. Run the newer program, or restore a copy of the "
            "database from before."
        )
        raise DatabaseUnusable(message)


def refuse_unknown(connection: Connection) -> None:
    """The same of the tables of a connection, and of a file whose rows are in another database by now."""
    if place := moved_to(connection):
        message = f"The jobs of this database were moved to {place}. Set DATABASE_URL to that database."
        raise DatabaseUnusable(message)
    refuse_newer(_version(connection))


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    refuse_unknown(connection)
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


@cache
def _known() -> frozenset[str]:
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions())


@cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config

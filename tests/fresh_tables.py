"""Databases with empty tables of the newest version, quickly: migrations would take most of the time of many tests."""

import shutil
import tempfile
from pathlib import Path

from sqlalchemy import text

from stt.core.database import Database
from stt.repositories.schema import drop_db, init_db, is_current

_directory = tempfile.TemporaryDirectory(prefix="stt-tables-")
_ALL_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


async def sqlite_with_tables(path):
    """The database in this file; a new one is a copy of one that was migrated once in this process."""
    if not path.exists():
        template = Path(_directory.name) / "stt.db"
        if not template.exists():
            await _migrate(template)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template, path)
    return Database(f"sqlite:///{path}")


async def postgresql_with_tables(url):
    """The database at this URL, without the rows of whoever had it before."""
    database = Database(url)
    if await is_current(database):
        await database.write(_empty)
    else:
        await drop_db(database)
        await init_db(database)
    return database


async def _migrate(path):
    database = Database(f"sqlite:///{path}")
    await init_db(database)
    await database.close()


def _empty(connection):
    names = connection.scalars(text(_ALL_TABLES)).all()
    connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))

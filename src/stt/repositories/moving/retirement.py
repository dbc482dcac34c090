"""A SQLite file whose rows are in another database: what stands in its place says so to whoever opens it."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from stt.core.sqlite_errors import explained
from stt.core.storage.folders import sync_folder
from stt.domain.errors import DatabaseUnavailable

SUFFIX = ".migrated"
"""What is added to the name of a file whose rows are elsewhere."""
PATIENCE_SECONDS = 5
_TABLE = "moved_to"


@contextlib.contextmanager
def alone_with(file: Path) -> Iterator[Connection]:
    """A connection to a SQLite file that nobody else can write to until it is left.

    Raises:
        DatabaseUnavailable: another process is writing.
    """
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": PATIENCE_SECONDS, "isolation_level": None})
    try:
        with engine.connect() as connection:
            # Its one file is all there is of it, and can be moved.
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
            connection.rollback()
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.exec_driver_sql("ROLLBACK")
    except DBAPIError as error:
        raise explained(error.orig or error, str(file)) from error
    finally:
        engine.dispose()


def retire(file: Path, place: str) -> Path:
    """Put what says that its rows are in `place` where a file was; returns where the file is now.

    There is one of the two under its name at every moment. Whoever has the file open still notices at its next write.
    """
    kept, stand_in = file.with_name(file.name + SUFFIX), file.with_name(f".{file.name}.stand-in")
    stand_in.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(stand_in)) as connection, connection:
        connection.execute(f"CREATE TABLE {_TABLE} (place TEXT NOT NULL)")
        connection.execute(f"INSERT INTO {_TABLE} VALUES (?)", (place,))  # noqa: S608  a name of ours
    try:
        os.link(file, kept)
    except FileExistsError as error:
        if not kept.samefile(file):
            raise DatabaseUnavailable(f"There is {kept} already, from an earlier move; move it away.") from error
    stand_in.replace(file)
    sync_folder(file.parent)
    return kept


def moved_to(connection: Connection) -> str | None:
    """Where the rows of this database are by now; `None` if they are here."""
    if connection.dialect.name != "sqlite" or not inspect(connection).has_table(_TABLE):
        return None
    return str(connection.scalar(text(f"SELECT place FROM {_TABLE}")))  # noqa: S608  a name of ours

"""A copy of a SQLite file as it is at one moment, while others write to it."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from stt.core.sqlite import BUSY_SECONDS
from stt.core.sqlite_errors import explained
from stt.domain.errors import DatabaseUnusable

UNFINISHED = "DELETE FROM uploads WHERE finished_at IS NULL"
"""Uploads that are not whole: no copy holds what has come of them, so that whoever sends them has to begin anew."""


@contextlib.contextmanager
def waiting_writers(file: Path) -> Iterator[None]:
    """Have everybody who would write to a SQLite file wait until it is left; raises `DatabaseUnavailable`."""
    try:
        with contextlib.closing(_open(file)) as connection:
            connection.execute("BEGIN IMMEDIATE").close()
            yield
    except sqlite3.Error as error:
        raise explained(error, str(file)) from error


def snapshot(source: Path, target: Path) -> None:
    """Copy the file `source`, which others may write to meanwhile; `target` is replaced and safe on disk.

    Raises:
        DatabaseUnavailable: it is locked for too long, or a disk refuses.
        DatabaseUnusable: it is no database, or a damaged one.
    """
    target.unlink(missing_ok=True)
    try:
        with (
            contextlib.closing(_open(source)) as there,
            contextlib.closing(sqlite3.connect(target, isolation_level=None)) as here,
        ):
            # In one step: between two others would write, and it would begin again.
            there.backup(here, pages=-1)
            # What is on disk is one file: no log stands beside it.
            here.execute("PRAGMA journal_mode=DELETE").close()
            _check(here, source)
            here.execute(UNFINISHED).close()
    except sqlite3.Error as error:
        raise explained(error, str(source)) from error
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _open(file: Path) -> sqlite3.Connection:
    file.stat()  # SQLite would make one
    return sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)


def _check(connection: sqlite3.Connection, source: Path) -> None:
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise DatabaseUnusable(f"The SQLite file {source} is damaged: {'; '.join(map(str, found))}.")

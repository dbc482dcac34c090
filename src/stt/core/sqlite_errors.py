"""What SQLite's error codes mean (sqlite.org/rescode.html)."""

import sqlite3
from pathlib import Path

from stt.core.disk import condition, reason, try_out
from stt.domain.errors import DatabaseFull, DatabaseUnavailable, DatabaseUnusable, SttError

PASSING = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_CANTOPEN: "gone",
    sqlite3.SQLITE_IOERR: "failing",
    sqlite3.SQLITE_NOMEM: "out of memory",
    sqlite3.SQLITE_INTERRUPT: "interrupted",
}
"""Primary codes of what is over when somebody lets go of a lock, makes room or mounts a disk, and how the file is."""
PRIMARY = 0xFF
"""The part of an extended code that is the primary one."""


def explained(error: BaseException, file: str) -> SttError:
    """The error as ours, with a sentence that names the file and the reason.

    `DatabaseUnavailable` is what passes without anybody changing the file; what does not is `DatabaseUnusable`: a
    table that is missing, a damaged file, one that was deleted or replaced while it was in use.
    """
    if isinstance(error, TimeoutError):
        return _outage(file, "locked", "other transactions took too long")
    if isinstance(error, OSError):
        return _outage(file, condition(error), reason(error))
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    primary = code & PRIMARY
    if code == sqlite3.SQLITE_READONLY_DBMOVED or (primary == sqlite3.SQLITE_IOERR and not Path(file).exists()):
        return moved(file)
    if primary not in PASSING:
        return DatabaseUnusable(f"The SQLite file {file} cannot be used: {error}.")
    refused = _refusal(Path(file).parent) if primary == sqlite3.SQLITE_CANTOPEN else None
    return explained(refused, file) if refused else _outage(file, PASSING[primary], str(error))


def moved(file: str) -> DatabaseUnusable:
    """The error for a file that is not the one that was opened."""
    return DatabaseUnusable(f"The SQLite file {file} was deleted or replaced while in use; restart the service.")


def _refusal(folder: Path) -> OSError | None:
    """Why no file can be opened in a folder, which SQLite does not say."""
    try:
        try_out(folder)
    except OSError as error:
        return error
    return None


def _outage(file: str, how: str, why: str) -> DatabaseUnavailable:
    public = f"The database is {how}; try again later."
    kind = DatabaseFull if how == "full" else DatabaseUnavailable
    return kind(f"The SQLite file {file} is {how}: {why}.", public=public)

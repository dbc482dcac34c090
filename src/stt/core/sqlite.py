"""SQLite: a whole transaction in one call, in one thread."""

import asyncio
import contextlib
import functools
import sqlite3
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Select, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from stt.core.disk import try_out
from stt.core.sqlite_errors import explained, moved
from stt.core.sqlite_reader import SqliteReader

Result = TypeVar("Result")

BUSY_SECONDS = 30
"""How long a transaction waits for those of its own process, and then for another process's lock."""
WAL_SAFE_FROM = (3, 51, 3)
"""First SQLite whose WAL file survives several writing processes (sqlite.org/wal.html, "WAL-reset bug")."""
ROLLBACK = "PERSIST"
"""The mode of the rollback journal: its file stays between transactions, because making and removing it anew takes the
file system a fifth of a commit or more."""
JOURNAL_BYTES = 1024 * 1024
"""To what the journal is cut when a large transaction is over."""


class SqliteFile:
    """The tables in one file; transactions of this process queue up here instead of in SQLite's busy loop."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="sqlite")
        # SQLite takes a name that begins so for a URI (sqlite.org/uri.html); the file is what follows.
        self.file = (url.database or ":memory:").removeprefix("file:")
        # Opened and used in one thread, closed in it as well.
        engine = create_engine(self._url, poolclass=StaticPool, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "do_connect", self._make_folder)
        event.listen(engine, "connect", _configure)
        event.listen(engine, "connect", self._remember)
        event.listen(engine, "begin", _begin)
        self._engine = engine
        self._opened: tuple[int, int] | None = None
        # A lock taken at the first write may fail at once when another process wrote in between, whatever the busy
        # timeout says.
        self._writer = engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        self._turn = asyncio.Lock()
        self._thread = _one_thread()

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` finds."""
        return await self._transaction(self._engine, work)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Carry out `work` and commit; other processes wait from the beginning."""
        return await self._transaction(self._writer, work)

    async def _transaction(self, engine: Engine, work: Callable[[Connection], Result]) -> Result:
        """One hop to the thread and back.

        If the caller is cancelled meanwhile, the thread comes to its end by itself, and unless it is committing
        already, nothing is changed.
        """
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                await self._turn.acquire()
        except TimeoutError as error:
            raise explained(error, self.file) from error
        abandoned = threading.Event()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, self._carry_out, engine, work, abandoned)
        except asyncio.CancelledError:
            abandoned.set()
            raise
        finally:
            self._turn.release()

    async def row(self, statement: Select[Any], values: Mapping[str, str]) -> Any:
        """The one row that a question by primary key finds, its columns as attributes, or `None`.

        It is asked in the caller's thread: SQLite answers from memory in microseconds, and the way to another thread
        and back takes many times that. While somebody commits, the question goes the long way, where it can wait.
        """
        with contextlib.suppress(sqlite3.Error):
            return self._reader.row(statement, values)
        return await self.read(lambda connection: connection.execute(statement, values).one_or_none())

    async def check(self) -> None:
        """Return if the file is there and a transaction that changes it can be committed, with room to grow."""
        await self.write(self._try_out)

    def _try_out(self, connection: Connection) -> None:
        try_out(Path(self.file).parent)
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA user_version={version:d}")

    def _carry_out(self, engine: Engine, work: Callable[[Connection], Result], abandoned: threading.Event) -> Result:
        try:
            with engine.connect() as connection, connection.begin() as transaction:
                result = work(connection)
                if engine is self._writer and _identity(self.file) != self._opened:
                    raise moved(self.file)  # with a write-ahead log, SQLite itself goes on without the file
                if abandoned.is_set():
                    transaction.rollback()
            return result
        except DBAPIError as error:
            raise explained(error.orig or error, self.file) from error
        except OSError as error:
            raise explained(error, self.file) from error

    def _remember(self, *_: object) -> None:
        self._opened = _identity(self.file)

    def _make_folder(self, *_: object) -> None:
        Path(self.file).parent.mkdir(parents=True, exist_ok=True)

    @functools.cached_property
    def _reader(self) -> SqliteReader:
        return SqliteReader(self._url)

    async def close(self) -> None:
        """Close the file once the transaction under way is at its end; a later one opens it anew."""
        async with self._turn:
            thread, self._thread = self._thread, _one_thread()
            try:
                await asyncio.get_running_loop().run_in_executor(thread, self._engine.dispose)
            finally:
                thread.shutdown(wait=False)
        if "_reader" in vars(self):
            self._reader.close()
            del self._reader


def _identity(file: str) -> tuple[int, int] | None:
    """Which file has this name at the moment; `None` if none has, as in memory."""
    try:
        found = Path(file).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _one_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="sqlite")


def _configure(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: `_begin` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA journal_mode={'WAL' if sqlite3.sqlite_version_info >= WAL_SAFE_FROM else ROLLBACK}")
    cursor.execute(f"PRAGMA journal_size_limit={JOURNAL_BYTES}")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))

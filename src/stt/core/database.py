"""The database: SQLite or PostgreSQL behind SQLAlchemy; a transaction is a function."""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Float, Select, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from stt.core.metrics.table import DATABASE_SECONDS
from stt.core.sqlite import SqliteFile
from stt.domain.errors import DatabaseFull, DatabaseUnavailable, DatabaseUnusable

Result = TypeVar("Result")

RETURN_SECONDS = 2.0
"""How long closing waits for connections that are still on their way back to the pool."""
TRUSTED_SECONDS = 1.0
"""How long a connection to a server counts as alive after its last use: to ask each time would be one of the four or
five answers that a transaction waits for."""
_RETURNED = "returned_at"
_READING, _WRITING = DATABASE_SECONDS.labels("read"), DATABASE_SECONDS.labels("write")


class Base(DeclarativeBase):
    """Metadata of every table."""


class now(FunctionElement[float]):  # noqa: N801  reads as the SQL function it is
    """The database's own clock, in seconds since 1970: leases never depend on the clock of a worker."""

    type = Float()
    inherit_cache = True


@compiles(now, "sqlite")
def _now_sqlite(_element: now, _compiler: SQLCompiler, **_: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now, "postgresql")
def _now_postgresql(_element: now, _compiler: SQLCompiler, **_: Any) -> str:
    return "extract(epoch from statement_timestamp())::double precision"


class Database:
    """Carries out transactions; connects on first use, never at construction.

    A transaction is a plain function of a connection. On SQLite it runs in a thread from its beginning to its commit;
    on PostgreSQL in the event loop, which goes on while a statement waits for its answer.

    Every method raises `DatabaseUnavailable` where trying again later may help, and `DatabaseUnusable` where somebody
    has to mend the database first.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._adapter = SqliteFile(self.url) if self.is_sqlite else _Server(self.url)

    def insert(self, table: Any) -> Any:
        """An INSERT of this database's own kind, which can be told what to do where a row is there already."""
        return (sqlite.insert if self.is_sqlite else postgresql.insert)(table)

    @property
    def file(self) -> Path | None:
        """Where SQLite keeps it; `None` on a server."""
        return Path(self._adapter.file) if isinstance(self._adapter, SqliteFile) else None

    async def row(self, statement: Select[Any], **values: str) -> Any:
        """The one row that a question by primary key finds, its columns as attributes, or `None`."""
        with _READING.time():
            return await self._adapter.row(statement, values)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """What `work`, which only reads, finds in one transaction."""
        with _READING.time():
            return await self._adapter.read(work)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Carry out `work` in one transaction, committed at its end.

        If `work` raises, or the caller is cancelled before the commit has begun, nothing is changed.
        """
        with _WRITING.time():
            return await self._adapter.write(work)

    async def check(self) -> None:
        """Return if something can be written, which costs one small commit at most."""
        await self._adapter.check()

    async def close(self) -> None:
        """Close every connection, after what is still under way for calls that were just cancelled."""
        await self._adapter.close()


class _Server:
    """PostgreSQL."""

    def __init__(self, url: URL) -> None:
        self._place = f"PostgreSQL at {url.host}:{url.port or 5432}/{url.database}"
        self._engine = create_async_engine(
            url,
            pool_size=10,
            max_overflow=10,
            pool_timeout=10,
            pool_use_lifo=True,
            connect_args={"connect_timeout": 5},
        )
        event.listen(self._engine.sync_engine, "checkin", _note_return)
        event.listen(self._engine.sync_engine, "checkout", self._look_after)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        with self._translated_errors():
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)

    read = write

    def _look_after(self, connection: Any, record: Any, _proxy: Any) -> None:
        """Ask whether the server is still there before a transaction relies on it, unless it answered just now."""
        if time.monotonic() - record.info.get(_RETURNED, math.inf) > TRUSTED_SECONDS:
            dialect = self._engine.dialect
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error  # another connection is taken

    async def row(self, statement: Select[Any], values: Mapping[str, str]) -> Any:
        return await self.read(lambda connection: connection.execute(statement, values).one_or_none())

    async def check(self) -> None:
        if await self.read(lambda connection: connection.scalar(text("SHOW transaction_read_only"))) == "on":
            raise DatabaseUnavailable(f"{self._place} takes no writes: it is a standby.")

    async def close(self) -> None:
        pool = self._engine.pool
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RETURN_SECONDS):
                while isinstance(pool, QueuePool) and pool.checkedout():  # noqa: ASYNC110  it tells nobody
                    await asyncio.sleep(0.01)
        await self._engine.dispose()

    @contextlib.contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Turn what the server refuses into our errors; programming errors pass unchanged."""
        try:
            yield
        except (PoolTimeout, OSError) as error:
            raise DatabaseUnavailable(f"{self._place} does not answer: {error}.") from error
        except DBAPIError as error:
            kind, reason = type(error.orig).__name__, f"{self._place}: {str(error.orig).strip()}"
            if kind == "DiskFull":
                raise DatabaseFull(reason) from error
            if error.connection_invalidated or kind in _OUTAGES:
                raise DatabaseUnavailable(reason) from error
            if kind in _UNUSABLE:
                raise DatabaseUnusable(reason) from error
            raise


def _note_return(_connection: Any, record: Any) -> None:
    record.info[_RETURNED] = time.monotonic()


_OUTAGES = {
    "OperationalError",
    "AdminShutdown",
    "CrashShutdown",
    "CannotConnectNow",
    "IdleInTransactionSessionTimeout",
    "TooManyConnections",
    "ConnectionTimeout",
    "DeadlockDetected",
    "SerializationFailure",
    "ReadOnlySqlTransaction",
}
"""Errors of psycopg by name: the server is away, starting, full, locked or a standby; trying again helps."""
_UNUSABLE = {"UndefinedTable", "UndefinedColumn", "DataCorrupted", "IndexCorrupted"}
"""The same: trying again does not help."""

"""The database: SQLite or PostgreSQL behind SQLAlchemy, one way to read and one way to write."""

import asyncio
import contextlib
import functools
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Float, Row, Select, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from stt.domain.errors import DatabaseUnavailable

BUSY_SECONDS = 30
"""How long a SQLite connection waits for another process's lock."""
RETURN_SECONDS = 2.0
"""How long closing waits for connections that are still on their way back to the pool."""
WAL_SAFE_FROM = (3, 51, 3)
"""First SQLite whose WAL file survives several writing processes (sqlite.org/wal.html, "WAL-reset bug")."""


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
    """Hands out sessions; connects on first use, never at construction."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite_engine() if self.is_sqlite else self._server_engine()

    def _server_engine(self) -> AsyncEngine:
        return create_async_engine(
            self.url,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=10,
            pool_timeout=10,
            connect_args={"connect_timeout": 5},
        )

    def _sqlite_engine(self) -> AsyncEngine:
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        # One connection: writers of one process queue up here instead of in SQLite's busy loop.
        engine = create_async_engine(
            self.url, pool_size=1, max_overflow=0, pool_timeout=BUSY_SECONDS, connect_args={"timeout": BUSY_SECONDS}
        )
        event.listen(engine.sync_engine, "connect", _configure_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine

    async def row(self, statement: Select[Any], **values: str) -> Row[Any] | None:
        """The one row that a question by primary key finds, if it does; raises `DatabaseUnavailable`.

        SQLite is asked in this thread: it answers from memory in microseconds, and the way to another thread and back
        takes many times that. While somebody commits, the question goes the long way, where it can wait.
        """
        if self.is_sqlite:
            with contextlib.suppress(OperationalError):
                return _one(self._reader.execute(statement, values))
        with translated_errors():
            async with self.engine.connect() as connection:
                return _one(await connection.execute(statement, values))

    @functools.cached_property
    def _reader(self) -> Connection:
        """A connection to SQLite that never waits, and between two questions holds no lock."""
        engine = create_engine(
            self.url.set(drivername="sqlite"),
            isolation_level="AUTOCOMMIT",
            poolclass=StaticPool,
            connect_args={"timeout": 0, "check_same_thread": False},
        )
        event.listen(engine, "connect", _read_only)
        return engine.connect()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads; raises `DatabaseUnavailable`."""
        with translated_errors():
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                yield session

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction, committed on the way out; raises `DatabaseUnavailable`.

        On SQLite it takes the write lock at its start (`BEGIN IMMEDIATE`): a lock taken at the first write may fail
        at once when another process wrote in between, whatever the busy timeout says.
        """
        with translated_errors():
            engine = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
            async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
                yield session

    @contextlib.asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A connection in one writing transaction, for migrations; raises `DatabaseUnavailable`."""
        with translated_errors():
            async with self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE").begin() as connection:
                yield connection

    async def close(self) -> None:
        """Close every connection; those of calls that were just cancelled are waited for, on their way back."""
        pool = self.engine.pool
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RETURN_SECONDS):
                while isinstance(pool, QueuePool) and pool.checkedout():  # noqa: ASYNC110  it tells nobody
                    await asyncio.sleep(0.01)
        await self.engine.dispose()
        if "_reader" in vars(self):
            self._reader.close()
            self._reader.engine.dispose()
            del self._reader


@contextlib.contextmanager
def translated_errors() -> Iterator[None]:
    """Turn a lost or refused connection into `DatabaseUnavailable`; programming errors pass unchanged."""
    try:
        yield
    except (PoolTimeout, OSError) as error:
        raise DatabaseUnavailable from error
    except DBAPIError as error:
        if error.connection_invalidated or type(error.orig).__name__ in _OUTAGES:
            raise DatabaseUnavailable from error
        raise


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
}
"""Driver errors (sqlite3 and psycopg) by name: the server is away, starting, full or locked; trying again helps."""


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA journal_mode={'WAL' if sqlite3.sqlite_version_info >= WAL_SAFE_FROM else 'DELETE'}")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _one(result: CursorResult[Any]) -> Row[Any] | None:
    return result.one_or_none()


def _read_only(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON")


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))

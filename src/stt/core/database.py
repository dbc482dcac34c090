"""The database: SQLite or PostgreSQL behind SQLAlchemy; a transaction is a function."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Float, Row, Select, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from stt.core.sqlite import SqliteFile
from stt.domain.errors import DatabaseUnavailable

Result = TypeVar("Result")

RETURN_SECONDS = 2.0
"""How long closing waits for connections that are still on their way back to the pool."""


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
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._adapter = SqliteFile(self.url) if self.is_sqlite else _Server(self.url)

    async def row(self, statement: Select[Any], **values: str) -> Row[Any] | None:
        """The one row that a question by primary key finds, if it does; raises `DatabaseUnavailable`."""
        with translated_errors():
            return await self._adapter.row(statement, values)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """What `work`, which only reads, finds in one transaction; raises `DatabaseUnavailable`."""
        with translated_errors():
            return await self._adapter.read(work)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Carry out `work` in one transaction, committed at its end; raises `DatabaseUnavailable`.

        If `work` raises, or the caller is cancelled before the commit has begun, nothing is changed.
        """
        with translated_errors():
            return await self._adapter.write(work)

    async def close(self) -> None:
        """Close every connection, after what is still under way for calls that were just cancelled."""
        await self._adapter.close()


class _Server:
    """PostgreSQL."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=10,
            pool_timeout=10,
            connect_args={"connect_timeout": 5},
        )

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    read = write

    async def row(self, statement: Select[Any], values: Mapping[str, str]) -> Row[Any] | None:
        return await self.read(lambda connection: connection.execute(statement, values).one_or_none())

    async def close(self) -> None:
        pool = self._engine.pool
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RETURN_SECONDS):
                while isinstance(pool, QueuePool) and pool.checkedout():  # noqa: ASYNC110  it tells nobody
                    await asyncio.sleep(0.01)
        await self._engine.dispose()


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

"""Connections to PostgreSQL that end while nobody looks."""

import pytest
from sqlalchemy import text

from stt.core import database as database_module
from stt.core.database import Database
from stt.domain.errors import DatabaseUnavailable, DatabaseUnusable


@pytest.fixture
async def database(postgres_database):
    database = Database(postgres_database.replace("postgresql://", "postgresql+psycopg://"))
    yield database
    await database.close()


@pytest.fixture
async def other(postgres_database):
    other = Database(postgres_database.replace("postgresql://", "postgresql+psycopg://"))
    yield other
    await other.close()


async def process_of(database):
    """The server's process behind the connection that the next transaction takes."""
    return await database.read(lambda connection: connection.scalar(text("SELECT pg_backend_pid()")))


async def end_process(database, process):
    question = text("SELECT pg_terminate_backend(:process, 5000)").bindparams(process=process)
    assert await database.read(lambda connection: connection.scalar(question))


async def test_a_connection_that_ended_long_ago_is_noticed_before_it_is_used(database, other, monkeypatch):
    monkeypatch.setattr(database_module, "TRUSTED_SECONDS", 0.0)
    first = await process_of(database)
    assert await process_of(database) == first
    await end_process(other, first)
    assert await process_of(database) != first


async def test_one_that_ended_just_now_is_an_outage_and_gone_with_it(database, other, monkeypatch):
    monkeypatch.setattr(database_module, "TRUSTED_SECONDS", 600.0)
    first = await process_of(database)
    await end_process(other, first)
    with pytest.raises(DatabaseUnavailable):
        await process_of(database)
    assert await process_of(database) != first


async def test_a_standby_that_takes_no_writes_is_an_outage(postgres_database):
    url = postgres_database.replace("postgresql://", "postgresql+psycopg://")
    standby = Database(f"{url}?options=-c%20default_transaction_read_only%3Don")
    for write in (
        standby.check,
        lambda: standby.write(lambda connection: connection.execute(text("CREATE TABLE t ()"))),
    ):
        with pytest.raises(DatabaseUnavailable, match=r"^PostgreSQL at .*: "):
            await write()
    await standby.close()


async def test_a_missing_table_is_no_outage(database):
    await database.check()
    with pytest.raises(DatabaseUnusable, match='relation "nothing" does not exist'):
        await database.read(lambda connection: connection.execute(text("SELECT * FROM nothing")))


async def test_a_server_that_is_away_is_named_without_its_password():
    away = Database("postgresql+psycopg://user:secret@127.0.0.1:1/stt")
    with pytest.raises(DatabaseUnavailable, match="PostgreSQL at 127.0.0.1:1/stt") as refused:
        await away.check()
    assert "secret" not in refused.value.message
    await away.close()

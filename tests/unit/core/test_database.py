"""Reading one row from SQLite while others write."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import bindparam, select, text

from stt.core.database import Database, now
from stt.domain.errors import DatabaseUnavailable
from stt.repositories.job_repository import JobRepository, NewJob
from stt.repositories.models import JobRow
from stt.repositories.schema import init_db

BY_ID = select(JobRow.status).where(JobRow.id == bindparam("job_id"))


@pytest.fixture
async def database(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'stt.db'}")
    await init_db(database)
    await JobRepository(database).add(NewJob("j", "f", "k", "vi", "demo"))
    yield database
    await database.close()


@pytest.fixture
def other(database):
    """Another process on the same file, as far as SQLite can tell."""
    connection = sqlite3.connect(database.url.database, isolation_level=None)
    yield connection
    connection.close()


async def test_a_row_is_read_while_somebody_holds_the_lock_for_writing(database, other):
    other.execute("BEGIN IMMEDIATE")
    assert await database.row(BY_ID, job_id="j") == ("PENDING",)
    assert await database.row(BY_ID, job_id="another") is None


async def test_while_somebody_commits_the_question_waits(database, other):
    other.execute("BEGIN EXCLUSIVE")
    asked = asyncio.create_task(database.row(BY_ID, job_id="j"))
    await asyncio.sleep(0.2)
    assert not asked.done()
    other.execute("COMMIT")
    assert await asked == ("PENDING",)


async def test_a_question_leaves_no_lock_behind(database, other):
    await database.row(BY_ID, job_id="j")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE jobs SET status = 'PROCESSING'")
    other.execute("COMMIT")
    assert await database.row(BY_ID, job_id="j") == ("PROCESSING",)


async def test_what_is_wrong_with_the_database_is_said_as_ever(database):
    async with database.write() as session:
        await session.execute(text("DROP TABLE chunks"))
        await session.execute(text("DROP TABLE jobs"))
    with pytest.raises(DatabaseUnavailable):
        await database.row(BY_ID, job_id="j")


async def test_closing_waits_for_a_connection_that_a_cancelled_call_still_holds(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    returned = asyncio.Event()

    async def hold():
        async with database.read() as session:
            await session.execute(select(now()))
            await asyncio.sleep(0.1)
        returned.set()

    holding = asyncio.create_task(hold())
    await asyncio.sleep(0.05)
    await database.close()
    assert returned.is_set()
    await holding

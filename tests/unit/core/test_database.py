"""SQLite: one row read while others write, and transactions that are given up."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import bindparam, select, update

from stt.core import sqlite
from stt.core.database import Database
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import DatabaseUnavailable
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.schema import init_db
from stt.repositories.tables.jobs import JobRow

BY_ID = select(JobRow.status).where(JobRow.id == bindparam("job_id"))


@pytest.fixture
def rollback_journal(monkeypatch):
    """What SQLite had before its write-ahead log, with which nobody who reads waits for anybody."""
    monkeypatch.setattr(sqlite, "WAL_SAFE_FROM", (99,))


@pytest.fixture
async def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'stt.db'}")
    await init_db(database)
    await JobRepository(database).add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
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


async def test_a_row_has_the_values_that_a_transaction_finds(database):
    whole = select(*JobRow.__table__.columns).where(JobRow.id == bindparam("job_id"))
    in_passing = await database.row(whole, job_id="j")
    found = await database.read(lambda connection: connection.execute(whole, {"job_id": "j"}).one())
    assert in_passing._asdict() == found._asdict()
    assert in_passing.guidance["task"] == "transcribe"
    assert in_passing.duration is None


async def test_while_somebody_commits_the_question_waits(rollback_journal, database, other):
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


def hold_the_lock(connection, entered, release):
    """A transaction that has changed something and is not at its end."""
    connection.execute(update(JobRow).values(status="PROCESSING"))
    entered.set()
    release.wait(timeout=30)


@pytest.fixture
async def held(database):
    """A call whose transaction is under way, and what lets it go on."""
    entered, release = threading.Event(), threading.Event()
    call = asyncio.create_task(database.write(lambda connection: hold_the_lock(connection, entered, release)))
    await asyncio.to_thread(entered.wait, 30)
    yield call, release
    release.set()
    await asyncio.wait({call})


async def status_of(database):
    return (await database.read(lambda connection: connection.execute(BY_ID, {"job_id": "j"}).one())).status


async def test_the_transaction_of_a_cancelled_call_changes_nothing(database, held):
    call, release = held
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    release.set()
    assert await status_of(database) == "PENDING"


async def test_a_transaction_that_raises_changes_nothing(database):
    def fail(connection):
        connection.execute(update(JobRow).values(status="PROCESSING"))
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await database.write(fail)
    assert await status_of(database) == "PENDING"


async def test_the_event_loop_goes_on_while_transactions_wait_for_one_another(database, held):
    _, release = held
    waiting = [asyncio.create_task(status_of(database)) for _ in range(3)]
    await asyncio.sleep(0.1)
    assert not any(call.done() for call in waiting)
    release.set()
    assert await asyncio.gather(*waiting) == ["PROCESSING"] * 3


async def test_a_transaction_waits_for_the_others_of_its_process_no_longer_than_for_another_process(
    database, held, monkeypatch
):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    with pytest.raises(DatabaseUnavailable):
        await status_of(database)


async def test_closing_waits_for_the_transaction_of_a_call_that_was_cancelled(database, held):
    call, release = held
    call.cancel()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0.1)
    assert not closing.done()
    release.set()
    await closing
    assert await status_of(database) == "PENDING"

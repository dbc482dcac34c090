"""What is wrong with a SQLite file is told apart by SQLite's own codes, and said with the file and the reason."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select, text

from stt.core import sqlite
from stt.core.database import Database
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import DatabaseUnavailable, DatabaseUnusable
from stt.repositories.jobs.job_repository import JobRepository, NewJob
from stt.repositories.schema import check, init_db
from stt.repositories.tables.jobs import JobRow

BY_ID = select(JobRow.status).where(JobRow.id == bindparam("job_id"))
NEW = NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo")


@pytest.fixture
def rollback_journal(monkeypatch):
    """What SQLite had before its write-ahead log, with which nobody who reads waits for anybody."""
    monkeypatch.setattr(sqlite, "WAL_SAFE_FROM", (99,))


@pytest.fixture
async def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'stt.db'}")
    await init_db(database)
    yield database
    await database.close()


def file_of(database):
    return Path(database.url.database)


async def questions(database):
    """What every way to ask raises."""
    answers = []
    for ask in (
        lambda: database.row(BY_ID, job_id="j"),
        lambda: database.read(lambda connection: connection.execute(select(JobRow.id)).all()),
        lambda: JobRepository(database).add(NEW),
        lambda: check(database),
    ):
        with pytest.raises((DatabaseUnavailable, DatabaseUnusable)) as refused:
            await ask()
        answers.append(refused.value)
    return answers


async def test_a_missing_table_is_no_outage(database):
    for table in ("chunks", "jobs"):
        await database.write(lambda connection, table=table: connection.execute(text(f"DROP TABLE {table}")))
    for error in await questions(database):
        assert isinstance(error, DatabaseUnusable)
        assert error.message == f"The SQLite file {file_of(database)} cannot be used: no such table: jobs."


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda pages: b"no database at all" + pages[18:], "file is not a database"),
        (lambda pages: pages[:100] + bytes(len(pages) - 100), "database disk image is malformed"),
    ],
)
async def test_a_damaged_file_is_no_outage(database, damage, reason):
    await database.close()
    file_of(database).write_bytes(damage(file_of(database).read_bytes()))
    for error in await questions(database):
        assert isinstance(error, DatabaseUnusable)
        assert error.message == f"The SQLite file {file_of(database)} cannot be used: {reason}."


@pytest.mark.parametrize("wal_safe_from", [(3,), (99,)])
@pytest.mark.parametrize("replace", [False, True])
async def test_a_file_deleted_under_us_takes_nothing_more(tmp_path, monkeypatch, replace, wal_safe_from):
    monkeypatch.setattr(sqlite, "WAL_SAFE_FROM", wal_safe_from)
    database = Database(f"sqlite:///{tmp_path / 'stt.db'}")
    await init_db(database)
    file_of(database).unlink()
    if replace:
        file_of(database).write_bytes(b"")
    for write in (lambda: JobRepository(database).add(NEW), lambda: check(database)):
        with pytest.raises(DatabaseUnusable, match=f"{file_of(database)} was deleted or replaced while in use"):
            await write()
    await database.close()


async def test_a_full_file_is_an_outage_that_passes_when_there_is_room(database):
    def leave_room_for(pages):
        def work(connection):
            used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={used + pages}")

        return database.write(work)

    huge = NewJob(ANONYMOUS, "j", "f" * 100_000, "k", "vi", "demo")
    await leave_room_for(0)
    with pytest.raises(DatabaseUnavailable) as full:
        await JobRepository(database).add(huge)
    assert full.value.message == f"The SQLite file {file_of(database)} is full: database or disk is full."
    assert full.value.public == "The database is full; try again later."
    await leave_room_for(1000)
    await JobRepository(database).add(huge)


async def test_a_file_that_may_only_be_read_is_an_outage_for_who_writes(database, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    await JobRepository(database).add(NEW)
    reading = Database(f"sqlite:///file:{file_of(database)}?mode=ro&uri=true")
    for write in (lambda: JobRepository(reading).add(NEW), reading.check):
        with pytest.raises(DatabaseUnavailable, match="is read-only: attempt to write a readonly database"):
            await write()
    assert await reading.read(lambda connection: connection.scalar(BY_ID, {"job_id": "j"})) == "PENDING"
    await reading.close()
    assert list(Path.cwd().iterdir()) == [], "no folder is made of the name of a URI"


async def test_a_file_locked_by_another_process_is_an_outage(rollback_journal, database, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    impatient = Database(database.url)
    other = sqlite3.connect(file_of(database), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for error in await questions(impatient):
        assert isinstance(error, DatabaseUnavailable)
        assert error.message == f"The SQLite file {file_of(database)} is locked: database is locked."
    other.close()
    await impatient.close()


async def test_a_folder_that_cannot_be_made_is_named_with_the_reason(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    database = Database(f"sqlite:///{tmp_path / 'file' / 'data' / 'stt.db'}")
    with pytest.raises(DatabaseUnavailable) as gone:
        await init_db(database)
    assert gone.value.message == f"The SQLite file {file_of(database)} is gone: Not a directory."
    await database.close()


async def test_a_folder_where_no_file_can_be_is_named_with_the_reason():
    gone = Database("sqlite:////proc/nothing/stt.db")
    with pytest.raises(DatabaseUnavailable, match="The SQLite file /proc/nothing/stt.db is gone: No such file"):
        await init_db(gone)
    await gone.close()

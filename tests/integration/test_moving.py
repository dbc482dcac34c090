"""From SQLite and a folder to PostgreSQL and MinIO, with a job in every stage."""

import contextlib
import shutil
import sqlite3

import pytest
from sqlalchemy import text

from stt.bootstrap import moving
from stt.core.config import Settings
from stt.core.database import Database
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import DatabaseUnusable, InvalidRequest, NotFound
from stt.domain.jobs.job_filter import JobFilter
from stt.domain.text.search import query_of
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_list import JobList
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.messages.event_repository import EventRepository
from stt.repositories.schema import init_db
from stt.repositories.version_repository import VersionRepository
from stt.services.moving import database_move
from stt.services.moving.object_copy import ObjectCopy
from tests.dying import Killed
from tests.service_at_work import HELLO, fill, opened
from tools.postgresql import fresh_database


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Where a service lies that has a job in every stage; whoever comes first fills it."""
    return tmp_path_factory.mktemp("filled")


@pytest.fixture
async def data_dir(filled, tmp_path):
    if not (filled / "stt.db").exists():
        await fill(filled)
    return shutil.copytree(filled, tmp_path / "data")


@pytest.fixture
def settings(data_dir, minio_server, bucket_name, postgres_url):
    """Those of the servers that everything is to be moved to."""
    with fresh_database(postgres_url) as url:
        yield Settings(
            _env_file=None,
            data_dir=data_dir,
            DATABASE_URL=url,
            MINIO_ENDPOINT=minio_server.endpoint,
            MINIO_ACCESS_KEY=minio_server.access_key,
            MINIO_SECRET_KEY=minio_server.secret_key,
            MINIO_BUCKET=bucket_name,
        )


@pytest.fixture
async def target(settings):
    database = Database(settings.sqlalchemy_url)
    yield database
    await database.close()


async def move(settings):
    count = await moving.move_storage(settings, lambda _done, _total: None)
    return count, await moving.move_database(settings, "PostgreSQL db.example/stt")


def objects_of(data_dir):
    folder = data_dir / "objects"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def killed_at(monkeypatch, place, name, after=0):
    """Have the process end when `name` is called for the next time after so many."""
    real, calls = getattr(place, name), []

    def counted(*arguments):
        calls.append(name)
        if len(calls) > after:
            raise Killed
        return real(*arguments)

    monkeypatch.setattr(place, name, counted)
    return lambda: monkeypatch.setattr(place, name, real)


async def test_every_job_goes_on_in_postgresql_and_every_object_is_the_same(
    settings, target, data_dir, minio_server, bucket_name
):
    before = objects_of(data_dir)
    count, kept = await move(settings)
    assert (count, kept) == (len(before), data_dir / "stt.db.migrated")
    storage = minio_server.storage(bucket_name)
    assert {key: await storage.read(key) for key in await storage.keys("")} == before
    jobs, chunks = JobRepository(target), ChunkRepository(target)
    done, held, waiting = await chunks.of_job("transcribe")
    assert (done.segments, held.status, waiting.segments) == ((HELLO,), "RUNNING", ())
    assert (await jobs.get(ANONYMOUS, "pending")).metadata == {"khách": "hàng"}
    assert (await jobs.get(ANONYMOUS, "failed")).error_message == "It is no audio."
    with pytest.raises(NotFound):
        await jobs.get(ANONYMOUS, "deleted")
    assert (await VersionRepository(target).get(ANONYMOUS, "completed", 1)).operations == [{"op": "é"}]
    found = await JobList(target).search(ANONYMOUS, JobFilter(), query_of("xin chao"), None, 10)
    assert {job.job_id for job in found.jobs} == {"completed", "again"}

    late = text("UPDATE jobs SET available_at = 0 WHERE available_at IS NOT NULL")
    await target.write(lambda connection: connection.execute(late))
    stages = {}
    while claimed := await jobs.claim("other", 60):
        stages[claimed[0].job_id] = claimed[0].stage
    assert stages == {
        "again": "redo", "prepare": "prepare", "detect": "detect", "merge": "merge", "pending": "prepare"
    }  # fmt: skip


async def test_numbers_that_were_given_are_not_given_again(settings, target, data_dir):
    with contextlib.closing(sqlite3.connect(data_dir / "stt.db")) as connection, connection:
        [[last]] = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchall()
        connection.execute("DELETE FROM events WHERE id > 2")
    await move(settings)
    await JobRepository(target).cancel(ANONYMOUS, "pending")
    events = await EventRepository(target).of_job(ANONYMOUS, "pending", 2)
    assert [event.event_id for event in events if event.event_id <= last] == []
    assert len(events) == 1


async def test_who_opens_the_former_database_is_told_where_the_jobs_are(settings, data_dir):
    former = Database(f"sqlite:///{data_dir / 'stt.db'}")
    await init_db(former)  # a service that nobody stopped
    await move(settings)
    with pytest.raises(DatabaseUnusable, match="deleted or replaced"):
        await JobRepository(former).cancel(ANONYMOUS, "pending")
    await former.close()
    with pytest.raises(DatabaseUnusable, match=r"moved to PostgreSQL db.example/stt. Set DATABASE_URL"):
        async with opened(data_dir):
            pass
    with pytest.raises(DatabaseUnusable, match="moved to PostgreSQL"):
        await moving.move_database(settings, "elsewhere")
    (data_dir / "stt.db.migrated").replace(data_dir / "stt.db")  # the way back
    async with opened(data_dir) as (database, _):
        assert (await JobRepository(database).get(ANONYMOUS, "pending")).filename == "pending.mp3"


async def test_objects_that_were_half_moved_are_moved_to_the_end(settings, monkeypatch, minio_server, bucket_name):
    go_on = killed_at(monkeypatch, ObjectCopy, "_one", after=4)
    with pytest.raises(BaseExceptionGroup, match="unhandled errors"):
        await moving.move_storage(settings, lambda _done, _total: None)
    go_on()
    storage = minio_server.storage(bucket_name)
    half = {key: (await storage.stat(key)).tag for key in await storage.keys("")}
    with pytest.raises(InvalidRequest, match="run 'stt migrate-storage' first"):
        await moving.move_database(settings, "elsewhere")
    count, _ = await move(settings)
    assert len(half) < count == len(await storage.keys(""))
    await moving.move_storage(settings, lambda _done, _total: None)
    assert len(await storage.keys("")) == count


@pytest.mark.parametrize(("place", "name"), [(database_move, "fill"), (database_move, "retire")])
async def test_a_database_whose_move_broke_off_is_moved_when_it_is_tried_again(
    settings, target, monkeypatch, place, name
):
    await moving.move_storage(settings, lambda _done, _total: None)
    go_on = killed_at(monkeypatch, place, name)
    with pytest.raises(Killed):
        await moving.move_database(settings, "elsewhere")
    go_on()
    kept = await moving.move_database(settings, "elsewhere")
    assert kept.exists()
    assert (await JobRepository(target).get(ANONYMOUS, "pending")).filename == "pending.mp3"


async def test_a_bucket_with_something_else_in_it_is_refused(settings, minio_server, bucket_name):
    storage = minio_server.storage(bucket_name)
    await storage.prepare()
    await storage.write("others/thing", b"1")
    with pytest.raises(InvalidRequest, match="not empty: it holds 1 objects .* others/thing"):
        await moving.move_storage(settings, lambda _done, _total: None)
    assert await storage.keys("") == ["others/thing"]


async def test_a_database_with_other_jobs_in_it_is_refused_and_left_alone(settings, target, data_dir):
    await moving.move_storage(settings, lambda _done, _total: None)
    await init_db(target)
    foreign = text("INSERT INTO consumers (id, seen_at) VALUES ('somebody', 1)")
    await target.write(lambda connection: connection.execute(foreign))
    with pytest.raises(InvalidRequest, match="is not empty"):
        await moving.move_database(settings, "elsewhere")
    count = await target.read(lambda connection: connection.scalar(text("SELECT count(*) FROM jobs")))
    assert count == 0
    async with opened(data_dir) as (database, _):
        assert (await JobRepository(database).get(ANONYMOUS, "pending")).filename == "pending.mp3"


@pytest.mark.parametrize(("version", "error", "said"), [
    ("9999", DatabaseUnusable, "version 9999, which this program"),
    ("0001", InvalidRequest, "tables of the older version 0001"),
])  # fmt: skip
async def test_a_database_of_another_version_is_refused(settings, target, version, error, said):
    await init_db(target)
    change = text("UPDATE alembic_version SET version_num = :version")
    await target.write(lambda connection: connection.execute(change, {"version": version}))
    with pytest.raises(error, match=said):
        await moving.move_database(settings, "elsewhere")


async def test_settings_that_name_no_server_are_refused(data_dir):
    settings = Settings(_env_file=None, data_dir=data_dir, DATABASE_URL="", MINIO_ENDPOINT="")
    with pytest.raises(InvalidRequest, match="MINIO_ENDPOINT is not set"):
        await moving.move_storage(settings, lambda _done, _total: None)
    with pytest.raises(InvalidRequest, match="DATABASE_URL names no PostgreSQL"):
        await moving.move_database(settings, "nowhere")

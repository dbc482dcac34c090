"""A backup is made while a service works, and becomes a service again."""

import asyncio
import contextlib
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import text

from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import NotFound
from stt.domain.jobs.keys import chunk_key
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.services.moving.restore import Restore
from tests.service_at_work import HELLO, STAGES, fill, opened


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    asyncio.run(fill(folder))
    return folder


@pytest.fixture
def at_work(filled, tmp_path):
    """The folder of a service that has a job in every stage."""
    return shutil.copytree(filled, tmp_path / "data")


def objects_of(folder):
    paths = (path for path in (folder / "objects").rglob("*") if path.is_file())
    return {path.relative_to(folder / "objects").as_posix(): path.read_bytes() for path in paths}


def rows_of(file):
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in tables if not name.startswith("search_terms")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in kept}


def test_a_restored_service_has_every_job_and_every_object(stt, at_work, tmp_path):
    made = stt("backup", tmp_path / "kept")
    assert (made.code, made.out.strip()) == (0, str(tmp_path / "kept"))
    told = stt("restore", tmp_path / "kept", "--data-dir", tmp_path / "new")
    assert told.code == 0, told.err
    assert objects_of(tmp_path / "new") == objects_of(at_work)
    restored, before = rows_of(tmp_path / "new/stt.db"), rows_of(at_work / "stt.db")
    assert before["uploads"] != []
    assert restored == before | {"uploads": []}  # what is half sent is sent anew
    assert not list((tmp_path / "new").glob(".*"))


def test_a_restored_service_goes_on_where_the_other_was(stt, at_work, tmp_path):
    stt("backup", tmp_path / "kept")
    stt("restore", tmp_path / "kept", "--data-dir", tmp_path / "new")

    async def go_on():
        async with opened(tmp_path / "new") as (database, storage):
            # What time does: the leases of consumers that are not here run out.
            late = text("UPDATE jobs SET available_at = 0 WHERE available_at IS NOT NULL")
            await database.write(lambda connection: connection.execute(late))
            jobs, chunks = JobRepository(database), ChunkRepository(database)
            found = {}
            while claimed := await jobs.claim("other", 60):
                found[claimed[0].job_id] = claimed[0].stage
            done = (await chunks.of_job("transcribe"))[0]
            audio = await storage.read(chunk_key("transcribe", 2))
            with pytest.raises(NotFound):
                await jobs.get(ANONYMOUS, "deleted")
            return found, done.segments, audio

    found, segments, audio = asyncio.run(go_on())
    assert found == {"again": "redo", "prepare": "prepare", "detect": "detect", "merge": "merge", "pending": "prepare"}
    assert (segments, audio) == ((HELLO,), b"transcribe 2")


def test_the_sums_are_those_of_sha256sum_and_the_account_says_what_is_in_it(stt, at_work, tmp_path):
    stt("backup", tmp_path / "kept")
    lines = (tmp_path / "kept/SHA256SUMS").read_text().splitlines()
    for digits, name in (line.split("  ") for line in lines):
        assert hashlib.sha256((tmp_path / "kept" / name).read_bytes()).hexdigest() == digits
    account = json.loads((tmp_path / "kept/backup.json").read_text())
    assert account["objects"] == len(lines) - 1 == len(objects_of(at_work))
    assert account["bytes"] == sum(map(len, objects_of(at_work).values()))
    assert account["missing"] == []


def test_nothing_is_overwritten(stt, at_work, tmp_path):
    stt("backup", tmp_path / "kept")
    before = rows_of(at_work / "stt.db")
    again = stt("backup", tmp_path / "kept")
    assert (again.code, "already" in again.err) == (2, True)
    onto = stt("restore", tmp_path / "kept")
    assert (onto.code, f"There is {at_work / 'stt.db'} already" in onto.err) == (2, True)
    (at_work / "stt.db").unlink()
    journal = at_work / "stt.db-journal"
    journal.write_bytes(b"of another database")
    assert f"There is {journal} already" in stt("restore", tmp_path / "kept").err
    journal.unlink()
    onto = stt("restore", tmp_path / "kept")
    assert (onto.code, f"objects already in {at_work / 'objects'}" in onto.err) == (2, True)
    shutil.rmtree(at_work / "objects")
    assert stt("restore", tmp_path / "kept").code == 0
    assert rows_of(at_work / "stt.db")["jobs"] == before["jobs"]


def test_what_a_restore_that_broke_off_has_left_is_not_taken_for_another_backup(stt, at_work, tmp_path, monkeypatch):
    stt("backup", tmp_path / "kept")

    def killed(_):
        raise OSError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Restore, "_move", killed)
        assert stt("restore", tmp_path / "kept", "--data-dir", tmp_path / "new").code != 0
    with contextlib.closing(sqlite3.connect(at_work / "stt.db")) as connection, connection:
        connection.execute("UPDATE jobs SET filename = 'other.mp3'")
    stt("backup", tmp_path / "other")
    told = stt("restore", tmp_path / "other", "--data-dir", tmp_path / "new")
    assert told.code == 0, told.err
    assert rows_of(tmp_path / "new/stt.db")["jobs"] == rows_of(at_work / "stt.db")["jobs"]


@pytest.mark.parametrize("name", ["stt.db", "objects/uploads/pending/pending.mp3"])
@pytest.mark.parametrize("change", ["changed", "removed"])
def test_a_backup_that_was_changed_is_not_restored(stt, at_work, tmp_path, name, change):
    stt("backup", tmp_path / "kept")
    file = tmp_path / "kept" / name
    if change == "removed":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    told = stt("restore", tmp_path / "kept", "--data-dir", tmp_path / "new")
    assert (told.code, name.removeprefix("objects/") in told.err) == (2, True)
    assert list((tmp_path / "new").iterdir()) == []


def test_half_a_backup_is_none(stt, at_work, tmp_path):
    stt("backup", tmp_path / "kept")
    (tmp_path / "kept/backup.json").unlink()
    told = stt("restore", tmp_path / "kept", "--data-dir", tmp_path / "new")
    assert (told.code, "no whole backup" in told.err) == (2, True)


def test_a_backup_of_a_newer_program_is_refused_with_a_sentence(stt, at_work, tmp_path):
    stt("backup", tmp_path / "kept")
    account = tmp_path / "kept/backup.json"
    account.write_text(json.dumps(json.loads(account.read_text()) | {"tables": "9999"}))
    told = stt("restore", tmp_path / "kept", "--data-dir", tmp_path / "new")
    assert (told.code, "version 9999, which this program" in told.err) == (1, True)
    assert not (tmp_path / "new/stt.db").exists()


def test_what_the_service_itself_had_lost_is_told_and_nothing_else_is_missed(stt, at_work, tmp_path):
    (at_work / "objects" / chunk_key("merge", 1)).unlink()
    told = stt("backup", tmp_path / "kept")
    assert (told.code, chunk_key("merge", 1) in told.err) == (0, True)
    assert json.loads((tmp_path / "kept/backup.json").read_text())["missing"] == [chunk_key("merge", 1)]
    assert stt("restore", tmp_path / "kept", "--data-dir", tmp_path / "new").code == 0


def test_a_damaged_database_is_no_backup(stt, at_work, tmp_path):
    body = bytearray((at_work / "stt.db").read_bytes())
    body[4096 * 3 : 4096 * 8] = bytes(4096 * 5)
    (at_work / "stt.db").write_bytes(body)
    told = stt("backup", tmp_path / "kept")
    assert (told.code, "database_unusable" in told.err) == (1, True)
    assert not (tmp_path / "kept").exists()


WRITER = """
import itertools, pathlib, sqlite3, sys, time
folder = pathlib.Path(sys.argv[1])
connection = sqlite3.connect(folder / "stt.db", isolation_level=None, timeout=30)
for number in itertools.count():
    key = f"uploads/new-{number}/a.mp3"
    file = folder / "objects" / key
    file.parent.mkdir(parents=True)
    file.write_bytes(b"audio")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO jobs SELECT 'new-' || ?, rank, available_at, attempt, outcomes, tries, worker_id, "
        "owner, status, stage, filename, ?, {others} FROM jobs WHERE id = 'pending'", (number, key))
    connection.execute("COMMIT")
    if number > 20:
        # What is over is tidied: the row says so first.
        gone = number - 20
        connection.execute("UPDATE jobs SET deleted_at = 1 WHERE id = ?", (f"new-{gone}",))
        (folder / "objects" / f"uploads/new-{gone}/a.mp3").unlink()
    print(number, flush=True)
    time.sleep(0.005)
"""


def test_a_backup_of_a_service_that_is_written_to_lacks_nothing_that_its_database_counts_on(stt, at_work, tmp_path):
    with contextlib.closing(sqlite3.connect(at_work / "stt.db")) as connection, connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(jobs)")]
    first = ["id", "rank", "available_at", "attempt", "outcomes", "tries", "worker_id", "owner", "status", "stage"]
    columns = [*first, "filename", "object_key", *(n for n in names if n not in (*first, "filename", "object_key"))]
    script = WRITER.replace("INSERT INTO jobs SELECT", f"INSERT INTO jobs ({', '.join(columns)}) SELECT")
    script = script.replace("{others}", ", ".join(columns[12:]))
    with subprocess.Popen([sys.executable, "-c", script, str(at_work)], stdout=subprocess.PIPE, text=True) as writer:
        try:
            while int(writer.stdout.readline()) < 60:
                pass
            made = stt("backup", tmp_path / "kept")
        finally:
            writer.kill()
    assert made.code == 0, made.err
    named = "SELECT object_key FROM jobs WHERE deleted_at IS NULL AND id LIKE 'new-%'"
    with contextlib.closing(sqlite3.connect(tmp_path / "kept/stt.db")) as connection:
        needed = {key for (key,) in connection.execute(named)}
    assert len(needed) >= 20
    assert needed <= set(objects_of(tmp_path / "kept"))
    assert json.loads((tmp_path / "kept/backup.json").read_text())["missing"] == []


def test_servers_have_tools_of_their_own(stt, at_work, tmp_path, monkeypatch):
    monkeypatch.setenv("MINIO_ENDPOINT", "s3.example")
    for arguments in (("backup", tmp_path / "kept"), ("restore", tmp_path / "kept")):
        told = stt(*arguments)
        assert (told.code, "names a server" in told.err) == (2, True)


def test_every_stage_is_in_the_fixture(at_work):
    with contextlib.closing(sqlite3.connect(at_work / "stt.db")) as connection:
        jobs = {row[0] for row in connection.execute("SELECT id FROM jobs")}
    assert jobs == set(STAGES)

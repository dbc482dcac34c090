"""What killed uploads leave is removed within the hour, and nothing else."""

import os
import uuid

import pytest

from stt.core.storage.local import LocalStorage
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.keys import is_made_here, job_id_from, upload_key
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.worker.upkeep.reconciler import LEFT_SECONDS, Reconciler
from tests.fresh_tables import sqlite_with_tables


@pytest.fixture
async def jobs(tmp_path):
    database = await sqlite_with_tables(tmp_path / "stt.db")
    yield JobRepository(database)
    await database.close()


@pytest.fixture
async def storage(tmp_path):
    storage = LocalStorage(tmp_path / "objects")
    await storage.prepare()
    return storage


def made():
    return job_id_from(uuid.uuid4())


async def put(storage, key, *, age):
    await storage.write(key, b"x")
    os.utime(storage.root / key, (0, (storage.root / key).stat().st_mtime - age))
    return key


async def test_a_file_without_a_job_is_removed_and_everything_else_stays(jobs, storage):
    old, young = LEFT_SECONDS + 60, LEFT_SECONDS - 60
    orphan, accepted, fresh = made(), made(), made()
    await put(storage, upload_key(orphan, "talk.mp3"), age=old)
    kept = [
        await put(storage, upload_key(accepted, "talk.mp3"), age=old),
        await put(storage, upload_key(fresh, "talk.mp3"), age=young),
        await put(storage, f"uploads/{uuid.uuid4()}/of-another-service.mp3", age=old),
        await put(storage, "uploads/notes.txt", age=old),
        await put(storage, f"incoming/{orphan}/talk.mp3", age=old),
        await put(storage, f"results/{orphan}/transcription.json", age=old),
    ]
    await jobs.add(NewJob(ANONYMOUS, accepted, "talk.mp3", kept[0], "vi", "demo"))
    for _ in range(2):
        await Reconciler(jobs, storage).reconcile()
        assert await storage.keys("") == sorted(kept)


async def test_half_a_file_of_a_dead_writer_is_removed_and_foreign_ones_stay(jobs, storage):
    incoming = storage.root / ".incoming"
    for name in ("0" * 32, "1" * 32, "notes.txt"):
        (incoming / name).write_bytes(b"half")
    for name in ("0" * 32, "notes.txt"):
        os.utime(incoming / name, (0, 0))
    await Reconciler(jobs, storage).reconcile()
    assert {path.name for path in incoming.iterdir()} == {"1" * 32, "notes.txt"}


def test_our_ids_are_known_again_and_those_of_others_are_not():
    assert all(is_made_here(made()) for _ in range(100))
    assert not any(is_made_here(str(uuid.uuid4())) for _ in range(1000))
    assert not any(
        is_made_here(wrong) for wrong in ("", "notes.txt", made().upper(), f"{{{made()}}}", made()[:-1] + "~")
    )
    assert uuid.UUID(made()).version == 4

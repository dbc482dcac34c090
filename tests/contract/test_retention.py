"""Audio and texts that are kept for a time, the same on SQLite and PostgreSQL; the clock is moved."""

import pytest
from sqlalchemy import func, select, update

from stt.core.storage.local import LocalStorage
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.job_filter import JobFilter
from stt.domain.jobs.keys import chunk_key, result_key, upload_key
from stt.domain.jobs.retention import Retention
from stt.domain.text.search import query_of, terms_of
from stt.repositories.jobs.job_list import JobList
from stt.repositories.jobs.retention import RetentionRepository
from stt.repositories.jobs.retries import RetryRepository
from stt.repositories.tables.jobs import ChunkRow, JobRow
from stt.worker.upkeep.expiry import Expiry
from tests.contract.test_repositories import LEASE, chunks, jobs, new_job, plan  # noqa: F401  fixtures

HOUR = 3600.0


@pytest.fixture
async def store(tmp_path):
    store = LocalStorage(tmp_path / "objects")
    await store.prepare()
    return store


async def pass_time(database, seconds):
    """Everything lies so much longer in the past."""
    moved = {c: c - seconds for c in (JobRow.created_at, JobRow.completed_at, JobRow.audio_due_at, JobRow.text_due_at)}
    await database.write(lambda connection: connection.execute(update(JobRow).values(moved)))


async def completed(jobs, chunks, store, job_id, retention):  # noqa: F811
    audio = upload_key(job_id, "a.mp3")
    await jobs.add(new_job(job_id, object_key=audio, retention=retention))
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0, silent=True), None)
    await jobs.finish_prepare(claim, duration=60.0, chunks_total=1, broke_off=None)
    _, claim = await jobs.claim("w", LEASE)
    for key in (audio, chunk_key(job_id, 0), result_key(job_id)):
        await store.write(key, b"x")
    await jobs.complete(claim, result_key(job_id), terms_of(ANONYMOUS, "a.mp3", "bí mật"))


async def test_what_is_due_goes_then_and_nothing_else(database, jobs, chunks, store):  # noqa: F811
    expiry = Expiry(RetentionRepository(database), store)
    await completed(jobs, chunks, store, "kept", Retention())
    await completed(jobs, chunks, store, "short", Retention(HOUR, 2 * HOUR))
    everything = await store.keys("")
    await pass_time(database, HOUR - 60)
    await expiry.expire()
    assert await store.keys("") == everything

    await pass_time(database, 120)
    await expiry.expire()
    assert set(everything) - set(await store.keys("")) == {upload_key("short", "a.mp3"), chunk_key("short", 0)}
    job = await jobs.get(ANONYMOUS, "short")
    assert (job.audio_deleted_at is None, job.text_deleted_at) == (False, None)

    await pass_time(database, HOUR)
    await expiry.expire()
    assert [key for key in await store.keys("") if "short" in key] == []
    assert (await jobs.get(ANONYMOUS, "short")).text_deleted_at
    rows = select(func.count()).where(ChunkRow.job_id == "short")
    assert await database.read(lambda connection: connection.scalar(rows)) == 0
    listed = JobList(database)
    for asked, found in (("bi mat", ["kept"]), ("a mp3", ["short", "kept"])):
        page = await listed.search(ANONYMOUS, JobFilter(), query_of(asked), None, 9)
        assert [job.job_id for job in page.jobs] == found
    assert len([key for key in await store.keys("") if "kept" in key]) == 3


async def test_an_expiry_that_was_killed_is_finished_and_a_retry_sets_the_time_anew(database, jobs, chunks, store):  # noqa: F811
    retention, retries = RetentionRepository(database), RetryRepository(database)
    await jobs.add(new_job(object_key=upload_key("job-1", "a.mp3"), retention=Retention(HOUR)))
    await store.write(upload_key("job-1", "a.mp3"), b"x")
    await jobs.cancel(ANONYMOUS, "job-1")
    await pass_time(database, HOUR - 60)
    assert await retries.retry(ANONYMOUS, "job-1") is True
    await jobs.cancel(ANONYMOUS, "job-1")
    await pass_time(database, 120)
    await Expiry(retention, store).expire()
    assert await store.keys("") == [upload_key("job-1", "a.mp3")]
    await pass_time(database, HOUR)
    assert await retries.retry(ANONYMOUS, "job-1") is False
    await store.delete(upload_key("job-1", "a.mp3"))  # and killed before it could be marked
    await Expiry(retention, store).expire()
    assert (await jobs.get(ANONYMOUS, "job-1")).audio_deleted_at
    assert await retention.audio_due(9) == []


async def test_audio_that_another_service_stored_stays_and_its_job_says_so(database, jobs, store):  # noqa: F811
    retention = RetentionRepository(database)
    await jobs.add(new_job(object_key="theirs/a.mp3", retention=Retention(HOUR)))
    await store.write("theirs/a.mp3", b"x")
    await jobs.cancel(ANONYMOUS, "job-1")
    await pass_time(database, HOUR + 60)
    await Expiry(retention, store).expire()
    job = await jobs.get(ANONYMOUS, "job-1")
    assert (job.audio_deleted_at, job.retention.delete_audio_after) == (None, None)
    assert await store.keys("") == ["theirs/a.mp3"]
    assert await retention.audio_due(9) == []
    assert await RetryRepository(database).retry(ANONYMOUS, "job-1") is True

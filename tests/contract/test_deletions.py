"""Jobs that are deleted, and jobs that are begun again, the same on SQLite and PostgreSQL."""

import pytest
from sqlalchemy import func, select, update

from stt.domain.access.limits import Limits
from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.errors import ClaimLost, LimitReached, NotFound
from stt.domain.jobs.chunk import ChunkStatus
from stt.domain.jobs.job import JobStatus, Stage
from stt.domain.jobs.job_filter import JobFilter
from stt.domain.text.search import query_of
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.job_list import JobList
from stt.repositories.jobs.retries import RetryRepository
from stt.repositories.tables.jobs import ChunkRow, JobRow, SearchRow
from tests.contract.test_repositories import HELLO, LEASE, chunks, jobs, new_job, plan  # noqa: F401  fixtures

OTHER = Owner("another")


async def count(database, table):
    return await database.read(lambda connection: connection.scalar(select(func.count()).select_from(table)))


async def change(database, **values):
    await database.write(lambda connection: connection.execute(update(JobRow).values(values)))


async def begun(jobs, chunks):  # noqa: F811
    """A job of two chunks, one of which is transcribed and one is being worked at; the claim on that."""
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    for index in range(2):
        await chunks.add(claim, job, plan(index), f"chunks/{index}")
    await jobs.finish_prepare(claim, duration=120.0, chunks_total=2, broke_off=None)
    chunk, _, claim = await chunks.claim("w", LEASE)
    await chunks.complete(chunk, claim, [HELLO], [])
    return await chunks.claim("w", LEASE)


async def test_a_deleted_job_is_seen_by_nobody_and_its_worker_writes_nothing(database, jobs, chunks):  # noqa: F811
    chunk, _, claim = await begun(jobs, chunks)
    deletions = DeletionRepository(database)
    assert await deletions.mark(OTHER, "job-1") is None
    rows = await deletions.mark(ANONYMOUS, "job-1")
    assert (rows.chunks, rows.object_key) == (2, "k")
    assert await deletions.mark(ANONYMOUS, "job-1") is None
    assert await count(database, ChunkRow) == await count(database, SearchRow) == 0
    with pytest.raises(NotFound):
        await jobs.get(ANONYMOUS, "job-1")
    for page in (
        await JobList(database).page(ANONYMOUS, JobFilter(), None, 10),
        await JobList(database).search(ANONYMOUS, JobFilter(), query_of("a mp3"), None, 10),
    ):
        assert page.jobs == []
    with pytest.raises(ClaimLost):
        await chunks.complete(chunk, claim, [HELLO], [])
    assert await chunks.void([claim]) == {claim}
    assert await jobs.claim("w", LEASE) is None
    assert await jobs.unannounced(older_than=0, limit=9) == []
    assert await RetryRepository(database).retry(ANONYMOUS, "job-1") is False
    assert await deletions.marked(before=60, limit=9) == []
    await change(database, deleted_at=1.0)
    assert await deletions.marked(before=60, limit=9) == ["job-1"]
    await deletions.remove("job-1")
    assert await count(database, JobRow) == 0


async def test_a_job_that_is_begun_again_keeps_what_was_transcribed(database, jobs, chunks):  # noqa: F811
    stale_chunk, _, stale = await begun(jobs, chunks)
    retries = RetryRepository(database)
    assert await retries.retry(ANONYMOUS, "job-1") is False  # it runs
    await jobs.cancel(ANONYMOUS, "job-1")
    assert await retries.retry(OTHER, "job-1") is False
    assert await retries.retry(ANONYMOUS, "job-1") is True
    assert await retries.retry(ANONYMOUS, "job-1") is False
    job, claim = await jobs.claim("w", LEASE)
    assert (job.stage, job.error_code, job.completed_at, job.chunks_completed) == (Stage.PREPARE, None, None, 1)
    assert await chunks.add(claim, job, plan(0), "chunks/0-2") is False
    assert await chunks.add(claim, job, plan(1), "chunks/1-2") is True
    assert await jobs.finish_prepare(claim, duration=120.0, chunks_total=2, broke_off=None) is Stage.TRANSCRIBE
    with pytest.raises(ClaimLost):
        await chunks.complete(stale_chunk, stale, [], [])
    chunk, _, claim = await chunks.claim("w", LEASE)
    assert chunk.plan.index == 1
    assert await chunks.complete(chunk, claim, [HELLO], []) is True
    first, second = await chunks.of_job("job-1")
    assert (first.segments, first.object_key, second.object_key) == ((HELLO,), "chunks/0-2", "chunks/1-2")
    assert {first.status, second.status} == {ChunkStatus.COMPLETED}


@pytest.mark.parametrize("gone", [{"audio_deleted_at": 1.0}, {"audio_due_at": 1.0}])
async def test_without_its_audio_nothing_is_begun_again(database, jobs, gone):  # noqa: F811
    await jobs.add(new_job())
    await jobs.cancel(ANONYMOUS, "job-1")
    await change(database, **gone)
    assert await RetryRepository(database).retry(ANONYMOUS, "job-1") is False
    assert (await jobs.get(ANONYMOUS, "job-1")).status is JobStatus.CANCELLED


async def test_claims_that_hold_are_not_void(jobs, chunks):  # noqa: F811
    await jobs.add(new_job())
    _, claim = await jobs.claim("w", LEASE)
    assert await jobs.void([claim]) == set()
    assert await chunks.void([claim]) == {claim}
    await jobs.cancel(ANONYMOUS, "job-1")
    assert await jobs.void([claim]) == {claim}
    assert await jobs.void([]) == set()


async def test_who_has_not_heard_that_a_job_had_ended_does_not_go_on_when_it_is_begun_again(database, jobs, chunks):  # noqa: F811
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0), "chunks/0")
    await jobs.cancel(ANONYMOUS, "job-1")
    assert await RetryRepository(database).retry(ANONYMOUS, "job-1") is True
    assert await jobs.void([claim]) == {claim}
    with pytest.raises(ClaimLost):
        await chunks.add(claim, job, plan(1), "chunks/1")
    _, again = await jobs.claim("w", LEASE)
    assert (again.tries, again.deaths) == (1, 0)


async def test_a_job_that_is_begun_again_is_one_of_those_at_once(database, jobs):  # noqa: F811
    limits, retries = Limits(jobs_at_once=1, bytes_stored=1), RetryRepository(database)
    await jobs.add(new_job(file_size=1))
    await jobs.cancel(ANONYMOUS, "job-1")
    await jobs.add(new_job("job-2"))
    with pytest.raises(LimitReached):
        await retries.retry(ANONYMOUS, "job-1", limits)
    assert (await jobs.get(ANONYMOUS, "job-1")).status is JobStatus.CANCELLED
    await jobs.cancel(ANONYMOUS, "job-2")
    assert await retries.retry(ANONYMOUS, "job-1", limits) is True

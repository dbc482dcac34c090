"""What is swept, and that an outage does not stop the broom."""

from sqlalchemy import update

from stt.core.storage.local import LocalStorage
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.job import JobStatus
from stt.domain.jobs.keys import chunk_key, peaks_key, result_key, upload_key
from stt.repositories.jobs.call_repository import CallRepository
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import Call, NewJob
from stt.repositories.jobs.retention import RetentionRepository
from stt.repositories.tables.jobs import JobRow
from stt.worker.processing.remains import remove_remains
from stt.worker.upkeep import sweeper
from stt.worker.upkeep.sweeper import Sweeper


async def test_chunks_of_a_cancelled_job_are_removed_and_its_upload_is_not(database, tmp_path, monkeypatch):
    monkeypatch.setattr(sweeper, "SETTLING_SECONDS", 0.0)
    jobs, storage = JobRepository(database), LocalStorage(tmp_path / "objects")
    await storage.prepare()
    for job_id in ("ended", "running"):
        await jobs.add(NewJob(ANONYMOUS, job_id, "a.mp3", upload_key(job_id, "a.mp3"), "vi", "demo"))
        await storage.write(upload_key(job_id, "a.mp3"), b"audio")
        await storage.write(chunk_key(job_id, 0), b"chunk")
    await jobs.cancel(ANONYMOUS, "ended")
    calls = CallRepository(database)
    await Sweeper(jobs, ChunkRepository(database), storage, calls, [], orphan_seconds=300).sweep()
    kept = [upload_key("ended", "a.mp3"), upload_key("running", "a.mp3"), chunk_key("running", 0)]
    assert await storage.keys("") == sorted(kept)


async def test_only_who_is_found_gone_twice_is_gone(database, tmp_path):
    """When a clock is set forth, all callers look gone until each gives its next sign of life."""
    jobs, calls, storage = JobRepository(database), CallRepository(database), LocalStorage(tmp_path / "objects")
    await storage.prepare()
    for job_id in ("waited-for", "abandoned"):
        await jobs.add(NewJob(ANONYMOUS, job_id, "a.mp3", "k", "vi", "demo", call=Call(job_id, 60.0)))
    an_hour = update(JobRow).values(watched_until=JobRow.watched_until - 3600)
    await database.write(lambda connection: connection.execute(an_hour))
    sweeper = Sweeper(jobs, ChunkRepository(database), storage, calls, [], orphan_seconds=300)
    await sweeper.sweep()
    assert [(await jobs.get(ANONYMOUS, job_id)).status for job_id in ("waited-for", "abandoned")] == [
        JobStatus.PENDING
    ] * 2
    await calls.watch(ANONYMOUS, "waited-for", 60.0)
    await sweeper.sweep()
    assert (await jobs.get(ANONYMOUS, "waited-for")).status is JobStatus.PENDING
    assert (await jobs.get(ANONYMOUS, "abandoned")).status is JobStatus.CANCELLED


async def test_peaks_that_come_when_the_texts_of_a_job_are_removed_go_too(database, tmp_path, monkeypatch):
    """A worker that has not heard yet that its job has ended may store them last of all."""
    monkeypatch.setattr(sweeper, "SETTLING_SECONDS", 0.0)
    jobs, storage = JobRepository(database), LocalStorage(tmp_path / "objects")
    await storage.prepare()
    for job_id in ("expired", "kept"):
        await jobs.add(NewJob(ANONYMOUS, job_id, "a.mp3", "k", "vi", "demo"))
        await jobs.cancel(ANONYMOUS, job_id)
        await storage.write(peaks_key(job_id), b"peaks")
    await RetentionRepository(database).delete_text(await jobs.get(ANONYMOUS, "expired"))
    calls = CallRepository(database)
    await Sweeper(jobs, ChunkRepository(database), storage, calls, [], orphan_seconds=300).sweep()
    assert await storage.keys("") == [peaks_key("kept")]


async def test_a_result_that_comes_while_others_are_swept_stays(database, tmp_path):
    """Many jobs are looked up at once: when one of them is swept, its speakers may have been told apart again."""
    jobs, storage = JobRepository(database), LocalStorage(tmp_path / "objects")
    await storage.prepare()
    await jobs.add(NewJob(ANONYMOUS, "again", "a.mp3", "k", "vi", "demo"))
    await jobs.cancel(ANONYMOUS, "again")

    async def end_with(key):
        await storage.write(key, b"result")
        ended = update(JobRow).values(status=JobStatus.COMPLETED, result_path=key)
        await database.write(lambda connection: connection.execute(ended))

    await end_with(result_key("again", "-1"))
    [seen] = await jobs.untidy(ended_before=0.0, limit=1)
    await end_with(result_key("again", "-2"))
    await remove_remains(seen, jobs, storage)
    assert await storage.keys("") == [result_key("again", "-2")]

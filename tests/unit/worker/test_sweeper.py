"""What is swept, and that an outage does not stop the broom."""

from stt.core.storage.local import LocalStorage
from stt.domain.keys import chunk_key, upload_key
from stt.repositories.call_repository import CallRepository
from stt.repositories.chunk_repository import ChunkRepository
from stt.repositories.job_repository import JobRepository
from stt.repositories.new_jobs import NewJob
from stt.worker import sweeper
from stt.worker.sweeper import Sweeper


async def test_chunks_of_a_cancelled_job_are_removed_and_its_upload_is_not(database, tmp_path, monkeypatch):
    monkeypatch.setattr(sweeper, "SETTLING_SECONDS", 0.0)
    jobs, storage = JobRepository(database), LocalStorage(tmp_path / "objects")
    await storage.prepare()
    for job_id in ("ended", "running"):
        await jobs.add(NewJob(job_id, "a.mp3", upload_key(job_id, "a.mp3"), "vi", "demo"))
        await storage.write(upload_key(job_id, "a.mp3"), b"audio")
        await storage.write(chunk_key(job_id, 0), b"chunk")
    await jobs.cancel("ended")
    calls = CallRepository(database)
    await Sweeper(jobs, ChunkRepository(database), storage, calls, orphan_seconds=300).sweep()
    kept = [upload_key("ended", "a.mp3"), upload_key("running", "a.mp3"), chunk_key("running", 0)]
    assert await storage.keys("") == sorted(kept)

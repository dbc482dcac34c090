import json

import pytest

from stt.core.storage.local import LocalStorage
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.job_filter import JobFilter
from stt.domain.text.search import query_of
from stt.repositories.jobs.job_list import JobList
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.version_repository import VersionRepository
from stt.worker.upkeep.indexer import Indexer


@pytest.mark.parametrize("stored", [True, False])
async def test_transcripts_of_before_are_found_and_missing_ones_are_looked_for_once(database, tmp_path, stored):
    jobs, listed, storage = JobRepository(database), JobList(database), LocalStorage(tmp_path / "objects")
    await storage.prepare()
    await jobs.add(NewJob(ANONYMOUS, "old", "a.mp3", "k", "vi", "demo"))
    _, claim = await jobs.claim("w", 60)
    await jobs.finish_prepare(claim, duration=1.0, chunks_total=0, broke_off=None)
    _, claim = await jobs.claim("w", 60)
    await jobs.complete(claim, "results/old/transcription.json")
    if stored:
        await storage.write("results/old/transcription.json", json.dumps({"text": "Kỷ yếu"}).encode())
    await Indexer(listed, VersionRepository(database), storage).index()
    assert await listed.unsearchable(10) == []
    for asked, is_found in (("ky yeu", stored), ("a.mp3", True)):
        page = await listed.search(ANONYMOUS, JobFilter(), query_of(asked), None, 10)
        assert bool(page.jobs) is is_found

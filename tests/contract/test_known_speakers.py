"""People whose voices are known, the same on SQLite and PostgreSQL."""

import pytest

from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.errors import InvalidRequest, NotFound
from stt.domain.jobs.guidance import Guidance
from stt.domain.transcripts.known_speaker import KnownSpeakers, Sample
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.retention import RetentionRepository
from stt.repositories.jobs.retries import RetryRepository
from stt.repositories.known_speaker_repository import Introduced, KnownSpeakerRepository
from tests.contract.test_repositories import jobs, new_job  # noqa: F401  fixtures

AN, BINH = Sample("An", b"fLaC\0an", 3.0, 2.5), Sample("Bình", b"fLaC\0binh", 9.0, 7.5)


@pytest.fixture
def known(database):
    return KnownSpeakerRepository(database)


async def introduced(jobs, job_id="job-1"):  # noqa: F811
    return await jobs.add(new_job(job_id=job_id, promise=Introduced([AN, BINH])))


async def test_who_is_introduced_with_a_job_is_known_in_that_alone(known, jobs):  # noqa: F811
    job = await introduced(jobs)
    other = await jobs.add(new_job(job_id="job-2"))
    assert await known.of_job(job) == [AN, BINH]
    assert await known.of_job(other) == []


async def test_a_job_that_is_begun_again_knows_them_still(known, jobs, database):  # noqa: F811
    job = await introduced(jobs)
    await jobs.cancel(ANONYMOUS, "job-1")
    await RetryRepository(database).retry(ANONYMOUS, "job-1")
    assert await known.of_job(job) == [AN, BINH]


@pytest.mark.parametrize("end", ["deleted", "its audio is gone", "its text is gone"])
async def test_they_are_forgotten_with_what_they_came_for(known, jobs, database, end):  # noqa: F811
    job = await introduced(jobs)
    kept = await introduced(jobs, "job-2")
    match end:
        case "deleted":
            await DeletionRepository(database).mark(ANONYMOUS, "job-1")
        case "its audio is gone":
            await RetentionRepository(database).mark_audio_deleted(job)
        case _:
            await RetentionRepository(database).delete_text(job)
    assert await known.of_job(job) == []
    assert await known.of_job(kept) == [AN, BINH]


async def test_whom_an_owner_keeps_is_known_in_jobs_that_ask(known, jobs):  # noqa: F811
    asking = Guidance(speakers="auto", known_speakers=KnownSpeakers.ALL)
    one, other = Owner("one"), Owner("other")
    an = await known.keep(one, AN)
    await known.keep(other, BINH)
    mine = await jobs.add(new_job(job_id="job-1", owner=one, guidance=asking, promise=Introduced([BINH])))
    silent = await jobs.add(new_job(job_id="job-2", owner=one))
    theirs = await jobs.add(new_job(job_id="job-3", owner=other, guidance=asking))
    assert {sample.name for sample in await known.of_job(mine)} == {"An", "Bình"}
    assert await known.of_job(silent) == []
    assert await known.of_job(theirs) == [BINH]
    assert await known.kept(one) == [an]
    with pytest.raises(InvalidRequest) as refused:
        await known.keep(one, AN)
    assert refused.value.error_code == "speaker_exists"
    with pytest.raises(NotFound):
        await known.forget(other, an.speaker_id)
    with pytest.raises(NotFound):
        await known.forget(one, "job-1:0")  # who came with a job goes with it
    await known.forget(one, an.speaker_id)
    assert await known.of_job(mine) == [BINH]

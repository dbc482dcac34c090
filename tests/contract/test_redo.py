"""What is done again with a completed job, the same on SQLite and PostgreSQL."""

import math
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from stt.domain.access.limits import Limits
from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.edits.version import NewVersion, VersionOutdated
from stt.domain.errors import ClaimLost, InvalidRequest, LimitReached
from stt.domain.jobs.job import JobStatus, Stage
from stt.domain.jobs.redo import SpanRedo, SpeakersRedo
from stt.domain.jobs.retention import Retention
from stt.domain.text.search import terms_of
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.repositories.jobs.retention import RetentionRepository
from stt.repositories.messages.event_repository import EventRepository
from stt.repositories.tables.jobs import JobRow
from stt.repositories.tables.rehearings import RehearingRow
from stt.repositories.version_repository import VersionRepository
from tests.contract.test_repositories import LEASE, chunks, jobs, new_job, plan  # noqa: F401  fixtures

THREE = SpeakersRedo("3")
TERMS = terms_of(ANONYMOUS, "a.mp3", "xin chào")


@pytest.fixture
def redos(database):
    return RedoRepository(database)


async def completed(jobs, chunks, voices=b"voices", **changes):  # noqa: F811
    await jobs.add(new_job(**changes))
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0), "chunks/0")
    await jobs.finish_prepare(claim, duration=60.0, chunks_total=1, broke_off=None)
    chunk, _, chunk_claim = await chunks.claim("w", LEASE)
    await chunks.complete(chunk, chunk_claim, (), (), (), voices)
    _, claim = await jobs.claim("w", LEASE)
    await jobs.complete(claim, "results/first", TERMS)
    return claim


async def change(database, **values):
    await database.write(lambda connection: connection.execute(update(JobRow).values(**values)))


async def test_a_completed_job_is_merged_again_and_completed_as_it_was_asked(database, redos, jobs, chunks):  # noqa: F811
    before = await completed(jobs, chunks)
    assert await redos.begin(ANONYMOUS, "job-1", THREE) is True
    running = await jobs.get(ANONYMOUS, "job-1")
    assert (running.status, running.stage, running.redo) == (JobStatus.PROCESSING, Stage.REDO, THREE)
    assert (running.result_path, running.guidance.speakers, running.completed_at) == ("results/first", "off", None)
    assert await redos.begin(ANONYMOUS, "job-1", THREE) is False  # it runs

    job, claim = await jobs.claim("w", LEASE)
    assert (job.job_id, claim.tries, claim.deaths) == ("job-1", 1, 0)
    assert claim.attempt > before.attempt
    guidance = replace(job.guidance, speakers="3")
    with pytest.raises(ClaimLost):
        await redos.complete(before, "results/late", guidance, TERMS)
    await redos.complete(claim, "results/second", guidance, TERMS)
    job = await jobs.get(ANONYMOUS, "job-1")
    assert (job.status, job.result_path, job.guidance.speakers) == (JobStatus.COMPLETED, "results/second", "3")
    assert job.redo is None
    told = await EventRepository(database).of_job(ANONYMOUS, "job-1", 0)
    assert [event.kind for event in told[-2:]] == ["job.stage", "job.completed"]


async def test_whoever_has_read_the_transcript_before_is_told_that_it_is_another(database, redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks)
    versions = VersionRepository(database)
    for number in (1, 2):
        await redos.begin(ANONYMOUS, "job-1", THREE)
        job, claim = await jobs.claim("w", LEASE)
        await redos.complete(claim, "results/again", job.guidance, TERMS)
        assert await versions.newest(ANONYMOUS, "job-1") == (number, [])
    with pytest.raises(VersionOutdated):
        await versions.add(ANONYMOUS, "job-1", NewVersion(0, [{}], [{}], [{}], None))


async def test_what_people_have_written_is_not_lost(database, redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks)
    await VersionRepository(database).add(ANONYMOUS, "job-1", NewVersion(0, [{}], [{}], [{}], None))
    with pytest.raises(InvalidRequest) as refused:
        await redos.begin(ANONYMOUS, "job-1", THREE)
    assert refused.value.error_code == "transcript_edited"


async def test_whose_consumer_dies_it_is_taken_up_by_another(database, redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks)
    await redos.begin(ANONYMOUS, "job-1", THREE)
    _, dead = await jobs.claim("dead", LEASE)
    await change(database, available_at=0.0)
    job, claim = await jobs.claim("w", LEASE)
    assert (job.redo, job.result_path, claim.deaths) == (THREE, "results/first", 1)
    with pytest.raises(ClaimLost):
        await redos.complete(dead, "results/late", job.guidance, TERMS)
    await redos.complete(claim, "results/second", job.guidance, TERMS)


async def test_what_fails_or_is_cancelled_leaves_the_transcript_as_it_was(redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks)
    await redos.begin(ANONYMOUS, "job-1", THREE)
    _, claim = await jobs.claim("w", LEASE)
    await jobs.fail(claim, "result_missing", "It is not there.")
    job = await jobs.get(ANONYMOUS, "job-1")
    assert (job.status, job.result_path, job.redo) == (JobStatus.COMPLETED, "results/first", None)
    assert (job.error_code, job.guidance.speakers) == ("result_missing", "off")

    await redos.begin(ANONYMOUS, "job-1", THREE)
    _, claim = await jobs.claim("w", LEASE)
    assert await jobs.cancel(ANONYMOUS, "job-1") is True
    job = await jobs.get(ANONYMOUS, "job-1")
    assert (job.status, job.result_path, job.error_code, job.redo) == (JobStatus.COMPLETED, "results/first", None, None)
    with pytest.raises(ClaimLost):
        await redos.complete(claim, "results/late", job.guidance, TERMS)


async def test_without_voices_or_a_transcript_or_of_another_owner_nothing_is_begun(redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks, voices=None)
    with pytest.raises(InvalidRequest) as refused:
        await redos.begin(ANONYMOUS, "job-1", THREE)
    assert refused.value.error_code == "voices_missing"
    assert await redos.begin(Owner("another"), "job-1", THREE) is False
    await jobs.add(new_job("job-2"))
    assert await redos.begin(ANONYMOUS, "job-2", THREE) is False
    assert (await jobs.get(ANONYMOUS, "job-1")).status is JobStatus.COMPLETED


async def test_it_counts_as_a_job_at_once(redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks)
    await jobs.add(new_job("job-2"))
    with pytest.raises(LimitReached):
        await redos.begin(ANONYMOUS, "job-1", THREE, Limits(jobs_at_once=1))
    assert await redos.begin(ANONYMOUS, "job-1", THREE, Limits(jobs_at_once=2, bytes_stored=1)) is True


SPAN = SpanRedo(10.0, 40.0, "demo", None, "vi", "")
MINUTE_AND_A_HALF = Limits(audio_hours_per_day=90 / 3600)


async def test_a_span_counts_for_a_day_as_audio_though_it_is_cancelled_and_its_job_deleted(
    database,
    redos,
    jobs,  # noqa: F811
    chunks,  # noqa: F811
):
    await completed(jobs, chunks)  # a minute
    assert await redos.begin(ANONYMOUS, "job-1", SPAN, MINUTE_AND_A_HALF) is True
    await jobs.cancel(ANONYMOUS, "job-1")
    with pytest.raises(LimitReached) as reached:
        await redos.begin(ANONYMOUS, "job-1", SPAN, MINUTE_AND_A_HALF)
    assert (reached.value.spent.name, reached.value.spent.retry_in) == ("audio", pytest.approx(86400, abs=60))
    assert await redos.begin(ANONYMOUS, "job-1", THREE, MINUTE_AND_A_HALF) is True  # no audio is heard for it
    await DeletionRepository(database).mark(ANONYMOUS, "job-1")
    await change(database, created_at=JobRow.created_at - 86400)
    with pytest.raises(LimitReached):
        await jobs.make_room(ANONYMOUS, Limits(audio_hours_per_day=30 / 3600), math.inf)
    await jobs.make_room(ANONYMOUS, Limits(audio_hours_per_day=31 / 3600), math.inf)


async def test_a_span_of_yesterday_counts_no_more_and_is_forgotten(database, redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks)
    await redos.begin(ANONYMOUS, "job-1", SPAN)
    await jobs.cancel(ANONYMOUS, "job-1")
    older = update(RehearingRow).values(begun_at=RehearingRow.begun_at - 86400)
    await database.write(lambda connection: connection.execute(older))
    assert await redos.begin(ANONYMOUS, "job-1", SPAN, MINUTE_AND_A_HALF) is True
    count = select(func.count()).select_from(RehearingRow)
    assert await database.read(lambda connection: connection.scalar(count)) == 1


async def test_a_span_that_is_not_begun_does_not_count(database, redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks)
    assert await redos.begin(Owner("another"), "job-1", SPAN) is False
    await change(database, audio_deleted_at=1.0)
    with pytest.raises(InvalidRequest):
        await redos.begin(ANONYMOUS, "job-1", SPAN)
    count = select(func.count()).select_from(RehearingRow)
    assert await database.read(lambda connection: connection.scalar(count)) == 0


async def test_nothing_stays_longer_and_nothing_is_removed_meanwhile(database, redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks, retention=Retention(None, 3600.0))
    await change(database, text_due_at=JobRow.text_due_at - 3590)
    await redos.begin(ANONYMOUS, "job-1", THREE)
    await change(database, text_due_at=JobRow.text_due_at - 20)
    retention = RetentionRepository(database)
    assert await retention.text_due(9) == []
    job, claim = await jobs.claim("w", LEASE)
    await redos.complete(claim, "results/second", job.guidance, TERMS)
    assert [job.job_id for job in await retention.text_due(9)] == ["job-1"]
    await retention.delete_text(job)
    assert await redos.begin(ANONYMOUS, "job-1", THREE) is False


async def test_nothing_is_begun_again_of_what_is_about_to_be_removed(database, redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks, retention=Retention(None, 3600.0))
    await change(database, text_due_at=JobRow.text_due_at - 3610)
    assert [job.job_id for job in await RetentionRepository(database).text_due(9)] == ["job-1"]
    assert await redos.begin(ANONYMOUS, "job-1", THREE) is False


async def test_a_job_that_is_deleted_meanwhile_is_gone(database, redos, jobs, chunks):  # noqa: F811
    await completed(jobs, chunks)
    await redos.begin(ANONYMOUS, "job-1", THREE)
    _, claim = await jobs.claim("w", LEASE)
    await DeletionRepository(database).mark(ANONYMOUS, "job-1")
    with pytest.raises(ClaimLost):
        await redos.complete(claim, "results/late", (await _any(jobs)).guidance, TERMS)
    assert await redos.begin(ANONYMOUS, "job-1", THREE) is False


async def _any(jobs):  # noqa: F811
    await jobs.add(new_job("other"))
    return await jobs.get(ANONYMOUS, "other")

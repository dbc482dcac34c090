"""What owners may have, and whose turn it is, in both databases."""

import asyncio
import math

import pytest
from sqlalchemy import func, select, update

from stt.domain.access.api_key import Wanted
from stt.domain.access.limits import Limits
from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.errors import LimitReached, QueueFull
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.job import JobStatus
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.key_repository import KeyRepository
from stt.repositories.tables.jobs import JobRow
from stt.repositories.tables.rehearings import RehearingRow
from stt.services.key_service import KeyService

A, B = Owner("a"), Owner("b")
FREE = Limits()


@pytest.fixture
def jobs(database):
    return JobRepository(database)


@pytest.fixture
def chunks(database):
    return ChunkRepository(database)


def new(owner, job_id, limits=FREE, **known):
    return NewJob(owner, job_id, "a.mp3", "k", "vi", "demo", limits=limits, **known)


async def refusal(jobs, owner, limits):
    with pytest.raises(LimitReached) as caught:
        await jobs.make_room(owner, limits, math.inf)
    return caught.value.spent


async def test_jobs_at_once_are_counted_until_they_end(jobs):
    limits = Limits(jobs_at_once=2)
    for number in range(2):
        await jobs.make_room(A, limits, math.inf)
        assert await jobs.add(new(A, f"a{number}", limits))
    spent = await refusal(jobs, A, limits)
    assert (spent.name, spent.quota) == ("jobs", 2)
    with pytest.raises(LimitReached):
        await jobs.add(new(A, "a2", limits))
    await jobs.make_room(B, limits, math.inf)
    await jobs.cancel(A, "a0")
    assert await jobs.add(new(A, "a2", limits))


async def test_jobs_that_come_at_the_same_moment_do_not_share_the_last_place(database, jobs):
    limits, others = Limits(jobs_at_once=3), JobRepository(database)
    came = [(jobs if number % 2 else others).add(new(A, f"a{number}", limits)) for number in range(10)]
    outcomes = await asyncio.gather(*came, return_exceptions=True)
    assert sum(isinstance(outcome, LimitReached) for outcome in outcomes) == 7
    assert sum(getattr(outcome, "status", None) is JobStatus.PENDING for outcome in outcomes) == 3


async def test_audio_counts_for_a_day_by_its_length_or_as_guessed_until_that_is_known(database, jobs):
    limits = Limits(audio_hours_per_day=1.0)
    await jobs.add(new(A, "a0", limits, file_size=32_000 * 1800))
    await jobs.make_room(A, limits, math.inf)
    await jobs.add(new(A, "a1", limits, file_size=32_000 * 1800))
    spent = await refusal(jobs, A, limits)
    assert (spent.name, spent.quota, spent.window) == ("audio", 3600, 86400.0)
    assert spent.retry_in == pytest.approx(86400, abs=60)
    _, claim = await jobs.claim("w", 60.0)
    await jobs.finish_prepare(claim, duration=60.0, chunks_total=0, broke_off=None)
    await jobs.make_room(A, limits, math.inf)
    await jobs.cancel(A, "a1")
    longer = update(JobRow).where(JobRow.id == "a0").values(duration=7200.0, created_at=JobRow.created_at - 80_000)
    await database.write(lambda connection: connection.execute(longer))
    assert (await refusal(jobs, A, limits)).retry_in == pytest.approx(6400, abs=60)
    older = update(JobRow).values(created_at=JobRow.created_at - 7000)
    await database.write(lambda connection: connection.execute(older))
    await jobs.make_room(A, limits, math.inf)


async def test_audio_of_a_job_that_is_deleted_counts_on_until_it_is_a_day_old(database, jobs):
    limits, deletions = Limits(audio_hours_per_day=1.0), DeletionRepository(database)
    await jobs.add(new(A, "a0", limits))
    come = update(JobRow).values(duration=3600.0, created_at=JobRow.created_at - 80_000)
    await database.write(lambda connection: connection.execute(come))
    await deletions.mark(A, "a0")
    await deletions.remove("a0")
    assert (await refusal(jobs, A, limits)).retry_in == pytest.approx(6400, abs=60)
    await jobs.make_room(B, limits, math.inf)
    older = update(RehearingRow).values(begun_at=RehearingRow.begun_at - 7000)
    await database.write(lambda connection: connection.execute(older))
    await jobs.make_room(A, limits, math.inf)
    await jobs.add(new(A, "a1", limits))
    await deletions.mark(A, "a1")
    await deletions.remove("a1")
    rows = select(func.count()).select_from(RehearingRow)
    assert await database.read(lambda connection: connection.scalar(rows)) == 0


async def test_stored_bytes_count_as_long_as_there_is_the_job(jobs):
    limits = Limits(bytes_stored=1000)
    await jobs.add(new(A, "a0", limits, file_size=999))
    await jobs.add(new(A, "a1", limits, file_size=1))
    await jobs.cancel(A, "a0")
    spent = await refusal(jobs, A, limits)
    assert (spent.name, spent.quota, spent.unit) == ("storage", 1000, "content-bytes")


async def test_a_queue_that_is_too_long_is_full_for_everybody(jobs):
    for number in range(3):
        await jobs.add(new(A, f"a{number}", file_size=32_000 * 1800))
    await jobs.make_room(B, FREE, 5400.0)
    with pytest.raises(QueueFull):
        await jobs.make_room(B, FREE, 5399.0)
    await jobs.cancel(A, "a0")
    await jobs.make_room(B, FREE, 5399.0)


async def order(jobs):
    taken = []
    while claimed := await jobs.claim("w", 60.0):
        taken.append(claimed[0].job_id)
    return taken


async def test_a_thousand_files_of_one_owner_do_not_starve_anothers_one(database, jobs):
    await KeyService(KeyRepository(database)).create(Wanted("any"))
    await asyncio.gather(*(jobs.add(new(A, f"a{number:03d}")) for number in range(1000)))
    await jobs.add(new(B, "b"))
    taken = await order(jobs)
    assert taken.index("b") <= 2
    assert len(taken) == 1001


async def test_chunks_stand_where_their_jobs_do(database, jobs, chunks):
    await KeyService(KeyRepository(database)).create(Wanted("any"))
    for number in range(40):
        await jobs.add(new(A, f"a{number:02d}"))
    await jobs.add(new(B, "b"))
    span = Span(0.0, 60.0)
    while claimed := await jobs.claim("w", 60.0):
        job, claim = claimed
        await chunks.add(claim, job, ChunkPlan(0, span, span, (span,)), "c")
    taken = []
    while claimed := await chunks.claim("w", 60.0):
        taken.append(claimed[1].job_id)
    assert taken.index("b") <= 2
    assert len(taken) == 41


async def test_without_keys_all_are_one_owner_whose_jobs_go_as_they_came(jobs):
    for number in range(20):
        await jobs.add(new(ANONYMOUS, f"a{number:02d}"))
    assert await order(jobs) == [f"a{number:02d}" for number in range(20)]


async def test_bytes_that_were_removed_are_stored_no_more(database, jobs):
    limits = Limits(bytes_stored=10)
    for number, removed in enumerate(("audio_deleted_at", "deleted_at")):
        await jobs.add(new(A, f"a{number}", limits, file_size=10))
        await refusal(jobs, A, limits)
        await database.write(lambda connection, name=removed: connection.execute(update(JobRow).values({name: 1.0})))
        await jobs.make_room(A, limits, math.inf)

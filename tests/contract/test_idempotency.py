"""Idempotency keys, the same on SQLite and PostgreSQL; the clock is moved."""

import asyncio

import pytest
from sqlalchemy import func, select, update

from stt.core.database import Database
from stt.domain.access.limits import Limits
from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.errors import LimitReached
from stt.domain.jobs.idempotency import KEPT_SECONDS, LEASE_SECONDS, Answer, Kept, KeyInUse, Reservation
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.idempotency_repository import IdempotencyRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import SameAnswer
from stt.repositories.tables.idempotency import IdempotencyKeyRow
from tests.contract.test_repositories import jobs, new_job

__all__ = ["jobs"]

FIRST, SECOND = (Reservation(ANONYMOUS, "key", token) for token in ("first", "second"))


@pytest.fixture
def keys(database):
    return IdempotencyRepository(database)


def promise(reservation):
    return SameAnswer(reservation, "print", answer)


def answer(job):
    return Answer(202, f'{{"job_id": "{job.job_id}"}}', {"Location": f"/{job.job_id}"})


async def pass_time(database, seconds):
    moved = update(IdempotencyKeyRow).values(until=IdempotencyKeyRow.until - seconds)
    await database.write(lambda connection: connection.execute(moved))


async def count(database):
    counted = select(func.count()).select_from(IdempotencyKeyRow)
    return await database.read(lambda connection: connection.scalar(counted))


async def test_a_key_is_held_then_kept_with_its_answer_then_free(database, jobs, keys):
    assert await keys.reserve(FIRST) is None
    with pytest.raises(KeyInUse):
        await keys.reserve(SECOND)
    job = await jobs.add(new_job(promise=promise(FIRST)))
    await pass_time(database, KEPT_SECONDS - 60)
    assert await keys.forget() == 0
    assert await keys.reserve(SECOND) == Kept("print", answer(job))
    assert await keys.release(FIRST) is False
    await pass_time(database, 120)
    assert await keys.reserve(SECOND) is None
    with pytest.raises(KeyInUse):
        await keys.reserve(FIRST)
    await jobs.add(new_job("job-2", promise=promise(SECOND)))
    assert (await keys.reserve(FIRST)).answer.body == '{"job_id": "job-2"}'


async def test_owners_have_keys_of_their_own(jobs, keys):
    other = Reservation(Owner("other"), "key", "other")
    await keys.reserve(FIRST)
    assert await keys.reserve(other) is None
    await jobs.add(new_job(promise=promise(FIRST)))
    with pytest.raises(KeyInUse):
        await keys.reserve(Reservation(Owner("other"), "key", "again"))


async def test_a_key_of_a_process_that_died_is_free_when_its_lease_lapses(database, jobs, keys):
    await keys.reserve(FIRST)
    await pass_time(database, LEASE_SECONDS - 5)
    await keys.renew(FIRST)
    await pass_time(database, LEASE_SECONDS - 5)
    with pytest.raises(KeyInUse):
        await keys.reserve(SECOND)
    await pass_time(database, 10)
    assert await keys.reserve(SECOND) is None
    await keys.renew(FIRST)
    assert await keys.release(FIRST) is False
    with pytest.raises(KeyInUse):
        await jobs.add(new_job(promise=promise(FIRST)))
    assert await jobs.known(["job-1"]) == set()
    assert await jobs.add(new_job("job-2", promise=promise(SECOND)))


async def test_a_key_that_was_let_go_makes_no_job_any_more(jobs, keys):
    await keys.reserve(FIRST)
    assert await keys.release(FIRST) is True
    with pytest.raises(KeyInUse):
        await jobs.add(new_job(promise=promise(FIRST)))
    assert await jobs.known(["job-1"]) == set()
    assert await keys.reserve(SECOND) is None


async def test_what_is_stored_at_once_is_judged_one_by_one(jobs, keys):
    full = Limits(jobs_at_once=1)
    await keys.reserve(FIRST)
    other = Reservation(ANONYMOUS, "other", "t")
    await keys.reserve(other)
    came_of = await asyncio.gather(
        jobs.add(new_job("plain")),
        jobs.add(new_job("lost", promise=promise(SECOND))),
        jobs.add(new_job("kept", promise=promise(FIRST))),
        jobs.add(new_job("full", promise=promise(other), limits=full)),
        return_exceptions=True,
    )
    assert [type(each) for each in (came_of[1], came_of[3])] == [KeyInUse, LimitReached]
    assert await jobs.known(["plain", "lost", "kept", "full"]) == {"plain", "kept"}
    assert await keys.release(other) is True
    assert (await keys.reserve(SECOND)).answer.headers == {"Location": "/kept"}


async def test_a_transaction_that_fails_keeps_neither_the_job_nor_its_answer(database, jobs, keys):
    def failing(job):
        raise RuntimeError

    await keys.reserve(FIRST)
    with pytest.raises(RuntimeError):
        await jobs.add(new_job(promise=SameAnswer(FIRST, "print", failing)))
    assert await jobs.known(["job-1"]) == set()
    assert await keys.release(FIRST) is True


async def test_of_many_processes_one_gets_a_key(database, keys):
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(4)]
    for _ in range(2):  # a key that is new, and one that has lapsed
        tries = [IdempotencyRepository(each).reserve(Reservation(ANONYMOUS, "key", f"{i}"))
                 for i, each in enumerate(others)]  # fmt: skip
        came_of = await asyncio.gather(*tries, return_exceptions=True)
        assert sorted(str(type(each).__name__) for each in came_of) == ["KeyInUse"] * 3 + ["NoneType"]
        await pass_time(database, LEASE_SECONDS + 1)
    for each in others:
        await each.close()


async def test_what_lapsed_is_forgotten(database, jobs, keys):
    await keys.reserve(FIRST)
    await jobs.add(new_job(promise=promise(FIRST)))
    await keys.reserve(Reservation(ANONYMOUS, "held", "t"))
    await pass_time(database, LEASE_SECONDS + 1)
    assert (await keys.forget(), await count(database)) == (1, 1)
    await pass_time(database, KEPT_SECONDS)
    assert (await keys.forget(), await keys.forget(), await count(database)) == (1, 0, 0)
    assert await jobs.known(["job-1"]) == {"job-1"}


async def test_a_deleted_job_leaves_nothing_of_what_was_answered(database, jobs, keys):
    await keys.reserve(FIRST)
    await jobs.add(new_job(promise=promise(FIRST)))
    deletions = DeletionRepository(database)
    await deletions.mark(ANONYMOUS, "job-1")
    assert await count(database) == 0
    await deletions.remove("job-1")
    assert await JobRepository(database).known(["job-1"]) == set()

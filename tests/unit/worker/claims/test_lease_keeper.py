"""How an attempt ends, and what the database then says."""

import asyncio
import contextlib

import pytest
from sqlalchemy import update

from stt.core import tracing
from stt.core.http_client import HttpClient
from stt.core.messaging.notifier import Notifier
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import ClaimLost, StorageUnavailable
from stt.domain.jobs.chunk import ChunkPlan, ChunkStatus, Span
from stt.domain.jobs.claim import DEATHS_IN_COMPANY, MOST_DEATHS
from stt.domain.jobs.job import JobStatus, Stage
from stt.domain.jobs.messages import Lane
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.repositories.tables.jobs import ChunkRow, JobRow
from stt.worker.claims import lease_keeper as lease_keeper_module
from stt.worker.claims.lease_keeper import LeaseKeeper, Works
from stt.worker.claims.terms import Terms
from stt.worker.claims.webhook_sender import WebhookSender
from stt.worker.errors import EngineCrashed, ModelUnavailable
from tests.eventually import eventually


class ScriptedProcessor:
    """Does to each piece of work what the test says."""

    def __init__(self, act):
        self.act = act
        self.runs = 0
        self.swept_behind = []

    async def work_on_job(self, job, claim):
        self.runs += 1
        await self.act(job, claim)

    async def work_on_chunk(self, chunk, job, claim):
        self.runs += 1
        await self.act(chunk, claim)

    async def overtaken(self, job):
        self.swept_behind.append(job.job_id)


class SilentQueue:
    async def publish(self, lane, body):
        pass


@pytest.fixture
async def notifier():
    notifier = Notifier(SilentQueue())
    yield notifier
    await notifier.close()


@pytest.fixture
def jobs(database):
    return JobRepository(database)


@pytest.fixture
def chunks(database):
    return ChunkRepository(database)


@pytest.fixture
def keeper_for(database, jobs, chunks, notifier, monkeypatch):
    monkeypatch.setattr(lease_keeper_module, "FIRST_RETRY_SECONDS", 0.0)
    monkeypatch.setattr(lease_keeper_module, "OUTAGE_DELAY_SECONDS", 0.0)
    sender = WebhookSender(DeliveryRepository(database), HttpClient())

    def make(act, lease=60.0, long_chunks=3):
        long = {Lane.JOBS: 1, Lane.CHUNKS: long_chunks}
        terms = Terms("w", lease, max_tries=3, long=long, window_seconds=30.0)
        return LeaseKeeper(jobs, chunks, Works(ScriptedProcessor(act), sender), notifier, terms)

    return make


def raising(error):
    async def act(*_):
        raise error

    return act


async def one_chunk(jobs, chunks):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    job, claim = await jobs.claim("w", 60)
    span = Span(0, 10)
    for index in range(2):
        await chunks.add(claim, job, ChunkPlan(index, span, span, (span,) if index == 0 else ()), "k")
    await jobs.finish_prepare(claim, duration=10, chunks_total=2, broke_off=None)


async def test_an_empty_lane_has_no_work(keeper_for):
    assert not await keeper_for(raising(AssertionError)).work(Lane.JOBS)


async def test_a_job_failure_fails_the_job_at_once_with_its_sentence(keeper_for, jobs):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    await keeper_for(raising(ModelUnavailable("No model 'x' here."))).work(Lane.JOBS)
    job = await jobs.get(ANONYMOUS, "j")
    assert (job.status, job.error_code) == (JobStatus.FAILED, "model_unavailable")
    assert job.error_message == "No model 'x' here."


async def test_work_on_a_job_that_is_cancelled_stops_within_two_seconds(keeper_for, jobs, chunks):
    await one_chunk(jobs, chunks)
    stopped = asyncio.Event()

    async def act(*_):
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    working = asyncio.create_task(keeper_for(act).work(Lane.CHUNKS))
    await asyncio.sleep(0.1)
    await jobs.cancel(ANONYMOUS, "j")
    async with asyncio.timeout(2.0):
        await stopped.wait()
    assert await working


async def test_three_failed_attempts_end_a_job(keeper_for, jobs):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    keeper = keeper_for(raising(EngineCrashed("The decoder died.")))
    assert [await keeper.work(Lane.JOBS) for _ in range(4)] == [True, True, True, False]
    job = await jobs.get(ANONYMOUS, "j")
    assert (job.status, job.error_message, job.retry_count) == (JobStatus.FAILED, "The decoder died.", 2)


async def test_an_unexpected_error_is_an_attempt_like_any_other(keeper_for, jobs):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    keeper = keeper_for(raising(ZeroDivisionError()))
    while await keeper.work(Lane.JOBS):
        pass
    assert "ZeroDivisionError" in (await jobs.get(ANONYMOUS, "j")).error_message


async def test_an_outage_never_ends_a_job_however_often_it_strikes(keeper_for, jobs):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    keeper = keeper_for(raising(StorageUnavailable()))
    for _ in range(10):
        assert await keeper.work(Lane.JOBS)
    assert (await jobs.get(ANONYMOUS, "j")).status is JobStatus.PROCESSING


async def test_a_chunk_given_up_leaves_its_job_to_merge_with_a_gap(keeper_for, jobs, chunks):
    await one_chunk(jobs, chunks)
    keeper = keeper_for(raising(EngineCrashed("boom")))
    while await keeper.work(Lane.CHUNKS):
        pass
    assert (await chunks.of_job("j"))[0].status is ChunkStatus.FAILED
    assert (await jobs.get(ANONYMOUS, "j")).stage is Stage.MERGE


async def dies_over(repository, table, database, times):
    for _ in range(times):
        await repository.claim("dies", 60)
        await let_die(table, database)


async def let_die(table, database):
    held = update(table).where(table.worker_id == "dies", table.available_at.is_not(None))
    await database.write(lambda connection: connection.execute(held.values(available_at=0.0)))


async def test_a_crash_of_the_process_is_not_the_fault_of_its_work(keeper_for, jobs, database):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    await dies_over(jobs, JobRow, database, MOST_DEATHS - 1)

    async def succeed(job, claim):
        assert claim.tries == 1
        await jobs.complete(claim, "r")

    await keeper_for(succeed).work(Lane.JOBS)
    assert (await jobs.get(ANONYMOUS, "j")).status is JobStatus.COMPLETED


async def test_failures_and_crashes_are_counted_apart(keeper_for, jobs, database):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    keeper = keeper_for(raising(EngineCrashed("boom")))
    for _ in range(2):
        await dies_over(jobs, JobRow, database, 3)
        await keeper.work(Lane.JOBS)
    _, claim = await jobs.claim("w", 60)
    assert (claim.tries, claim.deaths) == (3, 6)


async def test_work_that_kills_again_and_again_is_given_up(keeper_for, jobs, database):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    await dies_over(jobs, JobRow, database, MOST_DEATHS)
    await keeper_for(raising(AssertionError("must not run"))).work(Lane.JOBS)
    job = await jobs.get(ANONYMOUS, "j")
    assert (job.status, job.error_code) == (JobStatus.FAILED, "too_many_attempts")
    assert job.error_message == (
        "Gave up: 12 times the process that worked on it died, 9 times while it did nothing else."
    )


async def test_work_over_which_processes_died_waits_until_it_is_alone_and_nothing_joins_it(
    keeper_for, jobs, chunks, database
):
    await chunks_of(jobs, chunks, "clip", [5.0, 5.0, 5.0])
    await dies_over(chunks, ChunkRow, database, DEATHS_IN_COMPANY - 1)
    await chunks.claim("dies", 60)
    begun, started, finish = [], asyncio.Event(), asyncio.Event()

    async def act(chunk, claim):
        begun.append(chunk.plan.index)
        started.set()
        await finish.wait()
        await chunks.complete(chunk, claim, [], [])

    keeper = keeper_for(act)

    async def closed():
        return keeper._company.is_closed

    company = asyncio.create_task(keeper.work(Lane.CHUNKS))
    await asyncio.wait_for(started.wait(), 60)
    assert begun == [1]
    await let_die(ChunkRow, database)
    alone = asyncio.create_task(keeper.work(Lane.CHUNKS))
    await eventually(closed)
    assert not await keeper.work(Lane.CHUNKS)
    assert begun == [1]
    finish.set()
    await asyncio.gather(company, alone)
    assert begun == [1, 0]
    assert await keeper.work(Lane.CHUNKS)
    assert {chunk.status for chunk in await chunks.of_job("clip")} == {ChunkStatus.COMPLETED}


async def test_long_work_keeps_its_lease(keeper_for, jobs):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))

    async def slow(job, claim):
        await asyncio.sleep(4.8)
        await jobs.complete(claim, "r")

    # A lease of which a quarter is longer than a busy machine keeps a heartbeat waiting.
    working = asyncio.create_task(keeper_for(slow, lease=2.0).work(Lane.JOBS))
    for _ in range(12):
        await asyncio.sleep(0.36)
        assert await jobs.claim("thief", 60) is None
    await working
    assert (await jobs.get(ANONYMOUS, "j")).status is JobStatus.COMPLETED


async def test_work_whose_claim_is_lost_is_stopped(keeper_for, jobs):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    stopped = asyncio.Event()

    async def endless(*_):
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    working = asyncio.create_task(keeper_for(endless, lease=0.2).work(Lane.JOBS))
    await asyncio.sleep(0.05)
    await jobs.cancel(ANONYMOUS, "j")
    await asyncio.wait_for(working, 60)
    assert stopped.is_set()
    assert (await jobs.get(ANONYMOUS, "j")).status is JobStatus.CANCELLED


async def test_a_consumer_that_stops_hands_its_work_back_at_once_and_free_of_charge(keeper_for, jobs):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))

    begun = asyncio.Event()

    async def endless(*_):
        begun.set()
        await asyncio.sleep(60)

    working = asyncio.create_task(keeper_for(endless).work(Lane.JOBS))
    await asyncio.wait_for(begun.wait(), 60)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    _, claim = await jobs.claim("other", 60)
    assert (claim.attempt, claim.tries) == (2, 1)


async def chunks_of(jobs, chunks, job_id, lengths):
    await jobs.add(NewJob(ANONYMOUS, job_id, "f", "k", "vi", "demo"))
    job, claim = await jobs.claim("w", 60)
    for index, seconds in enumerate(lengths):
        span = Span(100.0 * index, 100.0 * index + seconds)
        await chunks.add(claim, job, ChunkPlan(index, span, span, (span,)), "k")
    await jobs.finish_prepare(claim, duration=100.0 * len(lengths), chunks_total=len(lengths), broke_off=None)


async def test_short_clips_are_held_beyond_the_chunks_of_a_long_file(keeper_for, jobs, chunks):
    held, finish = [], asyncio.Event()

    async def act(chunk, claim):
        held.append(chunk.plan.audio.duration)
        await finish.wait()
        await chunks.complete(chunk, claim, [], [])

    await chunks_of(jobs, chunks, "long", [60.0] * 4)
    for number in range(3):
        await chunks_of(jobs, chunks, f"clip-{number}", [5.0])
    keeper = keeper_for(act, long_chunks=2)
    slots = [asyncio.create_task(keeper.work(Lane.CHUNKS)) for _ in range(8)]
    await eventually(lambda: asyncio.sleep(0, (len(held), sum(slot.done() for slot in slots)) == (5, 3)))
    done, _ = await asyncio.wait(slots, timeout=0.2)
    assert [slot.result() for slot in done] == [False] * 3
    assert sorted(held) == [5.0] * 3 + [60.0] * 2
    finish.set()
    await asyncio.gather(*slots)
    assert [await keeper.work(Lane.CHUNKS) for _ in range(3)] == [True, True, False]
    assert sorted(held) == [5.0] * 3 + [60.0] * 4


async def test_a_short_file_does_not_wait_for_long_ones(keeper_for, jobs):
    begun, finish = [], asyncio.Event()

    async def act(job, claim):
        begun.append(job.job_id)
        if job.is_long:
            await finish.wait()
        await jobs.complete(claim, "r")

    for name, size in (("long-1", 10**9), ("long-2", 10**9), ("short", 10**3)):
        await jobs.add(NewJob(ANONYMOUS, name, "f", "k", "vi", "demo", file_size=size))
    keeper = keeper_for(act)
    slots = [asyncio.create_task(keeper.work(Lane.JOBS)) for _ in range(3)]
    await eventually(lambda: asyncio.sleep(0, (len(begun), sum(slot.done() for slot in slots)) == (2, 2)))
    done, _ = await asyncio.wait(slots, timeout=0.2)
    assert sorted(begun) == ["long-1", "short"]
    assert sorted(slot.result() for slot in done) == [False, True]
    finish.set()
    await asyncio.gather(*slots)
    assert await keeper.work(Lane.JOBS)


async def test_short_files_that_turn_out_long_leave_a_slot_to_others(keeper_for, jobs, monkeypatch):
    """Hours of silence take a few bytes."""
    monkeypatch.setattr(lease_keeper_module, "SHORT_SECONDS", 0.2)
    finish = asyncio.Event()

    async def act(job, claim):
        if job.job_id != "clip":
            await finish.wait()
        await jobs.complete(claim, "r")

    for number in range(2):
        await jobs.add(NewJob(ANONYMOUS, f"bomb-{number}", "f", "k", "vi", "demo", file_size=1000))
    keeper = keeper_for(act)
    first = [asyncio.create_task(keeper.work(Lane.JOBS)) for _ in range(2)]
    done, _ = await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED, timeout=60)
    assert len(done) == 1, "one keeps its slot and the other is put behind"
    assert not await keeper.work(Lane.JOBS)
    await jobs.add(NewJob(ANONYMOUS, "clip", "f", "k", "vi", "demo", file_size=1000))
    assert await keeper.work(Lane.JOBS)
    assert (await jobs.get(ANONYMOUS, "clip")).status is JobStatus.COMPLETED
    finish.set()
    await asyncio.gather(*first)
    assert await keeper.work(Lane.JOBS)
    assert {(await jobs.get(ANONYMOUS, f"bomb-{n}")).status for n in range(2)} == {JobStatus.COMPLETED}


async def test_a_long_chunk_that_fails_makes_room_for_the_next(keeper_for, jobs, chunks):
    await chunks_of(jobs, chunks, "long", [60.0])
    keeper = keeper_for(raising(EngineCrashed("The decoder died.")), long_chunks=1)
    assert [await keeper.work(Lane.CHUNKS) for _ in range(4)] == [True, True, True, False]


async def test_slots_that_ask_at_once_look_once_for_all_where_there_is_nothing(keeper_for, chunks, jobs, monkeypatch):
    looks, claim = [], chunks.claim

    async def counted(*arguments, **options):
        looks.append(options)
        return await claim(*arguments, **options)

    monkeypatch.setattr(chunks, "claim", counted)

    async def complete(chunk, held):
        await chunks.complete(chunk, held, [], [])

    keeper = keeper_for(complete)
    assert await asyncio.gather(*(keeper.work(Lane.CHUNKS) for _ in range(9))) == [False] * 9
    assert len(looks) == 2, "one that had begun when the others asked, and one for all of them"
    await chunks_of(jobs, chunks, "clip", [5.0, 5.0])
    assert sorted(await asyncio.gather(*(keeper.work(Lane.CHUNKS) for _ in range(9)))) == [False] * 7 + [True] * 2
    assert len(looks) == 5


@pytest.mark.parametrize("loses", ["at a write", "while it works"])
async def test_who_lost_a_job_has_removed_what_it_stored_for_nothing(keeper_for, jobs, loses):
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))

    async def act(*_):
        await jobs.cancel(ANONYMOUS, "j")
        if loses == "at a write":
            raise ClaimLost
        await asyncio.sleep(60)

    keeper = keeper_for(act)
    assert await keeper.work(Lane.JOBS)
    assert keeper._processor.swept_behind == ["j"]


async def test_an_attempt_is_a_span_of_its_jobs_trace(jobs, keeper_for, monkeypatch):
    spans = []

    class Noting:
        @contextlib.contextmanager
        def span(self, name, job_id, attributes, *, first):
            spans.append({"name": name, "job": job_id, "attempt": attributes["attempt"], "first": first})
            yield lambda outcome: spans[-1].update(outcome=outcome)

    async def act(job, claim):
        if claim.attempt == 1:
            raise StorageUnavailable

    monkeypatch.setattr(tracing, "_tracer", Noting())
    await jobs.add(NewJob(ANONYMOUS, "traced", "f", "k", "vi", "demo"))
    keeper = keeper_for(act)
    for _ in range(2):
        await keeper.work(Lane.JOBS)
    known = {"name": "prepare", "job": "traced", "first": False}
    assert spans == [known | {"attempt": 1, "outcome": "outage"}, known | {"attempt": 2, "outcome": "done"}]

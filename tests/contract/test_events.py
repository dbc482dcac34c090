"""What happens to jobs is told in the transaction in which it happens, the same on SQLite and PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import bindparam, func, select, update

from stt.core.database import Database
from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.errors import ClaimLost
from stt.domain.events.event import KEPT_SECONDS, EventKind
from stt.domain.jobs.job import JobStatus
from stt.repositories.jobs import new_jobs
from stt.repositories.jobs.call_repository import CallRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import Call
from stt.repositories.messages.event_repository import EventRepository
from stt.repositories.statements.outbox import record
from stt.repositories.tables.jobs import EventRow, JobRow
from tests.contract.test_repositories import HELLO, LEASE, chunks, jobs, new_job, plan, prepared

__all__ = ["chunks", "jobs"]

SOMEBODY = Owner("somebody")


@pytest.fixture
def events(database):
    return EventRepository(database)


async def told(events, after=0):
    return [
        (e.kind.removeprefix("job."), e.data["stage"], e.data["progress"])
        for e in await events.of_owner(ANONYMOUS, after)
    ]


async def test_a_job_tells_of_every_step_in_order(jobs, chunks, events):
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    for index in range(3):
        await chunks.add(claim, job, plan(index, silent=index == 0), f"c{index}")
    await jobs.finish_prepare(claim, duration=180.0, chunks_total=3, broke_off=None)
    for _ in range(2):
        chunk, _, claim = await chunks.claim("w", LEASE)
        await chunks.complete(chunk, claim, [HELLO], [])
    _, claim = await jobs.claim("w", LEASE)
    await jobs.complete(claim, "result")
    assert await told(events) == [
        ("accepted", None, 0.0),
        ("stage", "prepare", 0.0),
        ("progress", "prepare", 0.0),
        ("stage", "transcribe", 33.3),
        ("progress", "transcribe", 66.7),
        ("progress", "transcribe", 99.0),
        ("stage", "merge", 99.0),
        ("completed", None, 100.0),
    ]
    last = (await events.of_job(ANONYMOUS, "job-1", 0))[-3]
    assert {name: last.data[name] for name in ("chunk", "chunks_completed", "chunks_total", "seconds_done")} == {
        "chunk": 2, "chunks_completed": 3, "chunks_total": 3, "seconds_done": 180.0,
    }  # fmt: skip


async def test_an_end_says_why(jobs, events):
    for job_id in ("failed", "cancelled"):
        await jobs.add(new_job(job_id))
    await jobs.refuse("failed", "unknown_model", "There is no such model.")
    await jobs.cancel(ANONYMOUS, "cancelled")
    ends = [(e.job_id, e.kind, e.data["error_code"]) for e in (await events.of_owner(ANONYMOUS, 0))[2:]]
    assert ends == [
        ("failed", EventKind.FAILED, "unknown_model"),
        ("cancelled", EventKind.CANCELLED, "cancelled"),
    ]


async def test_what_did_not_happen_is_not_told(jobs, chunks, events):
    await prepared(jobs, chunks, 1)
    chunk, _, claim = await chunks.claim("w", LEASE)
    await jobs.cancel(ANONYMOUS, "job-1")
    before = await told(events)
    with pytest.raises(ClaimLost):
        await chunks.complete(chunk, claim, [HELLO], [])
    assert not await jobs.cancel(ANONYMOUS, "job-1")
    assert await jobs.add(new_job()) is None
    assert await told(events) == before


async def test_a_job_that_is_begun_again_tells_it_once(database, jobs, events):
    await jobs.add(new_job())
    for _ in range(3):
        _, claim = await jobs.claim("w", LEASE)
        await jobs.give_back(claim, delay_seconds=0, counted=True, reason="again")
    assert len(await told(events)) == 2


async def test_an_owner_is_told_of_no_others_jobs(jobs, events):
    await jobs.add(new_job())
    await jobs.add(new_job("theirs", owner=SOMEBODY))
    assert [e.job_id for e in await events.of_owner(SOMEBODY, 0)] == ["theirs"]
    assert await events.of_job(SOMEBODY, "job-1", 0) == []


async def test_who_has_seen_an_event_has_seen_all_before_it(database, events, monkeypatch):
    """Numbers are drawn in the order of the commits: without the lock of the outbox, some of these would come late."""
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(4)]
    pause = select(func.pg_sleep(bindparam("seconds")))

    def some_slowly(connection, *some):
        record(connection, *some)
        connection.execute(pause, {"seconds": 0.02 * (some[0].job_id[-1] in "13579")})

    monkeypatch.setattr(new_jobs, "record", some_slowly)

    async def add(other, number):
        for each in range(10):
            await JobRepository(other).add(new_job(f"job-{number}-{each}"))

    adding = asyncio.gather(*(add(other, number) for number, other in enumerate(others)))
    looks = []
    while not adding.done():
        looks.append([event.event_id for event in await events.of_owner(ANONYMOUS, 0)])
    await adding
    for other in others:
        await other.close()
    everything = [event.event_id for event in await events.of_owner(ANONYMOUS, 0)]
    assert len(everything) == 40
    assert [look for look in looks if look != everything[: len(look)]] == []


async def test_old_events_are_forgotten_and_positions_before_them_lead_nowhere(database, jobs, events):
    for number in range(4):
        await jobs.add(new_job(f"job-{number}"))
    ids = [event.event_id for event in await events.of_owner(ANONYMOUS, 0)]
    aged = update(EventRow).where(EventRow.id < ids[2]).values(created_at=EventRow.created_at - KEPT_SECONDS)
    await database.write(lambda connection: connection.execute(aged))
    assert await events.forget() == 2
    kept = await events.kept()
    assert (kept.oldest, kept.newest) == (ids[2], ids[3])
    assert [kept.leads_on_from(i) for i in (ids[0], ids[1], ids[2], ids[3], ids[3] + 1)] == [
        False,
        True,
        True,
        True,
        False,
    ]


async def test_the_newest_event_stays_so_that_numbers_go_on(database, jobs, events):
    await jobs.add(new_job())
    everything = update(EventRow).values(created_at=0.0)
    await database.write(lambda connection: connection.execute(everything))
    newest = (await events.kept()).newest
    assert await events.forget() == 0
    await jobs.add(new_job("job-2"))
    assert await events.forget() == 1
    assert (await events.kept()).newest == newest + 1


async def test_where_nothing_ever_happened_a_position_is_the_beginning(events):
    kept = await events.kept()
    assert kept.leads_on_from(0)
    assert not kept.leads_on_from(7)


async def test_events_go_with_their_job(database, jobs, events):
    await jobs.add(new_job())
    gone = JobRow.__table__.delete().where(JobRow.id == "job-1")
    await database.write(lambda connection: connection.execute(gone))
    assert await told(events) == []


async def test_an_orphan_is_told_of_like_any_other_end(database, jobs, events):
    calls = CallRepository(database)
    await jobs.add(new_job(call=Call("same", 60.0)))
    long_ago = update(JobRow).values(watched_until=JobRow.watched_until - 3600)
    await database.write(lambda connection: connection.execute(long_ago))
    assert await calls.cancel_orphans(["job-1"], 300) == ["job-1"]
    last = (await events.of_owner(ANONYMOUS, 0))[-1]
    assert (last.kind, last.data["status"], last.data["error_code"]) == (
        EventKind.CANCELLED, JobStatus.CANCELLED, "caller_left",
    )  # fmt: skip

"""The queue as a whole, the same on SQLite and PostgreSQL."""

from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.messages import Lane
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.queue_repository import QueueRepository


async def test_what_waits_is_told_by_lane_and_rank_and_what_is_held_by_worker(database):
    jobs, chunks, queue = JobRepository(database), ChunkRepository(database), QueueRepository(database)
    for number, priority in enumerate((Priority.HIGH, Priority.NORMAL, Priority.NORMAL)):
        await jobs.add(NewJob(ANONYMOUS, f"j{number}", "f", "k", "vi", "demo", priority=priority))
    found = {(w.lane, w.rank): w.depth for w in (await queue.look()).waiting}
    assert found == {(Lane.JOBS, -4): 1, (Lane.JOBS, 0): 2}

    job, claim = await jobs.claim("worker-1", 60)
    span = Span(0, 10)
    await chunks.add(claim, job, ChunkPlan(0, span, span, (span,)), "k")
    look = await queue.look()
    assert {(w.lane, w.rank): w.depth for w in look.waiting} == {(Lane.JOBS, 0): 2, (Lane.CHUNKS, -4): 1}
    assert all(0 <= w.oldest_seconds < 60 for w in look.waiting)
    (held,) = look.held
    assert (held.lane, held.row_id, held.worker_id, held.attempt) == (Lane.JOBS, job.job_id, "worker-1", 1)
    assert held.job_id == job.job_id
    assert 50 < held.lease_seconds <= 60

    await jobs.give_back(claim, delay_seconds=30, counted=False, reason="")
    look = await queue.look()
    assert look.held == ()  # nobody has it, and it waits for its time
    assert {(w.lane, w.depth) for w in look.waiting} == {(Lane.JOBS, 2), (Lane.CHUNKS, 1)}

    await chunks.claim("worker-2", 60)
    assert [(one.lane, one.worker_id, one.job_id) for one in (await queue.look()).held] == [
        (Lane.CHUNKS, "worker-2", job.job_id)
    ]

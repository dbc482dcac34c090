"""What was done in past hours, the same on SQLite and PostgreSQL; ends of jobs are moved."""

import pytest
from sqlalchemy import select, text, update

from stt.core.database import now
from stt.domain.access.owner import ANONYMOUS
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.tables.jobs import JobRow
from stt.repositories.throughput_repository import ThroughputRepository, _ended

HOUR = 3600


async def test_hours_tell_what_ended_in_them_and_those_without_any_are_there_as_well(database):
    jobs, throughput = JobRepository(database), ThroughputRepository(database)
    moment = await database.read(lambda connection: connection.scalar(select(now())))
    present = moment // HOUR * HOUR

    async def ended(job_id, at, status="COMPLETED", duration=60.0):
        await jobs.add(NewJob(ANONYMOUS, job_id, "f", "k", "vi", "demo"))
        ends = update(JobRow).where(JobRow.id == job_id)
        ends = ends.values(completed_at=at, status=status, duration=duration)
        await database.write(lambda connection: connection.execute(ends))

    await ended("now", present + 0.25)
    await ended("last", present - 0.25, duration=90.0)
    await ended("early in the same", present - HOUR + 0.25, duration=10.0)
    await ended("failed", present - 100, "FAILED")
    await ended("cancelled", present - 100, "CANCELLED")
    await ended("of no length", present - 100, duration=None)
    await ended("before", present - 3 * HOUR)
    await jobs.add(NewJob(ANONYMOUS, "waits", "f", "k", "vi", "demo"))
    hours = await throughput.hours(3)
    assert [hour.start for hour in hours] == pytest.approx([present - 2 * HOUR, present - HOUR, present])
    assert [(hour.completed, hour.failed, hour.audio_seconds) for hour in hours] == [
        (0, 0, 0.0),
        (3, 1, 100.0),
        (1, 0, 60.0),
    ]


async def test_of_a_million_jobs_only_those_that_ended_lately_are_read(database):
    def plan_of(connection):
        words = _ended(1.8e9).compile(connection.engine, compile_kwargs={"literal_binds": True})
        if database.is_sqlite:
            return [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {words}"))]
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        return list(connection.scalars(text(f"EXPLAIN {words}")))

    steps = await database.read(plan_of)
    assert any("jobs_ended" in step for step in steps), steps

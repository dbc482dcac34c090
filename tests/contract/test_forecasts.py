"""What forecasts are made of, the same on SQLite and PostgreSQL; the clock is moved."""

import pytest
from sqlalchemy import func, select, update

from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.forecast import KEPT_OUTCOMES
from stt.domain.jobs.line import Kind, Phase
from stt.repositories.forecast_repository import ForecastRepository
from stt.repositories.tables.forecasts import ConsumerRow, ForecastRow, SpeedRow
from stt.repositories.tables.jobs import JobRow
from stt.worker.speedometer import Speedometer
from stt.worker.upkeep.forecaster import Forecaster
from tests.contract.test_repositories import LEASE, chunks, jobs, new_job, plan  # noqa: F401  fixtures

DEMO = Kind("demo", "")


@pytest.fixture
def forecasts(database):
    return ForecastRepository(database)


async def change(database, statement):
    await database.write(lambda connection: connection.execute(statement))


async def rows(database, table):
    return await database.read(lambda connection: connection.execute(select(table)).all())


async def prepared(jobs, chunks, job_id, count):  # noqa: F811
    await jobs.add(new_job(job_id, file_size=60 * 32_000 * count))
    job, claim = await jobs.claim("w", LEASE)
    for index in range(count):
        await chunks.add(claim, job, plan(index), f"chunks/{index}")
    await jobs.finish_prepare(claim, duration=60.0 * count, chunks_total=count, broke_off=None)


async def done(chunks, count):  # noqa: F811
    for _ in range(count):
        chunk, _, claim = await chunks.claim("w", LEASE)
        await chunks.complete(chunk, claim, (), ())


async def completed(jobs):  # noqa: F811
    job, claim = await jobs.claim("w", LEASE)
    await jobs.complete(claim, f"results/{job.job_id}")


async def test_a_line_is_what_is_left_of_all_jobs(forecasts, jobs, chunks):  # noqa: F811
    await prepared(jobs, chunks, "talk", 4)
    await done(chunks, 1)
    await jobs.add(new_job("new", file_size=60 * 32_000 * 9, priority=Priority.HIGH))
    line = (await forecasts.outlook()).line
    talk, new = line.find("talk"), line.find("new")
    assert (talk.kind, talk.seconds, talk.chunks, talk.chunks_left, talk.phase) == (DEMO, 180.0, 4, 3, Phase.BEGUN)
    assert (new.seconds, new.chunks, new.chunks_left, new.forward, new.phase) == (540.0, 9, 9, 4, Phase.ARRIVED)
    assert [line.position(new), line.position(talk)] == [1, 2]
    await jobs.cancel(ANONYMOUS, "talk")
    assert (await forecasts.outlook()).forecast("talk") is None


async def test_what_waits_moves_forward(database, forecasts, jobs, chunks):  # noqa: F811
    await prepared(jobs, chunks, "talk", 4)
    await change(database, update(JobRow).values(started_at=JobRow.started_at - 1300))
    assert (await forecasts.outlook()).line.find("talk").forward == 2


async def test_speeds_are_those_of_as_many_consumers_as_run(database, forecasts, jobs, chunks):  # noqa: F811
    await prepared(jobs, chunks, "talk", 4)

    async def estimate():
        outlook = await forecasts.outlook()
        return outlook.estimate(outlook.line.find("talk"))

    assert await estimate() == float("inf")
    await forecasts.report("one", {DEMO: (100.0, 10.0)})
    assert await estimate() == pytest.approx(24.0)
    await forecasts.report("two", {DEMO: (60.0, 10.0)})
    assert await estimate() == pytest.approx(240 / 12 + 60 / 12)
    await change(database, update(ConsumerRow).where(ConsumerRow.id == "two").values(seen_at=ConsumerRow.seen_at - 60))
    assert await estimate() == pytest.approx(24.0)
    await change(database, update(ConsumerRow).values(seen_at=ConsumerRow.seen_at - 60))
    assert await estimate() == float("inf")
    await change(database, update(ConsumerRow).values(seen_at=ConsumerRow.seen_at - 3600))
    await forecasts.report("one", {})
    assert [row.id for row in await rows(database, ConsumerRow)] == ["one"]


async def test_what_was_measured_long_ago_counts_less_and_less(database, forecasts):
    await forecasts.report("one", {DEMO: (6000.0, 600.0)})
    await forecasts.report("one", {DEMO: (0.0, 600.0)})
    (row,) = await rows(database, SpeedRow)
    assert (row.audio, row.busy) == (pytest.approx(3000.0), pytest.approx(900.0))


async def test_what_came_of_estimates_is_known_when_jobs_are_completed(database, forecasts, jobs, chunks):  # noqa: F811
    for job_id in ("good", "cancelled", "open"):
        await prepared(jobs, chunks, job_id, 1)
    estimates = [(job_id, Phase.CUT, 20.0) for job_id in ("good", "cancelled", "open", "gone")]
    await forecasts.note([*estimates, ("good", Phase.CUT, 10.0), ("good", Phase.CUT, 21.0)])
    await change(database, update(ForecastRow).values(made_at=ForecastRow.made_at - 30))
    await jobs.cancel(ANONYMOUS, "cancelled")
    await done(chunks, 1)
    await completed(jobs)
    await forecasts.settle()
    await forecasts.settle()
    found = {(row.job_id, row.estimated): row.took for row in await rows(database, ForecastRow)}
    assert found == {
        ("good", 20.0): pytest.approx(30, abs=5),
        ("good", 10.0): pytest.approx(30, abs=5),
        ("open", 20.0): None,
    }


async def test_the_latest_outcomes_are_kept(database, forecasts):
    await forecasts.note((f"job-{number}", Phase.CUT, 20.0) for number in range(KEPT_OUTCOMES + 50))
    await change(database, update(ForecastRow).values(took=60.0))
    late = ForecastRow.job_id == f"job-{KEPT_OUTCOMES + 49}"
    await change(database, update(ForecastRow).where(late).values(made_at=ForecastRow.made_at + 60))
    await forecasts.note([("gone", Phase.CUT, 20.0)])
    await forecasts.settle()
    counted = select(func.count()).select_from(ForecastRow)
    assert await database.read(lambda connection: connection.scalar(counted)) == KEPT_OUTCOMES
    assert await database.read(lambda connection: connection.scalar(counted.where(late))) == 1


async def test_nine_jobs_teach_a_consumer_to_tell_of_the_tenth(database, forecasts, jobs, chunks):  # noqa: F811
    clock = [0.0]
    speedometer = Speedometer(lambda: clock[0])
    forecaster = Forecaster(forecasts, speedometer, "w", lambda: None)
    for number in range(10):
        await prepared(jobs, chunks, f"job-{number}", 1)
        await forecaster.look()
        told = (await forecasts.outlook()).forecast(f"job-{number}")
        assert told.position == 1
        if number < 9:
            assert told.p90 is None
        with speedometer.transcribing(DEMO, 60.0):
            clock[0] += 6.0
        await done(chunks, 1)
        await completed(jobs)
        if number == 0:
            await forecaster.look()  # from here on there is a speed
            await prepared(jobs, chunks, "first", 1)
            await forecaster.look()
            await done(chunks, 1)
            await completed(jobs)
        later = {"made_at": ForecastRow.made_at - 12.0}
        await change(database, update(ForecastRow).where(ForecastRow.took.is_(None)).values(later))
    assert 6.0 <= told.p50 <= told.p90 == pytest.approx(12.0, abs=3)

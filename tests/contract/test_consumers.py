"""What consumers tell of themselves, the same on SQLite and PostgreSQL; the clock is moved."""

import pytest
from sqlalchemy import update

from stt.domain.errors import InvalidRequest, NotFound
from stt.domain.jobs.queue import Duty, Worker
from stt.repositories.consumer_repository import ConsumerRepository, working
from stt.repositories.forecast_repository import ForecastRepository
from stt.repositories.tables.forecasts import ConsumerRow


async def leave(database, consumer_id):
    gone = update(ConsumerRow).where(ConsumerRow.id == consumer_id).values(seen_at=ConsumerRow.seen_at - 60)
    await database.write(lambda connection: connection.execute(gone))


async def test_speakers_are_lacking_where_no_consumer_that_runs_can_tell_them_apart(database):
    consumers, forecasts = ConsumerRepository(database), ForecastRepository(database)

    assert await consumers.lacking_speakers() is None
    await forecasts.report("one", {}, "Fetch it.")
    assert await consumers.lacking_speakers() == "Fetch it."
    await forecasts.report("two", {})
    assert await consumers.lacking_speakers() is None
    await leave(database, "two")
    assert await consumers.lacking_speakers() == "Fetch it."
    assert await consumers.running() == (Worker("one"),)
    await leave(database, "one")
    assert await consumers.running() == ()
    assert await consumers.lacking_speakers() is None  # one of those that ran could
    await forecasts.report("one", {}, None)
    await leave(database, "two")
    assert await consumers.lacking_speakers() is None


async def test_a_duty_stays_while_its_consumer_tells_of_itself(database):
    consumers, forecasts = ConsumerRepository(database), ForecastRepository(database)
    assert await consumers.duty_of("one") is Duty.WORK  # it has not told of itself yet
    await forecasts.report("one", {})
    await forecasts.report("two", {})
    await consumers.want("one", Duty.PAUSE)
    await forecasts.report("one", {})
    assert await consumers.duty_of("one") is Duty.PAUSE
    assert await consumers.running() == (Worker("one", Duty.PAUSE), Worker("two"))
    await consumers.want("one", Duty.WORK)
    assert await consumers.duty_of("one") is Duty.WORK


async def test_one_that_drains_cannot_be_kept_from_its_end(database):
    consumers, forecasts = ConsumerRepository(database), ForecastRepository(database)
    await forecasts.report("one", {})
    await consumers.want("one", Duty.DRAIN)
    await consumers.want("one", Duty.DRAIN)
    for duty in (Duty.WORK, Duty.PAUSE):
        with pytest.raises(InvalidRequest, match="'one' drains") as caught:
            await consumers.want("one", duty)
        assert caught.value.error_code == "worker_draining"
    assert await consumers.duty_of("one") is Duty.DRAIN


async def test_one_that_nobody_knows_or_that_runs_no_more_is_not_found(database):
    consumers, forecasts = ConsumerRepository(database), ForecastRepository(database)
    await forecasts.report("gone", {})
    await leave(database, "gone")
    for worker_id in ("gone", "never"):
        with pytest.raises(NotFound, match=f"called '{worker_id}'") as caught:
            await consumers.want(worker_id, Duty.DRAIN)
        assert caught.value.error_code == "worker_not_found"


async def test_forecasts_reckon_with_those_that_take_work(database):
    consumers, forecasts = ConsumerRepository(database), ForecastRepository(database)
    for consumer_id in ("one", "two", "three"):
        await forecasts.report(consumer_id, {})
    await consumers.want("one", Duty.PAUSE)
    await consumers.want("two", Duty.DRAIN)
    assert await database.read(working) == 1

"""What consumers tell of themselves, the same on SQLite and PostgreSQL; the clock is moved."""

from sqlalchemy import update

from stt.repositories.consumer_repository import ConsumerRepository
from stt.repositories.forecast_repository import ForecastRepository
from stt.repositories.tables.forecasts import ConsumerRow


async def test_speakers_are_lacking_where_no_consumer_that_runs_can_tell_them_apart(database):
    consumers, forecasts = ConsumerRepository(database), ForecastRepository(database)

    async def leaves(consumer_id):
        gone = update(ConsumerRow).where(ConsumerRow.id == consumer_id).values(seen_at=ConsumerRow.seen_at - 60)
        await database.write(lambda connection: connection.execute(gone))

    assert await consumers.lacking_speakers() is None
    await forecasts.report("one", {}, "Fetch it.")
    assert await consumers.lacking_speakers() == "Fetch it."
    await forecasts.report("two", {})
    assert await consumers.lacking_speakers() is None
    await leaves("two")
    assert await consumers.lacking_speakers() == "Fetch it."
    assert await consumers.running() == ("one",)
    await leaves("one")
    assert await consumers.running() == ()
    assert await consumers.lacking_speakers() is None  # one of those that ran could
    await forecasts.report("one", {}, None)
    await leaves("two")
    assert await consumers.lacking_speakers() is None

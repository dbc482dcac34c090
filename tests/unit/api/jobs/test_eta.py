"""When jobs will be done, as the routes and the events tell it."""

import json

import pytest

from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.line import Kind, Phase
from stt.repositories.forecast_repository import ForecastRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.services.jobs import forecast_service
from stt.services.jobs.forecast_service import ForecastService
from tests.unit.api.jobs.sse import watching
from tests.unit.api.jobs.test_events import begin, port, settle  # noqa: F401  fixture

DEMO = Kind("demo", "")


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch):
    monkeypatch.setattr(forecast_service, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(forecast_service, "MOST_OF_THE_TIME", 0)


async def learn(embedded):
    """Ten seconds of audio in a second; estimates of twelve seconds and of six were twice too short."""
    forecasts = ForecastRepository(embedded.database)
    await forecasts.report("w", {DEMO: (100.0, 10.0)})
    for phase in (Phase.CUT, Phase.BEGUN):
        for number in range(9):
            await embedded.jobs.add(NewJob(ANONYMOUS, f"{phase}-{number}", "a.mp3", "k", "vi", "demo"))
        await forecasts.note((f"{phase}-{number}", phase, 12.0) for number in range(9))
    statement = "UPDATE forecasts SET took = 24.0"
    await embedded.database.write(lambda connection: connection.exec_driver_sql(statement))
    statement = "UPDATE jobs SET status = 'COMPLETED', completed_at = 1, available_at = NULL"
    await embedded.database.write(lambda connection: connection.exec_driver_sql(statement))


async def test_a_job_tells_when_it_will_be_done(embedded, client):
    await learn(embedded)
    await begin(embedded, 2)
    eta = {"position": 1, "p50": 24.0, "p90": 24.0}
    for path in ("status/j", "jobs/j", "jobs/j?wait=0.01"):
        assert (await client.get(f"/api/stt/{path}")).json()["eta"] == eta, path
    listed = {job["job_id"]: job["eta"] for job in (await client.get("/api/stt/jobs")).json()["data"]}
    assert listed.pop("j") == eta
    assert set(listed.values()) == {None}
    await settle(embedded)
    assert (await client.get("/api/stt/jobs/j")).json()["eta"]["p50"] == 12.0
    await client.post("/api/stt/jobs/j/cancel")
    assert (await client.get("/api/stt/jobs/j")).json()["eta"] is None


async def test_what_is_not_known_is_not_told(embedded, client):
    await begin(embedded, 2)
    await begin(embedded, 2, "k")
    asked = [(await client.get(f"/api/stt/jobs/{job_id}")).json()["eta"] for job_id in "jk"]
    assert asked == [{"position": place, "p50": None, "p90": None} for place in (1, 2)]


async def test_events_tell_it_as_of_when_they_are_sent(embedded, port):  # noqa: F811
    await learn(embedded)
    await begin(embedded, 2)
    async with watching(port, "jobs/j/events") as stream:
        etas = [(await stream.next())["eta"] for _ in range(3)]
        assert etas == [{"position": 1, "p50": 24.0, "p90": 24.0}] * 3
        await embedded.jobs.cancel(ANONYMOUS, "j")
        events = [await stream.next() for _ in range(2)]
        assert "eta" not in json.dumps(events)


async def test_one_look_serves_all_who_ask_at_once_and_an_outage_tells_nothing(embedded, monkeypatch):
    monkeypatch.setattr(forecast_service, "FRESH_SECONDS", 60.0)
    await begin(embedded, 2)
    service = ForecastService(ForecastRepository(embedded.database))
    assert (await service.of("j")).position == 1
    await begin(embedded, 2, "k")
    assert await service.of("k") is None
    await embedded.database.close()
    assert (await service.of("j")).position == 1


async def test_an_outage_is_no_forecast_and_no_error(embedded):
    class Away(ForecastRepository):
        async def outlook(self):
            raise forecast_service.Unavailable("away")

    await begin(embedded, 2)
    assert await ForecastService(Away(embedded.database)).of("j") is None

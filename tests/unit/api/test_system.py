"""The service as a whole, for who watches it."""

from stt.domain.access.api_key import Wanted
from stt.domain.access.scopes import Scope
from stt.repositories.forecast_repository import ForecastRepository

IDLE = {"worker_id": "idle", "duty": "work", "work": []}
WAV = b"RIFF" + b"\0" * 4 + b"WAVEfmt " + b"\0" * 200


async def test_what_waits_and_who_does_what_is_told_and_nothing_of_what_is_in_it(client, embedded, monkeypatch):
    monkeypatch.setattr("stt.services.system_service.FRESH_SECONDS", 0.0)
    ids = []
    for _ in range(2):
        files = {"file": ("secret-name.wav", WAV)}
        ids.append((await client.post("/api/stt/upload", files=files)).json()["job_id"])
    await ForecastRepository(embedded.database).report("idle", {})
    job, _ = await embedded.jobs.claim("busy", 60)
    answer = await client.get("/api/stt/system")
    told = answer.json()
    lanes = {lane["lane"]: (lane["waiting"], lane["held"]) for lane in told["queue"]}
    assert lanes == {"jobs": (1, 1), "chunks": (0, 0), "deliveries": (0, 0)}
    assert [lane["oldest_seconds"] is None for lane in told["queue"]] == [False, True, True]
    work = [{"lane": "jobs", "job_id": job.job_id, "pieces": 1}]
    assert told["workers"] == [{"worker_id": "busy", "duty": None, "work": work}, IDLE]
    assert job.job_id in ids
    assert len(told["hours"]) == 24
    assert told["destinations"] == [{"use": "storage", "told": "audio", "place": "here", "host": None}]
    assert "secret-name" not in answer.text


async def test_many_who_watch_are_told_the_same_look(client, embedded, monkeypatch):
    looks = []
    queue = embedded_queue = client._transport.app.state.system._queue
    look = embedded_queue.look

    async def counted():
        looks.append(1)
        return await look()

    monkeypatch.setattr(queue, "look", counted)
    for _ in range(3):
        assert (await client.get("/api/stt/system")).status_code == 200
    assert len(looks) == 1


async def test_it_takes_a_key_for_metrics(client, embedded):
    jobs = (await embedded.keys.create(Wanted("jobs"))).secret
    watching = (await embedded.keys.create(Wanted("watcher", scopes=frozenset({Scope.METRICS})))).secret

    async def status(**headers):
        return (await client.get("/api/stt/system", headers=headers)).status_code

    assert await status() == 401
    assert await status(Authorization=f"Bearer {jobs}") == 403
    assert await status(Authorization=f"Bearer {watching}") == 200


async def test_a_worker_is_given_a_duty_by_an_administrator(client, embedded):
    secrets = {scope: (await embedded.keys.create(Wanted(scope, scopes=frozenset({scope})))).secret for scope in Scope}
    await ForecastRepository(embedded.database).report("idle", {})

    async def give(duty, worker="idle", scope=Scope.ADMIN):
        headers = {"Authorization": f"Bearer {secrets[scope]}"}
        return await client.put(f"/api/stt/workers/{worker}", json={"duty": duty}, headers=headers)

    assert (await give("pause", scope=Scope.METRICS)).status_code == 403
    answer = await give("pause")
    assert (answer.status_code, answer.json()) == (200, IDLE | {"duty": "pause"})
    headers = {"Authorization": f"Bearer {secrets[Scope.METRICS]}"}
    assert (await client.get("/api/stt/system", headers=headers)).json()["workers"] == [answer.json()]
    assert (await give("work")).json() == IDLE
    assert (await give("drain")).json() == IDLE | {"duty": "drain"}
    for status, code, answer in (
        (409, "worker_draining", await give("work")),
        (404, "worker_not_found", await give("drain", worker="nobody")),
        (422, "invalid_field", await give("sleep")),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code)

"""What is counted, as Prometheus reads it."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from stt.domain.access.api_key import Wanted
from stt.domain.access.scopes import Scope
from stt.domain.errors import DatabaseUnavailable


def samples(answer):
    """Values by name and labels."""
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


async def test_jobs_and_the_queue_are_counted(client, embedded):
    before = samples(await client.get("/metrics"))
    files = {"file": ("secret-name.wav", b"RIFF" + b"\0" * 4 + b"WAVEfmt " + b"\0" * 200)}
    job_id = (await client.post("/api/stt/upload", files=files)).json()["job_id"]
    assert (await client.post(f"/api/stt/jobs/{job_id}/cancel")).status_code == 200
    after = samples(await client.get("/metrics"))
    rise = {key: value - before.get(key, 0) for key, value in after.items()}
    assert rise["stt_jobs_accepted_total",] == 1
    assert rise["stt_jobs_ended_total", ("end", "cancelled")] == 1
    uploads = ("method", "POST"), ("route", "/api/stt/upload"), ("status", "200")
    assert rise["stt_http_requests_total", *uploads] == 1
    cancels = ("method", "POST"), ("route", "/api/stt/jobs/{job_id}/cancel"), ("status", "200")
    assert rise["stt_http_requests_total", *cancels] == 1
    assert after["stt_queue_known",] == 1
    assert ("stt_queue_depth", ("lane", "jobs"), ("rank", "0")) in after
    assert after["stt_build_info", ("version", "test")] == 1
    assert not any(job_id in str(key) or "secret-name" in str(key) for key in after)


async def test_what_nobody_knows_or_may_ask_makes_no_label_of_a_callers_making(client, embedded):
    key = (await embedded.keys.create(Wanted("k", scopes=frozenset({Scope.METRICS})))).secret
    await client.get("/no/such/path-8d1f")
    await client.request("BREW", "/api/stt/jobs/x-8d1f")
    await client.get("/api/stt/status/x-8d1f", headers={"Authorization": "Bearer wrong-8d1f"})
    answer = await client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    found = samples(answer)
    assert "8d1f" not in answer.text
    assert "BREW" not in answer.text
    refused = ("method", "GET"), ("route", "/api/stt/status/{job_id}"), ("status", "401")
    assert found["stt_http_requests_total", *refused] >= 1


async def test_a_key_for_jobs_reads_no_metrics_and_one_for_metrics_no_jobs(client, embedded):
    jobs = (await embedded.keys.create(Wanted("jobs"))).secret
    watching = (await embedded.keys.create(Wanted("prometheus", scopes=frozenset({Scope.METRICS})))).secret

    async def status(path, key):
        return (await client.get(path, headers={"Authorization": f"Bearer {key}"})).status_code

    assert await status("/metrics", jobs) == 403
    assert await status("/metrics", watching) == 200
    assert await status("/api/stt/jobs", watching) == 403


async def test_a_database_that_is_away_stops_no_metrics(embedded, monkeypatch):
    app = embedded.app()

    async def away(*_):
        raise DatabaseUnavailable("gone")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://stt") as client:
        assert samples(await client.get("/metrics"))["stt_queue_known",] == 1
        monkeypatch.setattr("stt.services.metrics_service.FRESH_SECONDS", 0.0)
        monkeypatch.setattr(app.state.metrics._queue, "look", away)
        found = samples(await client.get("/metrics"))
        assert found["stt_queue_known",] == 0
        assert ("stt_queue_depth", ("lane", "jobs"), ("rank", "0")) in found  # what was known last

import asyncio

from tests.unit.api.jobs.test_create import create


async def test_a_job_is_shown_as_its_status_is(client):
    job_id = (await create(client)).json()["job_id"]
    status, shown = [(await client.get(f"/api/stt/{kind}/{job_id}")).json() for kind in ("status", "jobs")]
    assert shown == status


async def test_an_unknown_job_is_not_found(client):
    answer = await client.get("/api/stt/jobs/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")


async def test_who_waits_is_answered_when_the_job_has_ended(client):
    job_id = (await create(client)).json()["job_id"]
    waiting = asyncio.create_task(client.get(f"/api/stt/jobs/{job_id}?wait=30"))
    await asyncio.sleep(0.1)
    await client.post(f"/api/stt/cancel/{job_id}")
    assert (await waiting).json()["status"] == "CANCELLED"

"""Speakers told apart again over HTTP."""

import pytest

from stt.domain.access.owner import ANONYMOUS, Owner
from stt.repositories.jobs.new_jobs import NewJob
from tests.unit.api.jobs.test_events import LEASE, begin
from tests.unit.api.test_job_routes import complete, upload

PATH = "/api/stt/jobs"


async def with_voices(embedded):
    await begin(embedded, 1)
    chunk, _, claim = await embedded.chunks.claim("w", LEASE)
    await embedded.chunks.complete(chunk, claim, [], [], (), b"voices")
    _, claim = await embedded.jobs.claim("w", LEASE)
    await embedded.jobs.complete(claim, "results/j/transcription.json")


@pytest.mark.parametrize(("asked", "wanted"), [(3, "3"), ("auto", "auto"), ("2-4", "2-4"), ("3", "3")])
async def test_a_completed_job_runs_again_in_its_merge(client, embedded, asked, wanted):
    await with_voices(embedded)
    answer = await client.post(f"{PATH}/j/redo", json={"speakers": asked})
    body = answer.json()
    assert (answer.status_code, body["status"], body["stage"], body["completed_at"]) == (
        202,
        "PROCESSING",
        "redo",
        None,
    )
    job, _ = await embedded.jobs.claim("w", LEASE)
    assert job.redo.speakers == wanted
    twice = await client.post(f"{PATH}/j/redo", json={"speakers": 2})
    assert (twice.status_code, twice.json()["code"], twice.json()["job_status"]) == (
        409,
        "redo_running",
        "PROCESSING",
    )
    stopped = (await client.post(f"{PATH}/j/cancel")).json()
    assert (stopped["status"], stopped["error_code"]) == ("COMPLETED", None)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"speakers": "off"}, "unknown_speakers"),
        ({"speakers": 0}, "unknown_speakers"),
        ({"speakers": "many"}, "unknown_speakers"),
        ({"speakers": 2, "model": "base"}, "invalid_field"),
        ({}, "invalid_field"),
    ],
)
async def test_what_is_no_number_of_speakers_is_refused(client, embedded, body, code):
    await with_voices(embedded)
    answer = await client.post(f"{PATH}/j/redo", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await embedded.jobs.get(ANONYMOUS, "j")).status == "COMPLETED"


async def test_without_voices_it_is_refused_with_what_to_do(client, embedded):
    job_id = await upload(client)
    early = await client.post(f"{PATH}/{job_id}/redo", json={"speakers": 2})
    assert (early.status_code, early.json()["code"]) == (400, "job_not_completed")
    await complete(embedded, job_id)
    answer = await client.post(f"{PATH}/{job_id}/redo", json={"speakers": 2})
    assert (answer.status_code, answer.json()["code"]) == (409, "voices_missing")
    assert "Send it anew" in answer.json()["detail"]


async def test_what_is_anothers_is_not_there(client, embedded):
    await embedded.jobs.add(NewJob(Owner("another"), "foreign", "a.mp3", "k", "vi", "demo"))
    answer = await client.post(f"{PATH}/foreign/redo", json={"speakers": 2})
    assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")

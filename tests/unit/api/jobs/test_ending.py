import pytest

from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.jobs.keys import chunk_key, result_key
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.worker.upkeep import remover
from stt.worker.upkeep.remover import Remover
from tests.unit.api.test_job_routes import complete, upload

PATH = "/api/stt/jobs"


async def test_deleting_tells_what_was_erased_and_leaves_nothing(client, embedded, monkeypatch):
    job_id = await upload(client)
    await complete(embedded, job_id)
    await embedded.storage.write(chunk_key(job_id, 0), b"chunk")
    answer = await client.delete(f"{PATH}/{job_id}")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "job_id": job_id,
            "objects": [f"uploads/{job_id}/talk.mp3", chunk_key(job_id, 0), result_key(job_id)],
            "chunks": 0,
            "kept": None,
        },
    )
    for path in ("", "/transcript", "/media", "/events"):
        assert (await client.get(f"{PATH}/{job_id}{path}")).json()["code"] == "job_not_found"
    assert (await client.delete(f"{PATH}/{job_id}")).json()["code"] == "job_not_found"
    # A worker that had not heard of it.
    await embedded.storage.write(chunk_key(job_id, 1), b"chunk")
    monkeypatch.setattr(remover, "SETTLING_SECONDS", 0.0)
    await Remover(DeletionRepository(embedded.database), embedded.storage).remove()
    assert await embedded.nothing_is_left()


async def test_a_deletion_that_was_killed_is_finished(client, embedded, monkeypatch):
    job_id = await upload(client)
    await DeletionRepository(embedded.database).mark(ANONYMOUS, job_id)
    monkeypatch.setattr(remover, "SETTLING_SECONDS", 0.0)
    await Remover(DeletionRepository(embedded.database), embedded.storage).remove()
    assert await embedded.nothing_is_left()


async def test_audio_that_another_service_stored_is_its_own(client, embedded):
    await embedded.jobs.add(NewJob(ANONYMOUS, "foreign", "a.mp3", "theirs/a.mp3", "vi", "demo"))
    await embedded.storage.write("theirs/a.mp3", b"audio")
    assert (await client.delete(f"{PATH}/foreign")).json()["kept"] == "theirs/a.mp3"
    assert await embedded.files() == ["theirs/a.mp3"]


async def test_a_job_is_cancelled_and_begun_again(client, embedded):
    job_id = await upload(client)
    for _ in range(2):
        assert (await client.post(f"{PATH}/{job_id}/cancel")).json()["status"] == "CANCELLED"
    again = await client.post(f"{PATH}/{job_id}/retry")
    assert (again.status_code, again.json()["status"], again.json()["error_code"]) == (202, "PENDING", None)
    twice = await client.post(f"{PATH}/{job_id}/retry")
    assert (twice.status_code, twice.json()["code"], twice.json()["job_status"]) == (
        409, "job_not_ended_early", "PENDING",
    )  # fmt: skip
    assert await embedded.jobs.claim("w", 60)


@pytest.mark.parametrize(("method", "path"), [("DELETE", ""), ("POST", "/cancel"), ("POST", "/retry")])
async def test_what_is_anothers_is_not_there(client, embedded, method, path):
    await embedded.jobs.add(NewJob(Owner("another"), "foreign", "a.mp3", "k", "vi", "demo"))
    answer = await client.request(method, f"{PATH}/foreign{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")
    assert (await embedded.jobs.get(Owner("another"), "foreign")).status == "PENDING"

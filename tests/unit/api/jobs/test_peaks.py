import pytest

from stt.domain.audio.peaks import PER_SECOND
from stt.domain.jobs.keys import peaks_key
from tests.unit.api.test_job_routes import upload


@pytest.fixture
async def job_id(client):
    return await upload(client, "talk.mp3")


async def test_an_outline_is_there_once_the_file_is_read(client, embedded, job_id):
    url = f"/api/stt/jobs/{job_id}/peaks"
    early = await client.get(url)
    assert (early.status_code, early.json()["code"]) == (404, "peaks_missing")
    await embedded.storage.write(peaks_key(job_id), bytes([1, 2, 3, 4] * PER_SECOND))
    assert (await client.get(url, params={"count": 2})).json() == {"start": 0.0, "end": 4.0, "peaks": [4, 4]}
    part = await client.get(url, params={"start": 1, "end": 1.2})
    assert part.json() == {"start": 1.0, "end": 1.2, "peaks": [1, 2, 3, 4]}


@pytest.mark.parametrize("asked", [{"count": 0}, {"count": 10**6}, {"start": -1}, {"end": "nan"}])
async def test_what_cannot_be_drawn_is_refused(client, job_id, asked):
    answer = await client.get(f"/api/stt/jobs/{job_id}/peaks", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")


async def test_there_is_none_of_a_job_that_is_not_there(client):
    answer = await client.get("/api/stt/jobs/no/peaks")
    assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")

import pytest

from tools.encoded_audio import encoded

MP3 = encoded(".mp3")


async def create(client, **fields):
    return await client.post("/api/stt/jobs", files={"file": ("talk.mp3", MP3)}, data=fields)


async def test_a_new_job_is_answered_as_the_resource_that_it_is(client, embedded):
    answer = await create(client, language="en", hotwords="OKR")
    body = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/stt/jobs/{body['job_id']}"
    assert (body["status"], body["progress"], body["stage"]) == ("PENDING", 0, None)
    assert (body["filename"], body["language"], body["hotwords"]) == ("talk.mp3", "en", "OKR")
    shown = (await client.get(answer.headers["location"])).json()
    assert body == {**shown, "eta": None}  # what nobody has looked for yet


async def test_behind_a_prefix_the_location_has_it(embedded):
    import httpx

    transport = httpx.ASGITransport(embedded.app(root_path="/stt"))
    async with httpx.AsyncClient(transport=transport, base_url="http://proxy") as client:
        answer = await client.post("/stt/api/stt/jobs", files={"file": ("talk.mp3", MP3)})
        assert answer.headers["location"].startswith("/stt/api/stt/jobs/")
        assert (await client.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize(
    ("content", "fields", "status", "code"),
    [(b"", {}, 400, "file_empty"), (MP3, {"language": "xx"}, 422, "unknown_language"), (b"text", {}, 415, None)],
)
async def test_what_cannot_become_a_job_leaves_nothing_behind(client, embedded, content, fields, status, code):
    answer = await client.post("/api/stt/jobs", files={"file": ("a.mp3", content)}, data=fields)
    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code
    assert await embedded.nothing_is_left()

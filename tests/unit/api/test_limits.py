"""What a caller is told who has and does all that its key allows."""

import httpx
import pytest

from stt.domain.access.api_key import Wanted
from stt.domain.access.limits import Limits
from tests.embedded_service import embedded_service
from tools.encoded_audio import encoded

MP3 = encoded(".mp3")
UPLOADS = ("/api/stt/upload", "/api/stt/jobs", "/v1/audio/transcriptions")


async def header(embedded, **limits):
    made = await embedded.keys.create(Wanted("test", limits=Limits(**limits)))
    return {"authorization": f"Bearer {made.secret}"}


def form(content=MP3):
    return {"file": ("a.mp3", content)}


class Unread(httpx.AsyncByteStream):
    """A body that must not be read."""

    async def __aiter__(self):
        raise AssertionError("The body was read.")
        yield b""


@pytest.mark.parametrize("path", UPLOADS)
async def test_who_has_all_that_the_key_allows_is_told_before_the_file_is_taken(client, embedded, path):
    headers = await header(embedded, jobs_at_once=1)
    assert (await client.post("/api/stt/jobs", files=form(), headers=headers)).status_code == 202
    stored = await embedded.files()
    refused = await client.post(path, files=form(), headers=headers)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert refused.headers["ratelimit-policy"] == '"jobs";q=1;qu="concurrent-requests"'
    assert refused.headers["ratelimit"] == f'"jobs";r=0;t={refused.headers["retry-after"]}'
    body = refused.json()
    told = body.get("error", body)
    assert told["code"] == ("rate_limit_exceeded" if "error" in body else "limit_reached")
    sentence = "1 jobs of this key's owner have not ended, and 1 may run at once."
    assert sentence in (told.get("detail"), told.get("message"))
    assert await embedded.files() == stored


async def test_a_file_that_the_last_place_was_lost_for_meanwhile_is_not_kept(client, embedded):
    headers = await header(embedded, jobs_at_once=1)
    embedded.jobs.make_room = _anyone
    answers = [await client.post("/api/stt/jobs", files=form(), headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 429]
    assert await embedded.job_count() == len(await embedded.files()) == 1


async def _anyone(*_):
    pass


async def test_each_key_has_its_requests_a_minute(client, embedded):
    headers, other = await header(embedded, requests_per_minute=3), await header(embedded, requests_per_minute=3)
    answers = [await client.get("/v1/models", headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer.headers["ratelimit-policy"].partition(";qu")[0] for answer in answers} == {'"requests";q=3;w=60'}
    assert [answer.headers["ratelimit"].partition(";t=")[0] for answer in answers] == [
        '"requests";r=2', '"requests";r=1', '"requests";r=0', '"requests";r=0',
    ]  # fmt: skip
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
    assert (await client.get("/v1/models", headers=other)).status_code == 200
    assert (await client.get("/health/live", headers=headers)).status_code == 200


@pytest.mark.parametrize("path", UPLOADS)
async def test_a_queue_beyond_the_limit_answers_503_and_takes_nothing(tmp_path, path):
    async with embedded_service(tmp_path, max_queued_seconds=0.1) as embedded:
        transport = httpx.ASGITransport(embedded.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://stt") as client:
            assert (await client.post("/api/stt/jobs", files=form(MP3))).status_code == 202
            stored = await embedded.files()
            full = await client.post(path, files=form(MP3))
            assert (full.status_code, full.headers["retry-after"]) == (503, "60")
            assert "queue_full" in full.text
            assert await embedded.files() == stored

import asyncio
import os
import re
from itertools import pairwise

import httpx
import pytest

from stt.cli import client as client_module
from stt.cli.client import ApiClient, NoService, Refused
from stt.cli.errors import WrongUse

URL = "http://stt.test"


def answering(*answers):
    """A service that gives these answers, one after the other, and remembers what it was asked."""
    remaining, asked = list(answers), []

    async def service(request):
        await request.aread()
        asked.append(request)
        answer = remaining.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ApiClient(URL, httpx.MockTransport(service)), asked


def job(status="PROCESSING", progress=50.0, stage="transcribe"):
    body = {"job_id": "j1", "status": status, "progress": progress, "stage": stage}
    return httpx.Response(200, json=body)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(client_module, "POLL_SECONDS", 0.001)


@pytest.fixture
def audio(tmp_path):
    path = tmp_path / "lời nói.mp3"
    path.write_bytes(bytes(range(256)) * 1024)
    return path


async def test_an_upload_sends_the_file_whole_with_its_name_and_fields(audio):
    client, asked = answering(httpx.Response(200, json={"job_id": "j1", "status": "PENDING"}))
    async with client:
        assert await client.submit(audio, {"language": "vi"}, lambda _: None) == "j1"
    body = asked[0].content
    assert asked[0].url == f"{URL}/api/stt/upload"
    assert audio.read_bytes() in body
    assert 'filename="lời nói.mp3"'.encode() in body
    assert re.search(rb'name="language"\r\n\r\nvi\r\n', body)
    assert int(asked[0].headers["content-length"]) == len(body)


async def test_a_name_in_an_old_encoding_is_sent_with_marks_for_what_nobody_knows(tmp_path):
    file = tmp_path / os.fsdecode(b"h\xe1\xbbp.mp3")
    file.write_bytes(b"x")
    client, asked = answering(httpx.Response(200, json={"job_id": "j1"}))
    assert await client.submit(file, {}, lambda _: None) == "j1"
    assert 'filename="h\ufffdp.mp3"'.encode() in asked[0].content


async def test_an_upload_tells_how_far_it_is(audio):
    client, _ = answering(httpx.Response(200, json={"job_id": "j1"}))
    told = []
    await client.submit(audio, {}, told.append)
    assert len(told) > 3
    assert told[-1] == 100
    assert all(a <= b for a, b in pairwise(told))


async def test_an_upload_reads_the_file_in_small_blocks(audio):
    sizes = []
    with audio.open("rb") as body:
        counted = client_module._Counted(body, audio.stat().st_size, lambda _: None)
        read = counted.read
        counted.read = lambda size=-1: sizes.append(size) or read(size)
        request = httpx.Request("POST", URL, files={"file": ("a.mp3", counted)})
        assert sum([len(block) async for block in request.stream]) > audio.stat().st_size
    assert 0 < max(sizes) <= 1024 * 1024


async def test_an_error_of_the_service_is_its_sentence_and_code():
    client, _ = answering(httpx.Response(404, json={"detail": "There is no job 'x'.", "code": "job_not_found"}))
    with pytest.raises(Refused, match=re.escape("There is no job 'x'. (job_not_found)")) as caught:
        await client.job("x")
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200, text="<html>hello</html>"), httpx.Response(502, text="bad"), httpx.Response(200, json=[1])],
)
async def test_what_is_not_the_service_is_said_to_be_that(answer):
    client, _ = answering(answer)
    with pytest.raises(Refused, match="it is not this service"):
        await client.job("x")


async def test_nobody_at_the_url_is_wrong_use_with_what_to_do():
    client, _ = answering(httpx.ConnectError("Connection refused"))
    with pytest.raises(NoService, match=r"no service at http://stt.test .*stt serve.*--url") as caught:
        await client.job("x")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://here", "http://[::1", ""])
async def test_a_url_that_is_none_is_wrong_use(url):
    with pytest.raises(WrongUse):
        async with ApiClient(url) as client:
            await client.job("x")


async def test_a_job_id_stays_one_part_of_the_path():
    client, asked = answering(httpx.Response(404, json={"detail": "No.", "code": "job_not_found"}))
    with pytest.raises(Refused):
        await client.job("../../health?x=1")
    assert asked[0].url.raw_path == b"/api/stt/status/..%2F..%2Fhealth%3Fx%3D1"


async def test_waiting_shows_progress_until_the_end():
    client, _ = answering(job("PENDING", 0.0, None), job(), job("COMPLETED", 100.0, None))
    shown = []
    ended = await client.ended("j1", lambda *seen: shown.append(seen))
    assert ended["status"] == "COMPLETED"
    assert shown == [
        ("Transcribing", 0.0, "pending"),
        ("Transcribing", 50.0, "transcribe"),
        ("Transcribing", 100.0, "completed"),
    ]


async def test_waiting_outlasts_a_restart_of_the_service():
    away = httpx.Response(503, json={"detail": "Away.", "code": "database_unavailable"})
    client, _ = answering(job(), httpx.ConnectError("refused"), away, job("COMPLETED"))
    assert (await client.ended("j1", lambda *_: None))["status"] == "COMPLETED"


async def test_waiting_ends_when_the_service_stays_away(monkeypatch):
    monkeypatch.setattr(client_module, "PATIENCE_SECONDS", 0.01)
    client, _ = answering(*[httpx.ConnectError("refused")] * 1000)
    with pytest.raises(NoService):
        await asyncio.wait_for(client.ended("j1", lambda *_: None), 5)


async def test_waiting_ends_at_once_for_a_job_that_is_not_known():
    client, asked = answering(httpx.Response(404, json={"detail": "No.", "code": "job_not_found"}))
    with pytest.raises(Refused):
        await client.ended("j1", lambda *_: None)
    assert len(asked) == 1


async def test_a_file_that_cannot_be_read_is_wrong_use(tmp_path):
    client, asked = answering()
    with pytest.raises(WrongUse, match="Cannot read"):
        await client.submit(tmp_path / "none.mp3", {}, lambda _: None)
    assert asked == []

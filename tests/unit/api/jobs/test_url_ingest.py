"""Files that the service fetches itself."""

import asyncio
from dataclasses import fields

import pytest

from stt.api.schemas.job_request import JobRequest
from stt.core import http_client
from stt.core.http_client import HttpClient
from stt.services.ingest import url_ingest
from stt.services.jobs.options import Choices
from tools.encoded_audio import encoded

MP3 = encoded(".mp3")


class FileServer:
    """Answers each path with what is laid down for it, as it is on the wire."""

    def __init__(self):
        self.files, self.serving = {}, set()

    async def serve(self, reader, writer):
        self.serving.add(asyncio.current_task())
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            for block in self.files[head.split(" ")[1].partition("?")[0]]:
                if isinstance(block, bytes):
                    writer.write(block)
                    await writer.drain()
                else:
                    await asyncio.sleep(block)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def end(self):
        for task in self.serving:
            task.cancel()
        await asyncio.gather(*self.serving, return_exceptions=True)


def found(body):
    return [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body), body]


@pytest.fixture
async def server():
    server = FileServer()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield server
        await server.end()


async def ask(client, url, **more):
    return await client.post("/api/stt/jobs", json={"url": url, **more})


async def test_a_file_at_a_url_becomes_a_job(client, embedded, server):
    server.files = {
        "/old": [b"HTTP/1.1 301 Moved\r\nLocation: /files/b%C4%83ng%20ghi.mp3?key=1\r\nContent-Length: 0\r\n\r\n"],
        "/files/b%C4%83ng%20ghi.mp3": found(MP3),
    }
    answer = await ask(client, f"{server.url}/old", language="en", hotwords="OKR", metadata={"customer": "42"})
    job = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"].endswith(job["job_id"])
    assert (job["filename"], job["file_size"], job["language"]) == ("băng ghi.mp3", len(MP3), "en")
    assert (job["hotwords"], job["metadata"]) == ("OKR", {"customer": "42"})
    (key,) = await embedded.storage.keys("uploads/")
    assert await embedded.storage.read(key) == MP3


def test_json_may_ask_for_whatever_the_form_may():
    assert {"url", "object", *(field.name for field in fields(Choices))} == set(JobRequest.model_fields)


async def test_numbers_may_be_written_as_numbers(client, server):
    server.files = {"/a.mp3": found(MP3)}
    answer = await ask(client, f"{server.url}/a.mp3", delete_audio_after=86400, delete_text_after="never", track=1)
    assert (answer.status_code, answer.json()["delete_audio_after"], answer.json()["delete_text_after"]) == (
        202,
        86400.0,
        None,
    )


@pytest.mark.parametrize(
    ("answer", "status", "code", "reason"),
    [
        ([b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"], 422, "url_unreachable", "wrong_answer"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"], 413, "file_too_large", None),
        ([b"HTTP/1.1 200 OK\r\n\r\n", MP3, *[bytes(1024 * 1024)] * 9], 413, "file_too_large", None),
        (found(b"<html>no audio</html>"), 415, "content_mismatch", None),
        (found(b""), 400, "file_empty", None),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", MP3[:100]], 422, "url_unreachable", "no_answer"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", MP3[:100], 2.0], 422, "url_unreachable", "too_slow"),
        ([b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\n\r\n"], 422, "url_not_allowed", "not_public"),
        ([b"HTTP/1.1 302 Found\r\nLocation: ftp://a.example/\r\n\r\n"], 422, "url_not_allowed", "no_url"),
        ([b"HTTP/1.1 302 Found\r\nLocation: /a.mp3\r\n\r\n"], 422, "url_not_allowed", "leads_on"),
        ([b"HTTP/1.1 302 Found\r\nLocation: http://nowhere.invalid/\r\n\r\n"], 422, "url_unreachable", "host_unknown"),
    ],
)
async def test_what_cannot_be_fetched_is_refused_and_leaves_nothing(
    client, embedded, server, monkeypatch, answer, status, code, reason
):
    monkeypatch.setattr(url_ingest, "FETCH_SECONDS", 1.0)
    monkeypatch.setattr(http_client, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(embedded.urls, "_http", HttpClient())
    server.files = {"/a.mp3": answer}
    refused = await ask(client, f"{server.url}/a.mp3")
    assert (refused.status_code, refused.json()["code"], refused.json().get("reason")) == (status, code, reason)
    assert await embedded.nothing_is_left()


async def test_a_server_that_is_too_slow_is_left(client, embedded, server, monkeypatch):
    monkeypatch.setattr(url_ingest, "PACE_SECONDS", 0.2)
    server.files = {"/a.mp3": [b"HTTP/1.1 200 OK\r\n\r\n", MP3[:600], 0.3, MP3[600:700], 0.1, MP3[700:]]}
    refused = await ask(client, f"{server.url}/a.mp3")
    assert refused.json()["code"] == "url_unreachable"
    assert "bytes per second" in refused.json()["detail"]
    assert await embedded.nothing_is_left()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed_body"),
        (b"[]", "malformed_body"),
        (b"{}", "missing_field"),
        (b'{"url": 1}', "invalid_field"),
        (b'{"url": "http://a.example/", "langauge": "vi"}', "invalid_field"),
        (b'{"url": "http://a.example/", "metadata": {"a": 1}}', "invalid_field"),
        (b'{"url": "http://a.example/", "language": "xx"}', "unknown_language"),
        (b'{"url": "file:///etc/passwd"}', "url_not_allowed"),
        (b" " * 300_000, "malformed_body"),
    ],
)
async def test_json_that_is_not_understood_is_refused_in_words(client, embedded, body, code):
    answer = await client.post("/api/stt/jobs", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await embedded.nothing_is_left()

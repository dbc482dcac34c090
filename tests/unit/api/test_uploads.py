import asyncio
import unicodedata

import httpx
import pytest

from stt.api.reading import body
from stt.api.reading.form_data import MAX_PARTS
from stt.core.storage.local import LocalStorage
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import DatabaseUnavailable, StorageUnavailable
from stt.repositories.jobs.job_repository import JobRepository
from tests.embedded_service import embedded_service
from tools.encoded_audio import encoded

MP3 = encoded(".mp3")
LIMIT = 8 * 1024 * 1024


def part(disposition, content):
    return b"--edge\r\nContent-Disposition: form-data; " + disposition.encode() + b"\r\n\r\n" + content + b"\r\n"


def file_part(content=MP3, name="talk.mp3"):
    return part(f'name="file"; filename="{name}"', content)


def field(name, value):
    return part(f'name="{name}"', value.encode())


async def send(client, *parts, end=b"--edge--\r\n", headers=None, chunked=False):
    body = b"".join(parts) + end

    async def blocks():
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]

    headers = {"Content-Type": "multipart/form-data; boundary=edge", **(headers or {})}
    return await client.post("/api/stt/upload", content=blocks() if chunked else body, headers=headers)


@pytest.mark.parametrize("chunked", [False, True])
async def test_fields_may_stand_before_or_after_the_file(client, embedded, chunked):
    parts = [file_part(), field("language", "en"), field("priority", "low")]
    for order in (parts, parts[::-1], [parts[1], parts[0], parts[2]]):
        answer = await send(client, *order, chunked=chunked)
        job = await embedded.service.status(ANONYMOUS, answer.json()["job_id"])
        assert (answer.status_code, job.language, job.priority) == (200, "en", "low")
        assert await embedded.storage.read(job.object_key) == MP3


async def test_what_is_not_said_is_as_the_service_assumes(client, embedded):
    job = await embedded.service.status(ANONYMOUS, (await send(client, file_part())).json()["job_id"])
    assert (job.language, job.model, job.priority, job.engine) == ("vi", "demo", "normal", None)


async def test_fields_that_are_not_known_are_skipped_whatever_their_size(client):
    unknown = [field("temperature", "0" * 300_000), part('name="picture"; filename="me.png"', bytes(300_000))]
    answer = await send(client, *unknown, file_part(), field("timestamp_granularities[]", "word"), *unknown)
    assert answer.status_code == 200


async def test_the_largest_file_is_accepted(client, embedded):
    content = MP3 + bytes(LIMIT - len(MP3))
    job = await embedded.service.status(ANONYMOUS, (await send(client, file_part(content))).json()["job_id"])
    assert job.file_size == LIMIT


BROKEN_UTF8 = part('name="language"', b"\xff\xfe")
REFUSED = {
    "no file": ([field("language", "vi")], 422, "missing_field", "-F file=@talk.mp3"),
    "no parts": ([], 422, "missing_field", "-F file=@talk.mp3"),
    "text for a file": ([field("file", "talk.mp3")], 422, "missing_field", "-F file=@talk.mp3"),
    "no file chosen": ([file_part(b"", "")], 422, "missing_field", "-F file=@talk.mp3"),
    "two files": ([file_part(), file_part()], 422, "duplicate_field", "'file'"),
    "two languages": ([field("language", "vi"), field("language", "en"), file_part()], 422, "duplicate_field", "twice"),
    "language unknown": ([field("language", "xx"), file_part()], 422, "unknown_language", "'auto'"),
    "language unknown, behind": ([file_part(), field("language", "xx")], 422, "unknown_language", "'auto'"),
    "model unknown": ([field("model", "hugge"), file_part()], 422, "unknown_model", "medium"),
    "model unknown, behind": ([file_part(), field("model", "../x")], 422, "unknown_model", "medium"),
    "priority unknown": ([field("priority", "now"), file_part()], 422, "unknown_priority", "low, normal, high"),
    "engine unknown": ([file_part(), field("engine", "kaldi")], 422, "unknown_engine", "whisper.cpp"),
    "task unknown": ([field("task", "sing"), file_part()], 422, "unknown_task", "transcribe, translate"),
    "channels unknown": ([field("channels", "2"), file_part()], 422, "unknown_channels", "mixed, separate"),
    "track unknown, behind": ([file_part(), field("track", "first")], 422, "unknown_track", "auto, all"),
    "tone marks unknown, behind": ([file_part(), field("tone_marks", "x")], 422, "unknown_tone_marks", "old, new"),
    "two prompts": ([field("prompt", ""), field("prompt", "b"), file_part()], 422, "duplicate_field", "'prompt'"),
    "prompt too long": ([field("prompt", "x" * 1001), file_part()], 422, "prompt_too_long", "1000 characters"),
    "prompt much too long": ([field("prompt", "x" * 500_000), file_part()], 422, "prompt_too_long", "1000 characters"),
    "hotwords too long": ([file_part(), field("hotwords", "ẵ" * 1001)], 422, "hotwords_too_long", "1000 characters"),
    "prompt not text": ([part('name="prompt"', b"\xff"), file_part()], 422, "invalid_field", "UTF-8"),
    "field too long": ([file_part(), field("model", "x" * 2000)], 422, "invalid_field", "1024 bytes"),
    "field not text": ([file_part(), BROKEN_UTF8], 422, "invalid_field", "UTF-8"),
    "no audio": ([file_part(b"Dear Sir", "talk")], 415, "unsupported_format", "MP3, WAV"),
    "content": ([file_part(b"Dear Sir", "talk.wav")], 415, "content_mismatch", "MP3, WAV"),
    "playlist": ([file_part(b"#EXTM3U\n/data/a.mp3")], 415, "content_mismatch", "playlist"),
    "empty": ([file_part(b"")], 400, "file_empty", "empty"),
    "too large": ([file_part(MP3 + bytes(LIMIT))], 413, "file_too_large", "8 MiB"),
    "much too large": ([file_part(MP3 + bytes(LIMIT + 2 * 1024 * 1024))], 413, "file_too_large", "8 MiB"),
    "too much beside it": ([file_part(), field("x", "x" * (LIMIT + 2 * 1024 * 1024))], 413, "file_too_large", "8 MiB"),
    "too many parts": ([file_part(), *[field("x", "")] * MAX_PARTS], 422, "malformed_body", "Maximum segment count"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("chunked", [False, True])
async def test_what_is_wrong_is_refused_with_a_code_and_leaves_nothing(client, embedded, case, chunked):
    parts, status, code, words = REFUSED[case]
    answer = await send(client, *parts, chunked=chunked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert words in answer.json()["detail"]
    assert "X-Request-ID" in answer.headers
    assert await embedded.nothing_is_left()


@pytest.mark.parametrize("end", [b"", b"--edge", b"--edge-", b"--edge\r\n"])
async def test_a_form_that_breaks_off_is_refused_and_leaves_nothing(client, embedded, end):
    answer = await send(client, file_part(), end=end)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_body")
    assert await embedded.nothing_is_left()


async def test_a_file_that_breaks_off_inside_is_refused_and_leaves_nothing(client, embedded):
    answer = await send(client, file_part(MP3 + bytes(3_000_000))[:-1000], end=b"")
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_body")
    assert await embedded.nothing_is_left()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_the_longest_texts_are_accepted_however_their_accents_are_sent(client, embedded, form):
    longest = "ế" * 1000
    sent = unicodedata.normalize(form, longest)
    answer = await send(client, field("prompt", sent), file_part(), field("hotwords", sent))
    job = await embedded.service.status(ANONYMOUS, answer.json()["job_id"])
    assert (job.guidance.prompt, job.guidance.hotwords) == (longest, longest)


async def test_the_limits_can_be_read_by_programs(client):
    answer = await send(client, file_part(MP3 + bytes(LIMIT)))
    assert answer.json()["limit"] == LIMIT
    for length in (1001, 100_000):
        answer = await send(client, field("hotwords", "x" * length), file_part())
        assert answer.json()["limit"] == 1000


async def test_the_missing_field_can_be_read_by_programs(client):
    assert (await send(client)).json()["field"] == "file"


@pytest.mark.parametrize("content_type", ["application/json", "audio/mpeg", "multipart/form-data", ""])
async def test_a_body_that_is_no_form_is_refused_with_an_example(client, embedded, content_type):
    answer = await send(client, file_part(), headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["code"]) == (415, "form_expected")
    assert "curl -F" in answer.json()["detail"]
    assert await embedded.nothing_is_left()


async def test_a_request_without_a_body_is_no_form(client):
    answer = await client.post("/api/stt/upload")
    assert (answer.status_code, answer.json()["code"]) == (415, "form_expected")


async def test_a_wrong_field_before_the_file_is_refused_before_the_file_is_read(embedded, client, monkeypatch):
    async def unwanted(filename, blocks):
        raise AssertionError("the file was read")

    monkeypatch.setattr(embedded.service, "store", unwanted)
    answer = await send(client, field("language", "xx"), file_part())
    assert answer.json()["code"] == "unknown_language"


async def test_a_client_that_stops_sending_is_given_up(client, embedded, monkeypatch):
    monkeypatch.setattr(body, "PACE_SECONDS", 0.05)

    async def stalling():
        yield file_part(MP3 + bytes(2_000_000))[:1_500_000]
        await asyncio.sleep(0.5)
        yield b"more"

    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    answer = await client.post("/api/stt/upload", content=stalling(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (408, "upload_stalled")
    assert await embedded.nothing_is_left()


class DatabaseAway(JobRepository):
    async def add(self, *_, **__):
        raise DatabaseUnavailable


class StorageAway(LocalStorage):
    async def put(self, _key, blocks):
        async for _ in blocks:
            raise StorageUnavailable
        return 0


@pytest.mark.parametrize("away", ["database", "storage"])
async def test_without_database_or_storage_nothing_is_called_accepted(tmp_path, away):
    parts = {"jobs": DatabaseAway} if away == "database" else {"storage": StorageAway(tmp_path / "objects")}
    async with embedded_service(tmp_path, **parts) as embedded:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(embedded.app()), base_url="http://stt") as client:
            answer = await send(client, file_part())
        assert (answer.status_code, answer.json()["code"]) == (503, f"{away}_unavailable")
        assert "Retry-After" in answer.headers
        assert await embedded.nothing_is_left()


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
async def test_a_model_named_behind_the_file_counts_as_one_named_before_it(tmp_path, order):
    def lacking(name, _engine):
        return f"{name} is not here" if name == "medium" else None

    async with (
        embedded_service(tmp_path, model="medium", lacking=lacking) as embedded,
        httpx.AsyncClient(transport=httpx.ASGITransport(embedded.app()), base_url="http://stt") as client,
    ):
        named = await send(client, *[file_part(), field("model", "demo")][order])
        unnamed = await send(client, file_part())
        wrong = await send(client, *[file_part(), field("model", "medium")][order])
    assert (named.status_code, unnamed.status_code, wrong.status_code) == (200, 422, 422)
    for refused in (unnamed.json(), wrong.json()):
        assert (refused["detail"], refused["code"]) == ("medium is not here", "model_unavailable")

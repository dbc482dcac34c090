import hashlib
import json
import os
import re
from itertools import pairwise

import httpx
import pytest

from stt.client import AsyncClient, Client, JobEnded, NoService, NotAUrl, Refused, TakesTooLong
from tests.unit.client.conftest import URL

JOB = {
    "job_id": "j1", "status": "PROCESSING", "progress": 50.0, "stage": "transcribe", "filename": "a.mp3",
    "language": "vi", "model": "demo", "duration": None, "error_code": None, "error_message": None, "metadata": {},
}  # fmt: skip
TRANSCRIPT = {
    "job_id": "j1", "language": "vi", "duration": 1.5, "text": "xin chào", "gaps": [], "model": "demo",
    "segments": [{"start": 0.2, "end": 1.1, "text": "xin chào", "words": []}], "engine": "faster-whisper",
    "coverage": {"speech": 0.9, "words": 0.9, "silence": 0.6, "suppressed": 0.0, "gap": 0.0, "ratio": 1.0},
    "created_at": "2026-01-31T08:20:00Z",
}  # fmt: skip


def job(status="PROCESSING", **facts):
    return httpx.Response(200, json=JOB | {"status": status} | facts)


def refused(status, code, **headers):
    return httpx.Response(status, json={"detail": "Why.", "code": code}, headers=headers)


@pytest.fixture
def audio(tmp_path):
    path = tmp_path / "lời nói.mp3"
    path.write_bytes(bytes(range(256)) * 1024)
    return path


def test_an_upload_sends_the_file_whole_with_its_name_and_options(service, audio):
    asking = service(job("PENDING"))
    made = asking.call("create", audio, {"language": "vi", "model": None}, metadata={"customer": "42"})
    assert (made.job_id, made.status) == ("j1", "PENDING")
    [request] = asking.asked
    assert (request.method, str(request.url)) == ("POST", f"{URL}/api/stt/jobs")
    assert audio.read_bytes() in request.content
    assert 'filename="lời nói.mp3"'.encode() in request.content
    assert re.search(rb'name="language"\r\n\r\nvi\r\n', request.content)
    assert b'{"customer": "42"}' in request.content
    assert b'name="model"' not in request.content


def test_a_name_in_an_old_encoding_is_sent_with_marks_for_what_nobody_knows(service, tmp_path):
    file = tmp_path / os.fsdecode(b"h\xe1\xbbp.mp3")
    file.write_bytes(b"x")
    asking = service(job())
    asking.call("create", file)
    assert 'filename="h\ufffdp.mp3"'.encode() in asking.asked[0].content


def test_an_upload_tells_how_far_it_is(service, audio):
    told = []
    service(job()).call("create", audio, sent=told.append)
    assert len(told) > 3
    assert told[-1] == 100
    assert all(a <= b for a, b in pairwise(told))


@pytest.mark.parametrize(
    "lost",
    [
        httpx.ReadError("reset"), httpx.ConnectError("refused"), refused(503, "queue_full"),
        refused(409, "idempotency_key_in_use"),
    ],
)  # fmt: skip
def test_an_upload_is_sent_again_whole_with_the_same_key(service, audio, lost):
    asking = service(lost, job())
    assert asking.call("create", audio, sent=lambda _: None).job_id == "j1"
    first, second = asking.asked
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert audio.read_bytes() in second.content


def test_what_cannot_pass_is_not_tried_again(service, audio):
    asking = service(refused(415, "unsupported_format"))
    with pytest.raises(Refused, match=re.escape("Why. (unsupported_format)")) as caught:
        asking.call("create", audio)
    assert (caught.value.status, caught.value.code, len(asking.asked)) == (415, "unsupported_format", 1)


def test_the_service_says_when_to_come_back(service, monkeypatch):
    pauses = []
    monkeypatch.setattr("time.sleep", pauses.append)

    async def sleep(seconds):
        pauses.append(seconds)

    monkeypatch.setattr("asyncio.sleep", sleep)
    assert service(refused(429, "limit_reached", **{"retry-after": "7"}), job()).call("get", "j1").progress == 50.0
    assert pauses == [7.0]
    with pytest.raises(Refused) as caught:
        service(refused(429, "limit_reached", **{"retry-after": "3600"})).call("get", "j1")
    assert caught.value.retry_after == 3600.0


def test_it_gives_up_after_so_many_attempts(service):
    asking = service(*[httpx.ConnectError("refused")] * 5, retries=2)
    with pytest.raises(NoService, match=r"no service at http://stt.test \(refused\)"):
        asking.call("get", "j1")
    assert len(asking.asked) == 3


def test_a_span_is_heard_again_with_what_was_said_alone(service):
    asking = service(job(), job())
    assert asking.call("rehear", "j1", 1.5, 3.0).job_id == "j1"
    asking.call("rehear", "j1", 1.5, 3.0, model="base", language="en", prompt="")
    sent = [json.loads(request.content) for request in asking.asked]
    assert sent[0] == {"start": 1.5, "end": 3.0}
    assert sent[1] == sent[0] | {"model": "base", "language": "en", "prompt": ""}


@pytest.mark.parametrize(
    "asked", [("retry", "j1"), ("redo", "j1", "2-4"), ("rehear", "j1", 1.5, 3.0), ("delete", "j1")]
)
def test_what_may_be_done_already_is_not_done_again(service, asked):
    asking = service(httpx.ReadError("reset"), job())
    with pytest.raises(NoService):
        asking.call(*asked)
    assert service(httpx.ConnectError("refused"), job()).call(*asked)


@pytest.mark.parametrize(
    "answer", [httpx.Response(200, text="<html>"), httpx.Response(404, text="none"), httpx.Response(200, json=[1])]
)
def test_what_is_not_the_service_is_said_to_be_that(service, answer):
    with pytest.raises(Refused, match="not of this service") as caught:
        service(answer).call("get", "x")
    assert caught.value.code is None


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://here", "http://[::1", ""])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_url_that_is_none_is_told_so(kind, url):
    with pytest.raises(NotAUrl):
        kind(url)


def test_a_job_id_stays_one_part_of_the_path(service):
    asking = service(refused(404, "job_not_found"))
    with pytest.raises(Refused):
        asking.call("get", "../../health?x=1")
    assert asking.asked[0].url.raw_path == b"/api/stt/jobs/..%2F..%2Fhealth%3Fx%3D1"


def test_the_key_is_that_given_or_that_of_the_environment(service, monkeypatch):
    monkeypatch.setenv("STT_API_KEY", "stt_env")
    for key, header in ((None, "Bearer stt_env"), ("stt_given", "Bearer stt_given"), ("", None)):
        asking = service(job(), key=key)
        asking.call("get", "j1")
        assert asking.asked[0].headers.get("authorization") == header


def test_waiting_shows_how_the_job_stands_until_the_end(service):
    seen = []
    asking = service(job("PENDING"), job(progress=60.0), job("COMPLETED"))
    assert asking.call("wait", "j1", watch=lambda job: seen.append((job.status, job.progress))).status == "COMPLETED"
    assert seen == [("PENDING", 50.0), ("PROCESSING", 60.0), ("COMPLETED", 50.0)]


def test_waiting_outlasts_a_restart_of_the_service(service):
    away = refused(503, "database_unavailable")
    asking = service(job(), httpx.ConnectError("refused"), away, job("COMPLETED"))
    assert asking.call("wait", "j1").status == "COMPLETED"
    assert asking.asked[0].url.params["wait"] == "20.00"


def test_waiting_ends_when_patience_does_or_time(service):
    with pytest.raises(NoService):
        service(*[httpx.ConnectError("refused")] * 1000, patience=0.01).call("wait", "j1")
    with pytest.raises(Refused):
        service(refused(404, "job_not_found")).call("wait", "j1")
    with pytest.raises(TakesTooLong):
        service(*[job()] * 1000, retries=0).call("wait", "j1", timeout=0.02)


def test_the_list_is_read_page_by_page_as_far_as_it_is_wanted(service):
    pages = [
        {"data": [JOB | {"job_id": f"j{n}"} for n in range(3)], "next_cursor": "c"},
        {"data": [JOB | {"job_id": "j3"}], "next_cursor": None},
    ]
    asking = service(*[httpx.Response(200, json=page) for page in pages])
    found = asking.call("jobs", status="FAILED", metadata={"customer": "42"}, query="họp")
    assert [job.job_id for job in found] == ["j0", "j1", "j2", "j3"]
    assert dict(asking.asked[0].url.params) == {
        "status": "FAILED", "metadata[customer]": "42", "q": "họp", "limit": "200"
    }  # fmt: skip
    assert asking.asked[1].url.params["cursor"] == "c"
    once = service(httpx.Response(200, json=pages[0]))
    assert [job.job_id for job in once.call("jobs", limit=2)] == ["j0", "j1"]
    assert len(once.asked) == 1


def test_transcribing_uploads_waits_and_reads(service, audio):
    asking = service(job("PENDING"), job("COMPLETED"), httpx.Response(200, json=TRANSCRIPT))
    transcript = asking.call("transcribe", audio, language="vi", speakers="auto")
    assert (transcript.text, transcript.segments[0].end) == ("xin chào", 1.1)
    assert b'name="speakers"\r\n\r\nauto' in asking.asked[0].content
    failed = job("FAILED", error_message="No audio.", error_code="audio_unreadable")
    with pytest.raises(JobEnded, match=re.escape("No audio. (audio_unreadable) The job was j1.")) as caught:
        service(job("PENDING"), failed).call("transcribe", audio)
    assert caught.value.job.error_code == "audio_unreadable"


def test_events_go_on_where_the_stream_broke_until_the_job_ends(service):
    def stream(*lines):
        return httpx.Response(200, text="\n".join(lines))

    asking = service(
        stream(": events", "", "event: job.stage", "id: 7", 'data: {"stage": "prepare"}', "", "event: job"),
        httpx.ConnectError("refused"),
        stream("event: job.completed", "id: 8", 'data: {"status": "COMPLETED"}', "", ""),
    )  # fmt: skip
    events = asking.call("events", "j1")
    assert [(event.type, event.position, dict(event.data)) for event in events] == [
        ("job.stage", "7", {"stage": "prepare"}), ("job.completed", "8", {"status": "COMPLETED"})
    ]  # fmt: skip
    assert [request.headers.get("last-event-id") for request in asking.asked] == [None, "7", "7"]
    assert service(httpx.Response(204)).call("events", "j1") == []
    with pytest.raises(Refused):
        service(refused(404, "job_not_found")).call("events", "j1")


def test_a_file_goes_straight_to_the_store_which_learns_no_key(service, audio):
    announced = httpx.Response(
        201, json={"upload_id": "u1", "url": "https://objects.example/bucket", "fields": {"key": "uploads/u1/a"}}
    )
    asking = service(announced, httpx.ReadError("reset"), httpx.Response(204), job("PENDING"), key="stt_secret")
    told = []
    made = asking.call(
        "create_direct", audio, {"language": "vi", "model": None}, metadata={"a": "b"}, sent=told.append, checksum=True
    )
    assert made.job_id == "j1"
    first, _, sent, confirmed = asking.asked
    assert json.loads(first.content) == {
        "filename": "lời nói.mp3", "size": audio.stat().st_size, "language": "vi", "metadata": {"a": "b"},
        "sha256": hashlib.sha256(audio.read_bytes()).hexdigest(),
    }  # fmt: skip
    assert str(sent.url) == "https://objects.example/bucket"
    assert sent.content.index(b"uploads/u1/a") < sent.content.index(audio.read_bytes())
    assert str(confirmed.url) == f"{URL}/api/stt/direct-uploads/u1/confirm"
    assert ["authorization" in request.headers for request in (first, sent, confirmed)] == [True, False, True]
    assert told[-1] == 100


@pytest.mark.parametrize("wrong", [httpx.Response(403, text="<Error/>"), httpx.ConnectError("refused")])
def test_a_store_that_does_not_take_the_file_is_named(service, audio, wrong):
    announced = httpx.Response(201, json={"upload_id": "u1", "url": "https://objects.example/b", "fields": {}})
    with pytest.raises((Refused, NoService), match="objects.example/b"):
        service(announced, wrong, retries=0).call("create_direct", audio)

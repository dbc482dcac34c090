import json
from functools import partial

import httpx
import pytest

from stt.cli import client
from stt.client import AsyncClient

JOB = {
    "job_id": "j1", "status": "COMPLETED", "stage": None, "progress": 100.0, "filename": "talk.mp3", "language": "vi",
    "error_code": None, "error_message": None, "chunks_completed": 0, "model": "small", "duration": 1.5,
    "metadata": {},
}  # fmt: skip
RESULT = {
    "job_id": "j1", "text": "xin chào", "duration": 1.5, "segments": [{"start": 0.2, "end": 1.1, "text": "xin chào"}],
}  # fmt: skip


SO_FAR = RESULT | {"status": "PROCESSING", "duration": None, "until": 1.25}


class FakeService:
    """Answers as the API does, about one job."""

    def __init__(self):
        self.job = dict(JOB)
        self.uploads = []

    async def __call__(self, request):
        path = request.url.path
        if path == "/api/stt/jobs":
            self.uploads.append(await request.aread())
            return httpx.Response(202, json=self.job | {"status": "PENDING"})
        if path == "/api/stt/jobs/j1":
            return httpx.Response(200, json=self.job)
        if path == "/api/stt/result/j1" and request.url.params.get("partial") == "true":
            return httpx.Response(200, json=SO_FAR | {"complete": self.job["status"] == "COMPLETED"})
        if path == "/api/stt/result/j1":
            return httpx.Response(200, json=RESULT)
        return httpx.Response(404, json={"detail": "There is no such job.", "code": "job_not_found"})


@pytest.fixture
def service(monkeypatch):
    service = FakeService()
    monkeypatch.setattr(client, "AsyncClient", partial(AsyncClient, transport=httpx.MockTransport(service)))
    return service


@pytest.fixture
def talk(tmp_path):
    path = tmp_path / "talk.mp3"
    path.write_bytes(b"ID3" + bytes(1000))
    return path


def test_submit_prints_the_job_id_alone_on_stdout(stt, service, talk):
    outcome = stt("submit", talk, "--language", "vi", "--model", "small", "--priority", "high")
    assert (outcome.code, outcome.out) == (0, "j1\n")
    for field, value in (("language", "vi"), ("model", "small"), ("priority", "high")):
        assert f'name="{field}"\r\n\r\n{value}\r\n'.encode() in service.uploads[0]
    for field in ("engine", "task", "prompt", "hotwords", "channels", "tone_marks", "track"):
        assert f'name="{field}"'.encode() not in service.uploads[0]


def test_submit_sends_what_is_asked_of_the_transcription(stt, service, talk):
    asked = {
        "task": "translate",
        "prompt": "Biên bản.\nHuế",
        "hotwords": "OKR",
        "channels": "separate",
        "tone_marks": "old",
        "track": "2",
    }
    flags = [word for name, value in asked.items() for word in (f"--{name.replace('_', '-')}", value)]
    assert stt("submit", talk, *flags).code == 0
    for field, value in asked.items():
        assert f'name="{field}"\r\n\r\n{value}\r\n'.encode() in service.uploads[0]


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("--task", "summarize", "translate"),
        ("--channels", "2", "separate"),
        ("--tone-marks", "older", "old"),
        ("--prompt", "\udcff", "UTF-8"),
        ("--hotwords", "\udcff", "UTF-8"),
    ],
)
def test_what_cannot_be_asked_is_code_2_before_anything_is_sent(stt, service, talk, flag, value, said):
    outcome = stt("submit", talk, flag, value)
    assert outcome.code == 2
    assert said in outcome.err
    assert "Traceback" not in outcome.err
    assert service.uploads == []


def test_submit_and_wait_prints_the_transcript_in_the_format_asked_for(stt, service, talk):
    assert stt("submit", talk, "--wait").out == "xin chào\n"
    assert stt("submit", talk, "--wait", "--format", "srt").out.startswith("1\n00:00:00,200 --> ")


def test_a_job_that_failed_is_its_reason_on_stderr_and_code_1(stt, service, talk):
    service.job |= {"status": "FAILED", "error_message": "The file has no audio track.", "error_code": "no_audio"}
    outcome = stt("submit", talk, "--wait")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.splitlines()[-1] == "The file has no audio track. (no_audio) The job was j1."


def test_status_shows_what_is_known_and_leaves_out_what_is_not(stt, service):
    outcome = stt("status", "j1")
    assert outcome.code == 0
    facts = dict(line.split(maxsplit=1) for line in outcome.out.splitlines())
    assert facts == {name: str(value) for name, value in JOB.items() if value not in (None, {})}


def test_status_shows_what_was_asked_with_further_lines_set_in(stt, service):
    service.job |= {"task": "translate", "prompt": "", "hotwords": "OKR\nSaaS", "channels": "separate"}
    lines = stt("status", "j1").out.splitlines()
    assert "task               translate" in lines
    assert "channels           separate" in lines
    at = lines.index("hotwords           OKR")
    assert lines[at + 1] == "                   SaaS"
    assert not [line for line in lines if line.startswith("prompt")]


def test_result_prints_the_document_or_writes_it(stt, service, tmp_path):
    assert json.loads(stt("result", "j1", "--format", "json").out) == RESULT
    assert stt("result", "j1", "--output", tmp_path / "out.txt").out == ""
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "xin chào\n"


def test_a_transcript_is_printed_so_far_with_how_far_that_is(stt, service):
    service.job["status"] = "PROCESSING"
    outcome = stt("result", "j1", "--partial", "--format", "srt")
    assert (outcome.code, outcome.err) == (0, "The job is PROCESSING; the transcript reaches second 1.25.\n")
    assert outcome.out.startswith("1\n00:00:00,200 --> 00:00:01,2")
    service.job["status"] = "COMPLETED"
    assert stt("result", "j1", "--partial").err == ""


def test_an_unknown_job_is_a_sentence_with_its_code(stt, service):
    outcome = stt("result", "j2")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "There is no such job. (job_not_found)\n")


def test_no_service_is_code_2_with_what_to_do(stt, monkeypatch):
    monkeypatch.setenv("STT_URL", "http://127.0.0.1:1")
    outcome = stt("status", "j1")
    assert (outcome.code, outcome.out) == (2, "")
    assert "http://127.0.0.1:1" in outcome.err
    assert "stt serve" in outcome.err
    assert "Traceback" not in outcome.err


def test_a_file_that_is_not_there_is_code_2(stt, service, tmp_path):
    outcome = stt("submit", tmp_path / "none.mp3")
    assert outcome.code == 2
    assert "does not exist" in " ".join(outcome.err.replace("│", " ").split())
    assert service.uploads == []


@pytest.mark.parametrize("command", ["status", "result"])
def test_an_id_that_is_empty_is_said_to_be_so(stt, command):
    outcome = stt(command, "")
    assert outcome.code == 2
    assert "It is empty" in outcome.err

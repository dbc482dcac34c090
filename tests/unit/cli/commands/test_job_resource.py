import json

import httpx
import pytest
from typer.testing import CliRunner

from stt.cli import client
from stt.cli.commands import job_resource
from stt.cli.errors import CommandError, WrongUse
from stt.client import AsyncClient
from tests.embedded_service import embedded_service
from tests.unit.api.test_job_routes import upload

JOB = {
    "job_id": "j1", "status": "FAILED", "progress": 12.5, "created_at": "2026-01-31T08:15:00Z", "filename": "a",
    "stage": None, "language": "vi", "model": "demo", "duration": None, "error_code": None, "error_message": None,
    "metadata": {},
}  # fmt: skip


@pytest.fixture
async def service(tmp_path):
    async with embedded_service(tmp_path) as running:
        yield httpx.ASGITransport(running.app())


async def test_jobs_are_listed_cancelled_begun_again_and_erased(service):
    async with httpx.AsyncClient(transport=service, base_url="http://stt") as http:
        ids = [await upload(http) for _ in range(3)]
    async with AsyncClient("http://stt", transport=service) as client:
        assert [job.job_id async for job in client.jobs(query="talk", limit=2)] == ids[:0:-1]
        assert len([job async for job in client.jobs()]) == 3
        assert (await client.cancel(ids[0])).status == "CANCELLED"
        assert (await client.retry(ids[0])).status == "PENDING"
        assert (await client.delete(ids[0]))["objects"] == [f"uploads/{ids[0]}/talk.mp3"]
        assert len([job async for job in client.jobs()]) == 2


def answering(monkeypatch, answer):
    monkeypatch.setattr(
        client, "AsyncClient", lambda url: AsyncClient(url, retries=0, transport=httpx.MockTransport(answer))
    )


def test_the_commands_print_what_the_service_says(monkeypatch):
    async def answer(request):
        if request.method == "DELETE":
            return httpx.Response(200, json={"objects": ["uploads/j1/a"], "chunks": 2})
        if request.url.path == "/api/stt/jobs":
            assert dict(request.url.params) == {"status": "FAILED", "metadata[a]": "b=c", "limit": "50"}
            return httpx.Response(200, json={"data": [JOB], "next_cursor": None})
        if request.url.path.endswith("/redo"):
            spans = {"start": 1.5, "end": 3.0, "model": "base", "prompt": ""}
            assert json.loads(request.content) in ({"speakers": "2-4"}, spans)
            return httpx.Response(202, json=JOB | {"status": "PROCESSING"})
        return httpx.Response(200, json=JOB | {"status": "PENDING"})

    answering(monkeypatch, answer)
    span = ["--start", "1.5", "--end", "3", "--model", "base", "--prompt", ""]
    again = (["retry", "j1"], ["redo", "j1", "--speakers", "2-4"], ["redo", "j1", *span])
    commands = (["list", "--status", "FAILED", "--metadata", "a=b=c"], ["delete", "j1"], *again)
    printed = [CliRunner().invoke(job_resource.app, words).output for words in commands]
    assert printed[:2] == ["j1  FAILED      12.5  2026-01-31T08:15:00  a\n", "uploads/j1/a\n2 chunks\n"]
    assert "PENDING" in printed[2]
    assert ["PROCESSING" in said for said in printed[3:]] == [True, True]


@pytest.mark.parametrize(
    "words", [[], ["--start", "1"], ["--speakers", "2", "--end", "3"], ["--speakers", "2", "-m", "x"]]
)
def test_what_is_to_be_done_again_is_one_thing(words):
    outcome = CliRunner().invoke(job_resource.app, ["redo", "j1", *words])
    assert isinstance(outcome.exception, WrongUse)


def test_metadata_that_is_no_pair_is_wrong_use():
    outcome = CliRunner().invoke(job_resource.app, ["list", "--metadata", "customer"])
    assert isinstance(outcome.exception, WrongUse)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (httpx.ConnectError("refused"), WrongUse, "no service at http://127.0.0.1:8000 (refused). Start one with"),
        (httpx.Response(401, json={"detail": "No key.", "code": "key_missing"}), CommandError, "key from STT_API_KEY"),
        (httpx.Response(404, json={"detail": "No job.", "code": "job_not_found"}), CommandError, "(job_not_found)"),
    ],
)
def test_what_is_wrong_comes_with_what_to_do(monkeypatch, answer, kind, said):
    def service(_request):
        if isinstance(answer, Exception):
            raise answer
        return answer

    answering(monkeypatch, service)
    outcome = CliRunner().invoke(job_resource.app, ["delete", "j1"])
    assert type(outcome.exception) is kind
    assert said in str(outcome.exception)

import httpx
import pytest
from typer.testing import CliRunner

from stt.cli.client import ApiClient
from stt.cli.commands import job_resource
from tests.embedded_service import embedded_service
from tests.unit.api.test_job_routes import upload


@pytest.fixture
async def client(tmp_path):
    async with embedded_service(tmp_path) as running:
        yield ApiClient("http://stt", httpx.ASGITransport(running.app()))


async def test_jobs_are_listed_cancelled_begun_again_and_erased(client):
    ids = [await upload(httpx.AsyncClient(transport=client._http._transport, base_url="http://stt")) for _ in range(3)]
    assert [job["job_id"] for job in await client.jobs({"q": "talk"}, 2)] == ids[:0:-1]
    assert len(await client.jobs({}, 500)) == 3
    assert (await client.post(ids[0], "cancel"))["status"] == "CANCELLED"
    assert (await client.post(ids[0], "retry"))["status"] == "PENDING"
    assert (await client.delete(ids[0]))["objects"] == [f"uploads/{ids[0]}/talk.mp3"]
    assert len(await client.jobs({}, 500)) == 2


def test_the_commands_print_what_the_service_says(monkeypatch):
    job = {"job_id": "j1", "status": "FAILED", "progress": 12.5, "created_at": "2026-01-31T08:15:00Z", "filename": "a"}

    async def answer(request):
        if request.method == "DELETE":
            return httpx.Response(200, json={"objects": ["uploads/j1/a"], "chunks": 2})
        if request.url.path == "/api/stt/jobs":
            assert request.url.params["status"] == "FAILED"
            return httpx.Response(200, json={"data": [job], "next_cursor": None})
        return httpx.Response(200, json=job | {"status": "PENDING"})

    monkeypatch.setattr(job_resource, "ApiClient", lambda url: ApiClient(url, httpx.MockTransport(answer)))
    printed = [
        CliRunner().invoke(job_resource.app, words).output
        for words in (["list", "--status", "FAILED"], ["delete", "j1"], ["retry", "j1"])
    ]
    assert printed[:2] == ["j1  FAILED      12.5  2026-01-31T08:15:00  a\n", "uploads/j1/a\n2 chunks\n"]
    assert "PENDING" in printed[2]

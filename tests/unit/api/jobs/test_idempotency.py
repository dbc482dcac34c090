"""What is sent again with its key makes no second job."""

import asyncio

import httpx
import pytest
from sqlalchemy import select, update

from stt.core.storage.local import LocalStorage
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import DatabaseUnavailable, StorageUnavailable
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.tables.idempotency import IdempotencyKeyRow
from stt.services.ingest import idempotency_service
from tests.embedded_service import embedded_service
from tests.eventually import eventually
from tests.unit.api.jobs.test_url_ingest import found, server
from tools.encoded_audio import encoded

__all__ = ["server"]
MP3 = encoded(".mp3")
WAV = encoded(".wav")
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
PATHS = {"/api/stt/jobs": 202, "/api/stt/upload": 200}


async def send(client, path="/api/stt/jobs", key=KEY, content=MP3, name="talk.mp3", **fields):
    headers = [("Idempotency-Key", each) for each in ([key] if isinstance(key, str) else key)]
    return await client.post(path, headers=headers, files={"file": (name, content)}, data=fields)


def client_of(service):
    return httpx.AsyncClient(transport=httpx.ASGITransport(service.app()), base_url="http://stt")


@pytest.mark.parametrize(("path", "status"), PATHS.items())
async def test_what_is_sent_again_is_given_the_first_answer(client, embedded, path, status):
    first = await send(client, path, language="en")
    assert (first.status_code, "idempotent-replayed" in first.headers) == (status, False)
    await embedded.jobs.cancel(ANONYMOUS, first.json()["job_id"])
    again = await send(client, path, language="en")
    assert (again.status_code, again.content, again.headers["idempotent-replayed"]) == (status, first.content, "true")
    assert again.headers.get("location") == first.headers.get("location")
    assert again.headers["content-type"] == first.headers["content-type"] == "application/json"
    assert (await embedded.job_count(), len(await embedded.files())) == (1, 1)


async def test_without_a_key_or_with_another_each_is_a_job(client, embedded):
    for key in ([], [], "one", "two"):
        assert (await send(client, key=key)).status_code == 202
    assert await embedded.job_count() == 4


@pytest.mark.parametrize(
    "other",
    [{"content": WAV, "name": "talk.wav"}, {"content": MP3 + MP3}, {"language": "en"}, {"metadata": '{"a": "b"}'},
     {"name": "other.mp3"}, {"path": "/api/stt/upload"}],
)  # fmt: skip
async def test_a_key_is_for_one_payload(client, embedded, other):
    await send(client)
    answer = await send(client, **other)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await embedded.job_count(), len(await embedded.files())) == (1, 1)


@pytest.mark.parametrize("key", ["", "k" * 256, "two words", "chìa".encode(), ["one", "one"]])
async def test_what_is_no_key_is_refused(client, embedded, key):
    answer = await send(client, key=[key] if isinstance(key, bytes) else key)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
    assert await embedded.nothing_is_left()


async def test_the_longest_key_is_one(client):
    assert (await send(client, key="~" * 255)).status_code == 202


class Slow(LocalStorage):
    """A storage that takes its time once."""

    def __init__(self, root):
        super().__init__(root)
        self.began, self.go_on = asyncio.Event(), asyncio.Event()

    async def put(self, key, blocks):
        self.began.set()
        await self.go_on.wait()
        return await super().put(key, blocks)


async def test_of_two_at_once_one_is_told_that_the_other_runs(tmp_path):
    storage = Slow(tmp_path / "objects")
    async with embedded_service(tmp_path, storage=storage) as service, client_of(service) as client:
        running = asyncio.create_task(send(client))
        await storage.began.wait()
        answer = await send(client)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_use")
        storage.go_on.set()
        first = await running
        assert (first.status_code, (await send(client)).json()) == (202, first.json())
        assert await service.job_count() == 1


async def test_of_many_at_once_one_makes_the_job(client, embedded):
    answers = await asyncio.gather(*(send(client) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.json()["job_id"] for answer in answers if answer.status_code == 202}) == 1
    assert (await embedded.job_count(), len(await embedded.files())) == (1, 1)


async def test_a_request_whose_key_lapsed_and_is_anothers_makes_no_job(tmp_path):
    storage = Slow(tmp_path / "objects")
    async with embedded_service(tmp_path, storage=storage) as service, client_of(service) as client:
        asleep = asyncio.create_task(send(client))
        await storage.began.wait()
        lapsed = update(IdempotencyKeyRow).values(until=0.0)
        await service.database.write(lambda connection: connection.execute(lapsed))
        taking_over = asyncio.create_task(send(client))
        while not (await service.database.read(lambda c: c.scalar(select(IdempotencyKeyRow.until)))):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        storage.go_on.set()
        answers = await asyncio.gather(asleep, taking_over)
        assert [answer.status_code for answer in answers] == [409, 202]
        assert (await service.job_count(), len(await service.files())) == (1, 1)


async def test_a_refused_upload_lets_its_key_go(client, embedded):
    assert (await send(client, content=b"no sound at all")).status_code == 415
    assert (await send(client, language="xx")).status_code == 422
    answer = await send(client)
    assert (answer.status_code, "idempotent-replayed" in answer.headers) == (202, False)


async def test_a_failed_upload_lets_its_key_go(tmp_path):
    class Away(LocalStorage):
        away = True

        async def put(self, key, blocks):
            if self.away:
                raise StorageUnavailable
            return await super().put(key, blocks)

    storage = Away(tmp_path / "objects")
    async with embedded_service(tmp_path, storage=storage) as service, client_of(service) as client:
        assert (await send(client)).status_code == 503
        storage.away = False
        assert (await send(client)).status_code == 202
        assert await service.job_count() == 1


async def test_a_commit_that_nobody_saw_is_found_by_who_sends_again(tmp_path):
    class Unseen(JobRepository):
        away = True

        async def add(self, new, **options):
            job = await super().add(new, **options)
            if self.away:
                raise DatabaseUnavailable
            return job

    async with embedded_service(tmp_path, jobs=Unseen) as service, client_of(service) as client:
        assert (await send(client)).status_code == 503
        service.jobs.away = False
        answer = await send(client)
        assert (answer.status_code, answer.headers["idempotent-replayed"]) == (202, "true")
        job = await service.jobs.get(ANONYMOUS, answer.json()["job_id"])
        assert await service.storage.read(job.object_key) == MP3
        assert await service.job_count() == 1


async def test_an_answer_is_given_again_where_there_is_room_for_no_other_job(tmp_path):
    async with embedded_service(tmp_path, max_queued_seconds=0.0) as service, client_of(service) as client:
        first = await send(client)
        assert (await send(client, key="another")).status_code == 503
        assert (await send(client)).json() == first.json()


async def test_a_deleted_job_takes_its_answer_along(client, embedded):
    first = await send(client)
    await client.delete(f"/api/stt/jobs/{first.json()['job_id']}")
    again = await send(client)
    assert (again.status_code, again.json()["job_id"] == first.json()["job_id"]) == (202, False)


async def test_a_file_at_a_url_is_fetched_once(client, server):
    async def ask(language):
        asked = {"url": f"{server.url}/talk.mp3", "language": language}
        return await client.post("/api/stt/jobs", json=asked, headers={"Idempotency-Key": KEY})

    server.files["/talk.mp3"] = found(MP3)
    first = await ask("en")
    server.files.clear()
    again = await ask("en")
    assert (again.status_code, again.content, again.headers["idempotent-replayed"]) == (202, first.content, "true")
    assert (await ask("vi")).json()["code"] == "idempotency_key_reused"


def test_the_document_names_the_header_and_its_answers(embedded):
    document = embedded.app().openapi()
    for path, status in PATHS.items():
        operation = document["paths"][path]["post"]
        assert [each["name"] for each in operation["parameters"]] == ["Idempotency-Key"]
        assert "Idempotent-Replayed" in operation["responses"][str(status)]["headers"]
        assert operation["responses"][str(status)]["content"]["application/json"]["schema"]
        assert "`idempotency_key_in_use`" in operation["responses"]["409"]["description"]
        assert "`idempotency_key_reused`" in operation["responses"]["422"]["description"]


async def test_a_key_is_held_for_as_long_as_its_request_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(idempotency_service, "LEASE_SECONDS", 0.03)
    storage = Slow(tmp_path / "objects")
    async with embedded_service(tmp_path, storage=storage) as service, client_of(service) as client:
        running = asyncio.create_task(send(client))
        await storage.began.wait()
        lapses = update(IdempotencyKeyRow).values(until=1.0)
        await service.database.write(lambda connection: connection.execute(lapses))
        until = select(IdempotencyKeyRow.until)
        await eventually(lambda: service.database.read(lambda connection: connection.scalar(until) > 1.0))
        storage.go_on.set()
        assert (await running).status_code == 202

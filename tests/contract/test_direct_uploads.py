"""Uploads that go straight to the object store: on every database, to a real server; a folder takes none."""

import asyncio
from datetime import UTC, datetime
from hashlib import sha256

import httpx
import pytest
from sqlalchemy import select, update

from stt.core.http_client import HttpClient
from stt.core.messaging.embedded import EmbeddedQueue
from stt.core.storage.local import LocalStorage
from stt.domain.access.limits import Limits
from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.access.scopes import WITHOUT_KEY, Access
from stt.domain.errors import InvalidRequest, LimitReached, NotFound
from stt.domain.jobs.upload import PresignedForm
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.repositories.messages.webhook_repository import WebhookRepository
from stt.repositories.tables.jobs import JobRow
from stt.repositories.tables.uploads import UploadRow
from stt.repositories.upload_repository import UploadRepository
from stt.services.ingest.direct_upload_service import DirectUploadService
from stt.services.ingest.held_uploads import HeldUploads
from stt.services.ingest.upload_service import UploadService
from stt.services.jobs.announcer import Announcer
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import Choices, UploadPolicy
from stt.services.webhook_service import WebhookService
from stt.worker.upkeep.upload_sweeper import UploadSweeper
from tests.dying import Killed, killed_behind
from tests.embedded_service import embedded_service
from tools.encoded_audio import encoded

BODY = encoded(".mp3") * 40


@pytest.fixture
async def bucket(minio_server, bucket_name):
    storage = minio_server.storage(bucket_name)
    await storage.prepare()
    return storage


def jobs_on(database, storage):
    jobs = JobRepository(database)
    webhooks = WebhookService(WebhookRepository(database), DeliveryRepository(database), HttpClient(private=True))
    policy = UploadPolicy(6 * 1024**3, model="demo")
    return JobService(jobs, ChunkRepository(database), storage, Announcer(EmbeddedQueue(), jobs), policy, webhooks)


@pytest.fixture
def service(database, bucket):
    return DirectUploadService(UploadRepository(database), bucket, jobs_on(database, bucket), 7200)


async def created(service, body=BODY, *, size=None, checksum=None, filename="talk.mp3"):
    options = service._jobs.options(Choices(language="en"))
    return await service.create(WITHOUT_KEY, filename, len(body) if size is None else size, options, checksum)


async def send(form, body=BODY, **fields):
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(form.url, data={**form.fields, **fields}, files={"file": ("talk.mp3", body)})


async def sent(service, body=BODY, **facts):
    upload, form = await created(service, body, **facts)
    answer = await send(form, body)
    assert answer.status_code == 204, answer.text
    return upload


async def job_ids(database):
    return await database.read(lambda connection: list(connection.scalars(select(JobRow.id))))


async def change(database, table, **values):
    await database.write(lambda connection: connection.execute(update(table).values(**values)))


async def test_what_was_sent_to_the_store_becomes_one_job_however_often_it_is_confirmed(database, bucket, service):
    upload = await sent(service, checksum=sha256(BODY).hexdigest())
    assert await job_ids(database) == []
    jobs = await asyncio.gather(*(service.confirm(ANONYMOUS, upload.upload_id) for _ in range(4)))
    assert {job.job_id for job in jobs} == {upload.upload_id}
    assert (await service.confirm(ANONYMOUS, upload.upload_id)).job_id == upload.upload_id
    assert await job_ids(database) == [upload.upload_id]
    assert (jobs[0].filename, jobs[0].language, jobs[0].file_size) == ("talk.mp3", "en", len(BODY))
    assert await bucket.read(f"uploads/{upload.upload_id}/talk.mp3") == BODY


async def test_the_store_takes_the_announced_size_and_place_and_nothing_else(bucket, service):
    _, form = await created(service)
    refused = [
        await send(form, BODY + b"x"), await send(form, BODY[:-1]),
        await send(form, key=form.fields["key"].replace("talk", "walk")),
        await send(form, key="results/other/transcription.json"),
    ]  # fmt: skip
    assert [400 <= answer.status_code < 500 for answer in refused] == [True] * 4, [each.text for each in refused]
    assert await bucket.keys("") == []


async def test_what_is_larger_than_one_request_may_bring_is_refused_at_once(service):
    with pytest.raises(InvalidRequest) as refusal:
        await created(service, size=5 * 1024**3 + 1)
    assert (refusal.value.error_code, refusal.value.details) == ("file_too_large", {"limit": 5 * 1024**3})
    with pytest.raises(InvalidRequest) as refusal:
        await created(service, size=0)
    assert refusal.value.error_code == "file_empty"


async def test_an_upload_that_is_expected_counts_against_its_owners_limits(database, service):
    access = Access(Owner("a"), frozenset(), Limits(jobs_at_once=1))
    options = service._jobs.options(Choices(language="en"))
    upload, _ = await service.create(access, "talk.mp3", len(BODY), options, None)
    with pytest.raises(LimitReached):
        await service.create(access, "talk.mp3", len(BODY), options, None)
    await service.end(access.owner, upload.upload_id)
    await service.create(access, "talk.mp3", len(BODY), options, None)


async def test_before_it_arrives_it_is_said_so_and_after_that_it_works(service):
    upload, form = await created(service)
    with pytest.raises(InvalidRequest) as refusal:
        await service.confirm(ANONYMOUS, upload.upload_id)
    assert refusal.value.error_code == "upload_not_arrived"
    await send(form)
    assert (await service.confirm(ANONYMOUS, upload.upload_id)).job_id == upload.upload_id


async def test_another_file_than_was_announced_makes_no_job_and_the_right_one_may_follow(database, bucket, service):
    upload, form = await created(service, checksum=sha256(BODY).hexdigest())
    await send(form, BODY[:-1] + b"x")
    with pytest.raises(InvalidRequest) as refusal:
        await service.confirm(ANONYMOUS, upload.upload_id)
    assert refusal.value.error_code == "sha256_mismatch"
    # Not by its form: somebody with more rights did.
    await bucket.write(upload.object_key, BODY[:-1])
    with pytest.raises(InvalidRequest) as refusal:
        await service.confirm(ANONYMOUS, upload.upload_id)
    assert (refusal.value.error_code, refusal.value.details) == ("size_mismatch", {"size": len(BODY) - 1})
    assert await job_ids(database) == []
    await send(form)
    await service.confirm(ANONYMOUS, upload.upload_id)
    assert await job_ids(database) == [upload.upload_id]


async def test_what_is_no_audio_is_refused_and_removed(database, bucket, service):
    upload = await sent(service, b"no audio at all" * 9000)
    with pytest.raises(InvalidRequest) as refusal:
        await service.confirm(ANONYMOUS, upload.upload_id)
    assert refusal.value.error_code == "content_mismatch"
    assert (await bucket.keys(""), await job_ids(database)) == ([], [])
    with pytest.raises(NotFound):
        await service.confirm(ANONYMOUS, upload.upload_id)


async def test_what_is_no_audio_is_removed_as_well_if_whoever_confirmed_it_was_cut_off(database, tmp_path, monkeypatch):
    body, store = b"no audio at all" * 9000, LocalStorage(tmp_path / "objects")
    await store.prepare()
    form = PresignedForm("https://files.example", {}, datetime.now(UTC))
    monkeypatch.setattr(store, "presign", lambda *_: form, raising=False)
    service = DirectUploadService(UploadRepository(database), store, jobs_on(database, store), 3600)
    upload, _ = await created(service, body)
    await store.write(upload.object_key, body)

    async def killed(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(HeldUploads, "finished", killed)
        with pytest.raises(Killed):
            await service.confirm(ANONYMOUS, upload.upload_id)
    await UploadService(UploadRepository(database), store, jobs_on(database, store), 3600).finish_left()
    assert (await store.keys(""), await job_ids(database)) == ([], [])
    with pytest.raises(NotFound):
        await service.confirm(ANONYMOUS, upload.upload_id)


async def test_uploads_of_others_and_of_the_other_kind_are_not_found(database, bucket, service):
    upload = await sent(service)
    tus = UploadService(UploadRepository(database), bucket, jobs_on(database, bucket), 3600)
    options = service._jobs.options(Choices(language="en"))
    other_kind = await tus.create(WITHOUT_KEY, "talk.mp3", 10, options, "")
    for asked in (
        service.confirm(Owner("other"), upload.upload_id), service.end(Owner("other"), upload.upload_id),
        service.confirm(ANONYMOUS, other_kind.upload_id), service.end(ANONYMOUS, other_kind.upload_id),
        service.confirm(ANONYMOUS, "nothing/../x"), tus.get(ANONYMOUS, upload.upload_id),
        tus.end(ANONYMOUS, upload.upload_id),
    ):  # fmt: skip
        with pytest.raises(NotFound) as refusal:
            await asked
        assert refusal.value.error_code == "upload_not_found"
    assert (await service.confirm(ANONYMOUS, upload.upload_id)).job_id == upload.upload_id


@pytest.mark.parametrize("behind", ["keep", "accept"])
async def test_a_process_that_is_killed_while_it_confirms_makes_one_job(database, bucket, service, monkeypatch, behind):
    upload = await sent(service)
    target = UploadRepository if behind == "keep" else JobService
    with killed_behind(monkeypatch, target, behind):
        await service.confirm(ANONYMOUS, upload.upload_id)
    await change(database, UploadRow, held_until=1.0)
    tus = UploadService(UploadRepository(database), bucket, jobs_on(database, bucket), 3600)
    await tus.finish_left()
    assert await job_ids(database) == [upload.upload_id]
    assert (await service.confirm(ANONYMOUS, upload.upload_id)).job_id == upload.upload_id
    assert await job_ids(database) == [upload.upload_id]
    assert await bucket.read(upload.object_key) == BODY


async def test_what_is_never_confirmed_is_removed_when_its_time_is_up(database, bucket, service):
    left, kept = await sent(service), await sent(service)
    await service.confirm(ANONYMOUS, kept.upload_id)
    await change(database, UploadRow, expires_at=1.0)
    with pytest.raises(NotFound):
        await service.confirm(ANONYMOUS, left.upload_id)
    await UploadSweeper(UploadRepository(database), bucket).sweep()
    assert await bucket.keys("") == [kept.object_key]
    assert await database.read(lambda connection: list(connection.scalars(select(UploadRow.id)))) == []


async def test_audio_that_is_sent_again_behind_its_removal_is_removed_again(database, bucket, service):
    upload, form = await created(service)
    await send(form)
    await service.confirm(ANONYMOUS, upload.upload_id)
    await bucket.delete(upload.object_key)
    await change(database, JobRow, audio_deleted_at=1.0)
    await send(form)
    await change(database, UploadRow, expires_at=1.0)
    await UploadSweeper(UploadRepository(database), bucket).sweep()
    assert await bucket.keys("") == []


async def test_a_folder_takes_none_and_nothing_of_it_is_kept(database, tmp_path):
    storage = LocalStorage(tmp_path / "objects")
    await storage.prepare()
    service = DirectUploadService(UploadRepository(database), storage, jobs_on(database, storage), 3600)
    with pytest.raises(InvalidRequest) as refusal:
        await created(service)
    assert refusal.value.error_code == "direct_uploads_unsupported"
    assert "/api/stt/uploads" in refusal.value.message
    assert await database.read(lambda connection: list(connection.scalars(select(UploadRow.id)))) == []


async def test_clients_are_sent_to_the_public_endpoint(minio_server, bucket_name):
    storage = minio_server.storage(bucket_name, public_endpoint="https://files.example")
    form = storage.presign("uploads/x/talk.mp3", 10, 60)
    assert form.url == f"https://files.example/{bucket_name}"
    assert form.fields["key"] == "uploads/x/talk.mp3"


async def test_over_http_it_is_announced_sent_and_confirmed(tmp_path, bucket):
    async with embedded_service(tmp_path, storage=bucket) as embedded:
        transport = httpx.ASGITransport(embedded.app(root_path="/stt"))
        async with httpx.AsyncClient(transport=transport, base_url="http://stt") as client:
            wanted = {"filename": "xin chào.mp3", "size": len(BODY), "language": "en", "metadata": {"case": "7"}}
            announced = await client.post("/api/stt/direct-uploads", json=wanted)
            assert announced.status_code == 201, announced.text
            upload = announced.json()
            assert (upload["filename"], upload["size"]) == ("xin chào.mp3", len(BODY))
            path = f"/api/stt/direct-uploads/{upload['upload_id']}"
            early = await client.post(f"{path}/confirm")
            assert (early.status_code, early.json()["code"]) == (409, "upload_not_arrived")
            async with httpx.AsyncClient(trust_env=False) as http:
                sent = await http.post(upload["url"], data=upload["fields"], files={"file": ("a", BODY)})
            assert sent.status_code == 204, sent.text
            for _ in range(2):
                confirmed = await client.post(f"{path}/confirm")
                assert confirmed.status_code == 202, confirmed.text
                assert confirmed.headers["Location"] == f"/stt/api/stt/jobs/{upload['upload_id']}"
            job = confirmed.json()
            assert (job["job_id"], job["language"], job["metadata"]) == (upload["upload_id"], "en", {"case": "7"})
            assert (await client.get(f"/api/stt/jobs/{job['job_id']}/media")).content == BODY
            assert (await client.delete(path)).status_code == 204
            assert (await client.post(f"{path}/confirm")).status_code == 404
            assert (await client.get(f"/api/stt/jobs/{job['job_id']}")).status_code == 200
            for wrong, code in (
                ({"size": 1}, "invalid_field"), ({**wanted, "size": -1}, "invalid_field"),
                ({**wanted, "sha256": "x"}, "invalid_field"), ({**wanted, "language": "xx"}, "unknown_language"),
                ({**wanted, "url": "https://x.example"}, "invalid_field"),
            ):  # fmt: skip
                refused = await client.post("/api/stt/direct-uploads", json=wrong)
                assert (refused.status_code, refused.json()["code"]) == (422, code), wrong

"""Uploads that go on after a lost line, on every database and in every store."""

import asyncio
import contextlib

import pytest
from sqlalchemy import select, update

from stt.core.http_client import HttpClient
from stt.core.messaging.embedded import EmbeddedQueue
from stt.domain.access.owner import ANONYMOUS
from stt.domain.access.scopes import WITHOUT_KEY
from stt.domain.errors import NotFound, StorageUnavailable
from stt.domain.jobs.upload import OffsetConflict, UploadBusy
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.repositories.messages.webhook_repository import WebhookRepository
from stt.repositories.tables.jobs import JobRow
from stt.repositories.tables.uploads import UploadRow
from stt.repositories.upload_repository import UploadRepository
from stt.services.ingest.upload_service import UploadService
from stt.services.jobs.announcer import Announcer
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import Choices, UploadPolicy
from stt.services.webhook_service import WebhookService
from stt.worker.upkeep import reconciler
from stt.worker.upkeep.reconciler import Reconciler
from stt.worker.upkeep.upload_sweeper import UploadSweeper
from tests.contract.stores import aside
from tests.dying import killed_behind
from tools.encoded_audio import encoded

BODY = (encoded(".mp3") * 4000)[: 20 * 1024 * 1024 + 17]


class LineLost(Exception):
    """The client went away."""


async def stream(body, *, lost=False):
    for start in range(0, len(body), 200_000):
        yield body[start : start + 200_000]
    if lost:
        raise LineLost


def service_on(database, storage):
    """The API as another process has it."""
    jobs = JobRepository(database)
    webhooks = WebhookService(WebhookRepository(database), DeliveryRepository(database), HttpClient(private=True))
    policy = UploadPolicy(64 * 1024 * 1024, model="demo")
    service = JobService(jobs, ChunkRepository(database), storage, Announcer(EmbeddedQueue(), jobs), policy, webhooks)
    return UploadService(UploadRepository(database), storage, service, 3600), service


@pytest.fixture
def uploads(database, storage):
    return service_on(database, storage)[0]


async def created(uploads, length=None):
    options = uploads._jobs.options(Choices(language="en"))
    upload = await uploads.create(WITHOUT_KEY, "talk.mp3", length or len(BODY), options, "filename x")
    return upload.upload_id


async def job_ids(database):
    return await database.read(lambda connection: list(connection.scalars(select(JobRow.id))))


async def rows(database):
    return await database.read(lambda connection: list(connection.scalars(select(UploadRow.id))))


async def set_times(database, **values):
    await database.write(lambda connection: connection.execute(update(UploadRow).values(**values)))


async def stored(storage):
    """All that lies in the store, objects or not."""
    return await storage.keys("") + aside(storage)


async def test_an_upload_goes_on_at_another_process_each_time_its_line_is_lost(database, storage):
    processes = [service_on(database, storage)[0] for _ in range(3)]
    upload_id = await created(processes[0])
    offset, losses = 0, 0
    while offset < len(BODY):
        process, step = processes[losses % 3], BODY[offset : offset + 3_000_001]
        with contextlib.suppress(LineLost):
            await process.append(ANONYMOUS, upload_id, offset, stream(step, lost=offset + len(step) < len(BODY)))
        offset, losses = (await processes[0].get(ANONYMOUS, upload_id)).offset, losses + 1
    assert losses == 7
    upload = await processes[1].get(ANONYMOUS, upload_id)
    assert upload.is_finished
    assert await storage.read(upload.object_key) == BODY
    assert await stored(storage) == [upload.object_key]
    assert await job_ids(database) == [upload_id]


@pytest.mark.parametrize("behind", ["complete", "accept"])
async def test_a_process_that_is_killed_behind_the_last_byte_makes_one_job(database, storage, monkeypatch, behind):
    dying, jobs = service_on(database, storage)
    upload_id = await created(dying, 1_000_000)
    target, name = (storage, "complete") if behind == "complete" else (jobs, "accept")
    with killed_behind(monkeypatch, target, name):
        await dying.append(ANONYMOUS, upload_id, 0, stream(BODY[:1_000_000]))
    await set_times(database, held_until=1.0)
    if behind == "complete":
        assert await job_ids(database) == []
    await service_on(database, storage)[0].finish_left()
    assert await job_ids(database) == [upload_id]
    upload = await service_on(database, storage)[0].get(ANONYMOUS, upload_id)
    assert upload.is_finished
    assert await storage.read(upload.object_key) == BODY[:1_000_000]
    assert await stored(storage) == [upload.object_key]


async def test_who_asks_for_a_whole_upload_has_its_job_made(database, storage, monkeypatch):
    dying, _ = service_on(database, storage)
    upload_id = await created(dying, 1_000_000)

    async def away(*_):
        raise StorageUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(storage, "complete", away)
        with pytest.raises(StorageUnavailable):
            await dying.append(ANONYMOUS, upload_id, 0, stream(BODY[:1_000_000]))
    assert await job_ids(database) == []
    asked = await asyncio.gather(*(service_on(database, storage)[0].get(ANONYMOUS, upload_id) for _ in range(4)))
    assert [upload.is_finished for upload in asked] == [True] * 4
    assert await job_ids(database) == [upload_id]


async def test_of_many_that_send_at_once_one_makes_the_job(database, storage):
    upload_id = await created(service_on(database, storage)[0], 1_000_000)

    async def send():
        try:
            process = service_on(database, storage)[0]
            return (await process.append(ANONYMOUS, upload_id, 0, stream(BODY[:1_000_000]))).offset
        except (UploadBusy, OffsetConflict) as error:
            return error.error_code

    outcomes = await asyncio.gather(*(send() for _ in range(8)))
    assert outcomes.count(1_000_000) == 1, outcomes
    assert {outcome for outcome in outcomes if outcome != 1_000_000} <= {"upload_busy", "offset_conflict"}
    assert await job_ids(database) == [upload_id]
    assert (await storage.read(f"uploads/{upload_id}/talk.mp3")) == BODY[:1_000_000]


async def test_of_an_expired_upload_nothing_is_left_and_of_others_all(database, storage, uploads):
    await storage.write("uploads/foreign/talk.mp3", b"x")
    expired = await created(uploads)
    with contextlib.suppress(LineLost):
        await uploads.append(ANONYMOUS, expired, 0, stream(BODY[:10_000_000], lost=True))
    await set_times(database, expires_at=1.0)
    kept, whole = await created(uploads), await created(uploads, 1_000_000)
    with contextlib.suppress(LineLost):
        await uploads.append(ANONYMOUS, kept, 0, stream(BODY[:10_000_000], lost=True))
    await uploads.append(ANONYMOUS, whole, 0, stream(BODY[:1_000_000]))
    with pytest.raises(NotFound):
        await uploads.get(ANONYMOUS, expired)
    await UploadSweeper(UploadRepository(database), storage).sweep()
    assert sorted(await rows(database)) == sorted([kept, whole])
    assert not [name for name in await stored(storage) if expired in name]
    done = await uploads.append(ANONYMOUS, kept, 10_000_000, stream(BODY[10_000_000:]))
    assert await storage.read(done.object_key) == BODY
    assert sorted(await stored(storage)) == sorted(
        ["uploads/foreign/talk.mp3", done.object_key, f"uploads/{whole}/talk.mp3"]
    )


async def test_the_audio_of_a_job_outlives_its_upload(database, storage, uploads):
    upload_id = await created(uploads, 1_000_000)
    upload = await uploads.append(ANONYMOUS, upload_id, 0, stream(BODY[:1_000_000]))
    await set_times(database, expires_at=1.0)
    await UploadSweeper(UploadRepository(database), storage).sweep()
    assert await rows(database) == []
    assert await storage.read(upload.object_key) == BODY[:1_000_000]


async def test_what_is_whole_and_has_no_job_yet_is_nobody_elses(database, storage, uploads, monkeypatch):
    """The reconciler removes uploaded files without a job; not those whose job comes."""
    upload_id = await created(uploads, 1_000_000)

    async def away(*_, **__):
        raise StorageUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(uploads._jobs, "accept", away)
        with pytest.raises(StorageUnavailable):
            await uploads.append(ANONYMOUS, upload_id, 0, stream(BODY[:1_000_000]))
    monkeypatch.setattr(reconciler, "LEFT_SECONDS", 0)
    await Reconciler(JobRepository(database), storage).reconcile()
    await uploads.finish_left()
    assert await storage.read(f"uploads/{upload_id}/talk.mp3") == BODY[:1_000_000]

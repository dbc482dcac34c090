import asyncio
import json

import pytest

from stt.core.storage.local import LocalStorage
from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.access.scopes import WITHOUT_KEY
from stt.domain.errors import (
    DatabaseUnavailable,
    InvalidRequest,
    NotFound,
    StorageUnavailable,
)
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.guidance import Channels, Guidance, Task, ToneMarks
from stt.domain.jobs.job import JobStatus
from stt.domain.transcripts.coverage import Coverage
from stt.domain.transcripts.transcript import Segment, Transcript, Word
from stt.repositories.jobs.job_repository import JobRepository
from stt.services.jobs.options import Choices
from tests.embedded_service import embedded_service
from tests.eventually import eventually
from tools.encoded_audio import encoded

MP3 = encoded(".mp3")


async def stream(*blocks):
    for block in blocks:
        yield block


@pytest.fixture
async def embedded(tmp_path):
    async with embedded_service(tmp_path) as running:
        yield running


async def upload(embedded, filename="talk.mp3", *, content=MP3, **chosen):
    service = embedded.service
    stored = await service.store(filename, stream(content))
    await service.accept(WITHOUT_KEY, stored, service.options(Choices(**chosen)))
    return stored


async def complete(embedded, job_id):
    """What consumers do to a job, in short; returns the transcript they would store."""
    segment = Segment(0.1, 0.9, "xin chào", (Word("xin", 0.1, 0.4, 0.9), Word("chào", 0.5, 0.9, 0.8)))
    coverage = Coverage(speech=0.8, words=0.8, silence=0.2, sound=0, suppressed=0, gap=0, ratio=1)
    transcript = Transcript(
        job_id, "vi", 1.0, "xin chào", (segment,), coverage, (), "demo", "faster-whisper", "2026-01-31T08:15:00+00:00"
    )
    key = f"results/{job_id}/transcription.json"
    await embedded.storage.write(key, json.dumps(transcript.to_dict()).encode())
    _, claim = await embedded.jobs.claim("worker", 60)
    await embedded.jobs.finish_prepare(claim, duration=1.0, chunks_total=0, broke_off=None)
    _, claim = await embedded.jobs.claim("worker", 60)
    await embedded.jobs.complete(claim, key)
    return transcript


async def test_an_accepted_file_is_stored_under_its_job_and_waits(embedded):
    stored = await upload(embedded, "../băng ghi 1.mp3", language="auto", priority="high", engine="whisper.cpp")
    job = await embedded.service.status(ANONYMOUS, stored.job_id)
    assert job.object_key == stored.key == f"uploads/{stored.job_id}/băng_ghi_1.mp3"
    assert await embedded.storage.read(job.object_key) == MP3
    assert (job.status, job.filename, job.file_size) == (JobStatus.PENDING, "băng ghi 1.mp3", len(MP3))
    assert (job.language, job.model, job.priority, job.engine) == ("auto", "demo", Priority.HIGH, "whisper.cpp")
    assert job.guidance == Guidance()


async def test_what_is_asked_of_the_transcription_stays_with_the_job(embedded):
    asked = {"task": "translate", "prompt": "Biên bản.", "hotwords": "OKR", "channels": "separate", "tone_marks": "new"}
    stored = await upload(embedded, **asked)
    job, _ = await embedded.jobs.claim("worker", 60)
    assert job.job_id == stored.job_id
    assert job.guidance == Guidance(Task.TRANSLATE, "Biên bản.", "OKR", Channels.SEPARATE, ToneMarks.NEW)


@pytest.mark.parametrize(
    ("filename", "content", "code"),
    [
        ("talk.exe", b"MZ" + MP3, "unsupported_format"),
        ("talk.mp3", b"", "file_empty"),
        ("talk.wav", b"%PDF-1.7", "content_mismatch"),
        ("talk.mp3", MP3 + bytes(9 * 1024 * 1024), "file_too_large"),
    ],
)
async def test_of_a_refused_file_nothing_is_left(embedded, filename, content, code):
    with pytest.raises(InvalidRequest) as caught:
        await upload(embedded, filename, content=content)
    assert caught.value.error_code == code
    assert await embedded.nothing_is_left()


async def test_of_a_stream_that_breaks_nothing_is_left(embedded):
    async def broken():
        yield MP3
        yield bytes(2_000_000)
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        await embedded.service.store("talk.mp3", broken())
    assert await embedded.nothing_is_left()


class DatabaseAway(JobRepository):
    async def add(self, *_, **__):
        raise DatabaseUnavailable


async def test_without_a_database_nothing_is_accepted_and_nothing_left(tmp_path):
    async with embedded_service(tmp_path, jobs=DatabaseAway) as embedded:
        with pytest.raises(DatabaseUnavailable):
            await upload(embedded)
        assert await embedded.nothing_is_left()


class UndeletableStorage(LocalStorage):
    async def delete(self, *_keys):
        raise StorageUnavailable


async def test_when_the_file_cannot_be_removed_either_the_first_trouble_is_told(tmp_path):
    storage = UndeletableStorage(tmp_path / "objects")
    async with embedded_service(tmp_path, jobs=DatabaseAway, storage=storage) as embedded:
        with pytest.raises(DatabaseUnavailable):
            await upload(embedded)
        assert await embedded.job_count() == 0


class SlowDatabase(JobRepository):
    async def add(self, *_, **__):
        await asyncio.sleep(60)


async def test_an_acceptance_cancelled_on_its_way_leaves_no_file(tmp_path):
    async with embedded_service(tmp_path, jobs=SlowDatabase) as embedded:
        task = asyncio.create_task(upload(embedded))
        await eventually(lambda: embedded.storage.keys("uploads/"))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await embedded.nothing_is_left()


@pytest.mark.parametrize("job_id", ["unknown", "", "../x", "a\x00b", "x" * 1000])
async def test_an_unknown_job_is_not_found_whatever_its_id(embedded, job_id):
    for question in (embedded.service.status, embedded.service.result, embedded.service.cancel):
        with pytest.raises(NotFound) as caught:
            await question(ANONYMOUS, job_id)
        assert caught.value.error_code == "job_not_found"


async def test_a_job_of_another_owner_is_not_found_like_one_that_is_none(embedded):
    stored = await upload(embedded)
    service, other = embedded.service, Owner("another")
    for question in (service.status, service.result, service.partial, service.cancel):
        with pytest.raises(NotFound, match=f"^There is no job '{stored.job_id}'.$"):
            await question(other, stored.job_id)
    with pytest.raises(NotFound):
        await service.ended(other, stored.job_id, 10)
    assert (await service.status(ANONYMOUS, stored.job_id)).status is JobStatus.PENDING


class StrictRepository(JobRepository):
    """As PostgreSQL is about text: a NUL in an id is an error there, not a row that is missing."""

    async def get(self, owner, job_id):
        assert job_id.isprintable()
        return await super().get(owner, job_id)


async def test_what_cannot_be_an_id_is_not_looked_up(tmp_path):
    async with embedded_service(tmp_path, jobs=StrictRepository) as embedded:
        with pytest.raises(NotFound):
            await embedded.service.status(ANONYMOUS, "a\x00b")
        with pytest.raises(AssertionError):
            await embedded.jobs.get(ANONYMOUS, "a\x00b")


async def test_a_result_is_refused_with_the_status_until_the_job_is_completed(embedded):
    stored = await upload(embedded)
    with pytest.raises(InvalidRequest, match=r"^Job not completed$") as caught:
        await embedded.service.result(ANONYMOUS, stored.job_id)
    assert (caught.value.error_code, caught.value.details) == ("job_not_completed", {"job_status": "PENDING"})


async def test_the_result_is_the_stored_transcript(embedded):
    stored = await upload(embedded)
    transcript = await complete(embedded, stored.job_id)
    result = await embedded.service.result(ANONYMOUS, stored.job_id)
    assert result.transcript == transcript
    assert result.job.status is JobStatus.COMPLETED


async def test_a_transcript_that_was_removed_is_said_to_be_missing(embedded):
    stored = await upload(embedded)
    await complete(embedded, stored.job_id)
    await embedded.storage.delete(f"results/{stored.job_id}/transcription.json")
    with pytest.raises(NotFound) as caught:
        await embedded.service.result(ANONYMOUS, stored.job_id)
    assert caught.value.error_code == "result_missing"


async def test_cancelling_stops_a_job_and_may_be_repeated(embedded):
    stored = await upload(embedded)
    for _ in range(2):
        job = await embedded.service.cancel(ANONYMOUS, stored.job_id)
        assert job.status is JobStatus.CANCELLED
    assert await embedded.jobs.claim("worker", 60) is None


async def test_a_completed_job_can_no_longer_be_cancelled(embedded):
    stored = await upload(embedded)
    await complete(embedded, stored.job_id)
    with pytest.raises(InvalidRequest) as caught:
        await embedded.service.cancel(ANONYMOUS, stored.job_id)
    assert (caught.value.error_code, caught.value.details) == ("job_already_ended", {"job_status": "COMPLETED"})


async def test_who_waits_for_a_job_is_answered_when_it_has_ended(embedded):
    stored = await upload(embedded)
    waiting = asyncio.create_task(embedded.service.ended(ANONYMOUS, stored.job_id, 30))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await embedded.service.cancel(ANONYMOUS, stored.job_id)
    assert (await asyncio.wait_for(waiting, 60)).status is JobStatus.CANCELLED


async def test_who_waits_for_a_job_is_answered_in_the_end_and_when_the_service_leaves(embedded):
    stored = await upload(embedded)
    assert (await embedded.service.ended(ANONYMOUS, stored.job_id, 0.05)).status is JobStatus.PENDING
    waiting = asyncio.create_task(embedded.service.ended(ANONYMOUS, stored.job_id, 30))
    await asyncio.sleep(0.05)
    embedded.service.leave()
    assert (await asyncio.wait_for(waiting, 60)).status is JobStatus.PENDING

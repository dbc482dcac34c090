"""An embedded service with a job in every stage, and one of everything else that its database keeps."""

import contextlib

from stt.core.database import Database
from stt.core.storage.local import LocalStorage
from stt.domain.access.limits import Limits
from stt.domain.access.owner import ANONYMOUS
from stt.domain.access.scopes import Scope
from stt.domain.edits.version import NewVersion
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.idempotency import Reservation
from stt.domain.jobs.keys import chunk_key, result_key, upload_key
from stt.domain.jobs.redo import SpeakersRedo
from stt.domain.jobs.upload import NewUpload
from stt.domain.text.search import terms_of
from stt.domain.transcripts.transcript import Segment, Word
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.idempotency_repository import IdempotencyRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.repositories.key_repository import KeyRepository, NewKey
from stt.repositories.messages.webhook_repository import WebhookRepository
from stt.repositories.schema import init_db
from stt.repositories.upload_repository import UploadRepository
from stt.repositories.version_repository import VersionRepository

LEASE = 60.0
HELLO = Segment(0.1, 1 / 3, "xin chào", (Word("xin", 0.1, 0.2, 0.9), Word("chào", 0.2, 1 / 3, 0.8)))
"""With a number that has no end in decimal digits."""
STAGES = ("completed", "again", "failed", "cancelled", "deleted", "prepare", "detect", "transcribe", "merge", "pending")


@contextlib.asynccontextmanager
async def opened(data_dir):
    """Database and storage of the embedded default, made ready."""
    database, storage = Database(f"sqlite:///{data_dir / 'stt.db'}"), LocalStorage(data_dir / "objects")
    try:
        await init_db(database)
        await storage.prepare()
        yield database, storage
    finally:
        await database.close()


async def fill(data_dir):
    """A job for each of `STAGES`, named so, with its objects; keys, webhooks, versions and uploads beside them."""
    async with opened(data_dir) as (database, storage):
        await _Filling(database, storage).fill()


class _Filling:
    def __init__(self, database, storage):
        self.database, self.storage = database, storage
        self.jobs, self.chunks = JobRepository(database), ChunkRepository(database)

    async def fill(self):
        await WebhookRepository(self.database).add(ANONYMOUS, "https://hooks.example/stt", "whsec_c2VjcmV0")
        await self.complete("completed")
        await VersionRepository(self.database).add(
            ANONYMOUS, "completed", NewVersion(0, [{"op": "é"}], [{}], [{}], None)
        )
        await self.complete("again")
        await RedoRepository(self.database).begin(ANONYMOUS, "again", SpeakersRedo("3"))
        await self.claim("again")
        await self.add("failed")
        await self.jobs.fail(await self.claim("failed"), "unreadable", "It is no audio.")
        await self.add("cancelled")
        await self.jobs.cancel(ANONYMOUS, "cancelled")
        await self.complete("deleted")
        await DeletionRepository(self.database).mark(ANONYMOUS, "deleted")
        await self.cut("prepare", 1)
        await self.chunks.claim("w", LEASE)
        await self.prepared("detect", 1, language="auto")
        await self.claim("detect")
        await self.prepared("merge", 2)
        for _ in range(2):
            await self.transcribe()
        await self.claim("merge")
        await self.prepared("transcribe", 3)
        await self.transcribe()
        await self.chunks.claim("w", LEASE)
        await self.add("pending", metadata={"khách": "hàng"})
        await self.others()

    async def add(self, name, **changes):
        key = upload_key(name, f"{name}.mp3")
        await self.storage.write(key, name.encode() * 5000)
        known = {"filename": f"{name}.mp3", "object_key": key, "language": "vi", "model": "demo"}
        hook = {"webhook_url": "https://hooks.example/stt"}
        await self.jobs.add(NewJob(ANONYMOUS, name, **known | hook | changes))

    async def claim(self, name):
        job, claim = await self.jobs.claim("w", LEASE)
        assert job.job_id == name
        return claim

    async def cut(self, name, chunks, **changes):
        await self.add(name, **changes)
        job, claim = await self.jobs.claim("w", LEASE)
        assert job.job_id == name
        for index in range(chunks):
            span = Span(index * 60.0, index * 60.0 + 60)
            key = chunk_key(name, index)
            await self.storage.write(key, f"{name} {index}".encode())
            await self.chunks.add(claim, job, ChunkPlan(index, span, span, (span,)), key)
        return claim

    async def prepared(self, name, chunks, **changes):
        claim = await self.cut(name, chunks, **changes)
        await self.jobs.finish_prepare(claim, duration=60.0 * chunks, chunks_total=chunks, broke_off=None)

    async def transcribe(self):
        chunk, _, claim = await self.chunks.claim("w", LEASE)
        await self.chunks.complete(chunk, claim, [HELLO], [], (), b"\x00voices\xff")

    async def complete(self, name):
        await self.prepared(name, 1)
        await self.transcribe()
        claim = await self.claim(name)
        await self.storage.write(result_key(name), b'{"text": "xin ch\xc3\xa0o"}')
        await self.jobs.complete(claim, result_key(name), terms_of(ANONYMOUS, f"{name}.mp3", "xin chào"))

    async def others(self):
        key = NewKey(
            "key_1", ANONYMOUS, "ci", "ab" * 32, "stt_", "abcd", frozenset({Scope("jobs:read")}), Limits(3), None
        )
        await KeyRepository(self.database).add(key)
        await IdempotencyRepository(self.database).reserve(Reservation(ANONYMOUS, "once", "token"))
        uploads = UploadRepository(self.database)
        await uploads.add(NewUpload(ANONYMOUS, "half", "h.mp3", "uploads/half/h.mp3", 10, "", {}, 3600.0), Limits())

"""Uploads that go past the service, from the client straight to the object store, and are confirmed."""

import asyncio
import hashlib
import time
from contextlib import aclosing

from stt.core.storage.base import MOST_PRESIGNED_BYTES, Storage
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access
from stt.domain.errors import InvalidRequest, ObjectMissing
from stt.domain.jobs.job import Job
from stt.domain.jobs.upload import NoDirectUploads, PresignedForm, Upload, UploadBusy, UploadNotArrived
from stt.repositories.upload_repository import UploadRepository
from stt.services.ingest.held_uploads import LOOK_SECONDS, PATIENCE_SECONDS, Held, HeldUploads
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import JobOptions
from stt.services.jobs.upload import digested

FORM_SECONDS = 3600.0
"""For how long a file may be begun to be sent: its form is all that somebody needs to do so, and may be overheard."""


class DirectUploadService:
    """Direct uploads as their owners see them; every method raises `Unavailable` while a part it needs is away.

    The store takes one file of exactly the size that was asked for, at one place. Until its form expires, whoever has
    that may send the file again: it is its owner's, and no larger.
    """

    def __init__(self, uploads: UploadRepository, storage: Storage, jobs: JobService, kept_seconds: float) -> None:
        self._uploads, self._storage, self._jobs, self._kept_seconds = uploads, storage, jobs, kept_seconds
        self._held = HeldUploads(uploads, storage, jobs, are_direct=True)

    async def create(
        self, access: Access, filename: str, size: int, options: JobOptions, sha256: str | None
    ) -> tuple[Upload, PresignedForm]:
        """Expect a file of `size` bytes, and what lets its client send it.

        Raises `InvalidRequest` (codes `direct_uploads_unsupported`, `file_empty`, `file_too_large`, and those of a
        webhook's URL), `LimitReached` and `QueueFull`.
        """
        most_bytes = MOST_PRESIGNED_BYTES
        new = await self._held.expect(
            access, filename, size, options, self._kept_seconds, most_bytes=most_bytes, sha256=sha256
        )
        form = self._storage.presign(new.object_key, size, min(FORM_SECONDS, self._kept_seconds))
        if form is None:
            raise NoDirectUploads
        return await self._uploads.add(new, access.limits), form

    async def confirm(self, owner: Owner, upload_id: str) -> Job:
        """The job of what has arrived; who asks again is given the same.

        Raises:
            NotFound: code `upload_not_found`.
            InvalidRequest: codes `upload_not_arrived`, `size_mismatch`, `sha256_mismatch`, after which the file may be
                sent again; `upload_busy`; and those of content that is no audio, of which nothing is kept.
        """
        upload = await self._held.known(owner, upload_id)
        until = time.monotonic() + PATIENCE_SECONDS
        while not upload.is_finished:
            try:
                async with self._held.held(owner, upload_id) as held:
                    await self._arrived(held)
                    upload = await self._held.finished(held)
            except UploadBusy:
                upload = await self._held.known(owner, upload_id)
                if not upload.is_finished and time.monotonic() > until:
                    raise
                await asyncio.sleep(LOOK_SECONDS)
        return await self._jobs.status(owner, upload_id)

    async def end(self, owner: Owner, upload_id: str) -> None:
        """Forget an upload and what has arrived of it; a job that was made of it stays. Raises `NotFound`."""
        await self._held.end(owner, upload_id)

    async def _arrived(self, held: Held) -> None:
        """Return if the store has what was announced."""
        upload = held.upload
        try:
            size = (await self._storage.stat(upload.object_key)).size
        except ObjectMissing as error:
            raise UploadNotArrived from error
        if size != upload.length:
            message = f"{size} bytes have arrived, and {upload.length} were announced; send the file again."
            raise InvalidRequest(message, code="size_mismatch", size=size)
        if upload.sha256 is not None and await self._sha256(held) != upload.sha256:
            message = "What has arrived has another SHA-256 than was announced; send the file again."
            raise InvalidRequest(message, code="sha256_mismatch")
        await held.arrived()

    async def _sha256(self, held: Held) -> str:
        digest = hashlib.sha256()
        blocks = digested(held.renewing(self._storage.get(held.upload.object_key)), digest)
        async with aclosing(blocks):  # type: ignore[type-var]
            async for _ in blocks:
                pass
        return digest.hexdigest()

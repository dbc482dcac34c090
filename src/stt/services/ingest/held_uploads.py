"""Uploads until their jobs are made, each of them one request's at a time."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import structlog

from stt.core.storage.base import Grown, Storage
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access
from stt.domain.audio.media import HEAD_BYTES, check_media
from stt.domain.errors import InvalidRequest, NotFound, ObjectMissing, SttError
from stt.domain.jobs.keys import JOB_ID, job_id_from, upload_key
from stt.domain.jobs.upload import LEASE_SECONDS, NewUpload, Upload, UploadBusy
from stt.repositories.upload_repository import Delivery, UploadRepository
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import JobOptions
from stt.services.jobs.upload import FileTooLarge, StoredUpload, bare_name

log = structlog.get_logger()

AT_ONCE = 100
RENEW_SECONDS = LEASE_SECONDS / 4
PATIENCE_SECONDS = 5.0
"""How long who asks for an upload that is whole waits for another request to make its job."""
LOOK_SECONDS = 0.1
_HOPELESS = ("content_mismatch", "unsupported_format", ObjectMissing.code)
"""Codes of errors after which an upload comes to nothing."""


class HeldUploads:
    """What uploads of both kinds have in common; every method raises `Unavailable` while a part it needs is away."""

    def __init__(self, uploads: UploadRepository, storage: Storage, jobs: JobService, *, are_direct: bool) -> None:
        self._uploads, self._storage, self._jobs, self._are_direct = uploads, storage, jobs, are_direct

    async def expect(
        self,
        access: Access,
        filename: str,
        length: int,
        options: JobOptions,
        kept_seconds: float,
        *,
        most_bytes: int | None = None,
        metadata: str = "",
        sha256: str | None = None,
    ) -> NewUpload:
        """What a file of `length` bytes will be known by; all that can be wrong with it but its content is found now.

        Raises `InvalidRequest` (codes `file_empty`, `file_too_large`, and those of a webhook's URL), `LimitReached` and
        `QueueFull`.
        """
        limit = min(self._jobs.policy.max_upload_bytes, most_bytes or length)
        if not length:
            raise InvalidRequest("The file is empty.", code="file_empty")
        if length > limit:
            raise FileTooLarge(limit)
        await self._jobs.make_room(access)
        await self._jobs.expect(access.owner, options)
        name, upload_id = bare_name(filename), job_id_from(uuid.uuid4())
        return NewUpload(
            access.owner,
            upload_id,
            name,
            upload_key(upload_id, name),
            length,
            metadata,
            options.to_dict(),
            kept_seconds,
            self._are_direct,
            sha256,
        )

    async def known(self, owner: Owner, upload_id: str) -> Upload:
        """An upload as it stands; raises `NotFound`."""
        if not JOB_ID.fullmatch(upload_id):
            raise NotFound(f"There is no upload {upload_id[:64]!r}.", code="upload_not_found")
        return await self._uploads.get(owner, upload_id, is_direct=self._are_direct)

    @contextlib.asynccontextmanager
    async def held(self, owner: Owner, upload_id: str) -> AsyncIterator["Held"]:
        """An unfinished upload, held by this request; raises `UploadBusy` where it cannot be had."""
        await self.known(owner, upload_id)
        async with self._held(owner, upload_id) as held:
            yield held

    async def finish_left(self) -> None:
        """Make the jobs of uploads of either kind that are whole and that no request has."""
        for upload in await self._uploads.unfinished(AT_ONCE):
            try:
                async with self._held(upload.owner, upload.upload_id) as held:
                    await self.finished(held)
            except (InvalidRequest, NotFound) as error:
                log.warning("upload_not_finished", upload_id=upload.upload_id, code=error.error_code)

    @contextlib.asynccontextmanager
    async def _held(self, owner: Owner, upload_id: str) -> AsyncIterator["Held"]:
        token = uuid.uuid4().hex
        upload = await self._uploads.hold(owner, upload_id, token)
        if upload is None:
            raise UploadBusy
        held = Held(self._uploads, upload, token)
        try:
            yield held
        except (InvalidRequest, ObjectMissing) as error:
            if error.error_code in _HOPELESS:
                await self._forget(upload)
            raise
        finally:
            if not held.upload.is_finished:
                await asyncio.shield(held.release())

    async def finished(self, held: "Held") -> Upload:
        """The upload with its job made; whatever cuts this off, it is done again."""
        upload = held.upload
        await self._storage.complete(upload.object_key, Grown(upload.offset, upload.notes))
        head = self._storage.get(upload.object_key, 0, min(HEAD_BYTES, upload.length))
        check_media(upload.filename, b"".join([block async for block in head]))
        stored = StoredUpload(upload.upload_id, upload.filename, upload.object_key, upload.length, "")
        options = JobOptions.from_dict(upload.options)
        # Its owner's limits were asked when it was created, and it has counted since.
        access = Access(upload.owner, frozenset())
        await self._jobs.accept(access, stored, options, promise=Delivery(upload.upload_id, held.token))
        held.upload = replace(upload, is_finished=True)
        return held.upload

    async def end(self, owner: Owner, upload_id: str) -> None:
        """Forget an upload and what has arrived of it; a job that was made of it stays. Raises `NotFound`."""
        await self._forget(await self.known(owner, upload_id))

    async def _forget(self, upload: Upload) -> None:
        """The same for one of either kind."""
        if await self._uploads.end(upload.owner, upload.upload_id):
            with contextlib.suppress(SttError):  # the sweeper comes by as well
                await self._storage.abandon(upload.object_key)
                await self._storage.delete(upload.object_key)


class Held:
    """An upload while one request sends it."""

    def __init__(self, uploads: UploadRepository, upload: Upload, token: str) -> None:
        self._uploads, self.upload, self.token = uploads, upload, token
        self._renewed = time.monotonic()

    async def renewing(self, blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The same bytes; while they come the upload stays held. Raises `UploadBusy` where it was taken meanwhile."""
        async for block in blocks:
            if time.monotonic() - self._renewed > RENEW_SECONDS:
                await self._uploads.renew(self.upload.upload_id, self.token)
                self._renewed = time.monotonic()
            yield block

    async def keep(self, grown: Grown) -> None:
        """So much has arrived to stay."""
        await self._uploads.keep(self.upload.upload_id, self.token, grown.size, grown.notes)
        self._renewed = time.monotonic()
        self.upload = replace(self.upload, offset=grown.size, notes=grown.notes)

    async def arrived(self) -> None:
        """All of it has arrived, without this service having seen it come."""
        await self.keep(Grown(self.upload.length))

    async def release(self) -> None:
        """Let another request go on; where that fails, it waits for the lease to end."""
        with contextlib.suppress(SttError):
            await self._uploads.release(self.upload.upload_id, self.token)

"""Uploads that go on after a lost line, until their last byte makes the job."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import structlog

from stt.core.storage.base import Grown, Storage
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access
from stt.domain.audio.media import HEAD_BYTES, check_media
from stt.domain.errors import InvalidRequest, NotFound, ObjectMissing, SttError
from stt.domain.jobs.checksum import Checksum, ChecksumMismatch
from stt.domain.jobs.keys import JOB_ID, job_id_from, upload_key
from stt.domain.jobs.upload import LEASE_SECONDS, NewUpload, OffsetConflict, Upload, UploadBusy
from stt.repositories.upload_repository import Delivery, UploadRepository
from stt.services.job_service import JobService
from stt.services.options import JobOptions
from stt.services.upload import FileTooLarge, StoredUpload, bare_name

log = structlog.get_logger()

AT_ONCE = 100
FINISH_SECONDS = 30.0
"""How often it is looked for uploads whose last request was cut off behind the last byte."""
RENEW_SECONDS = LEASE_SECONDS / 4
PATIENCE_SECONDS = 5.0
"""How long who asks for a whole upload waits for another request to make its job."""
LOOK_SECONDS = 0.1
_HOPELESS = ("content_mismatch", "unsupported_format", ObjectMissing.code)
"""Codes of errors after which an upload comes to nothing."""


class UploadService:
    """Uploads as their owners see them; every method raises `Unavailable` while a part it needs is away.

    What has arrived is written down with the offset that says so, and an offset is told after that only.
    """

    def __init__(self, uploads: UploadRepository, storage: Storage, jobs: JobService, kept_seconds: float) -> None:
        self._uploads, self._storage, self._jobs, self._kept_seconds = uploads, storage, jobs, kept_seconds

    async def create(self, access: Access, filename: str, length: int, options: JobOptions, metadata: str) -> Upload:
        """Expect a file of `length` bytes; all that can be wrong with it but its content is found out now.

        Raises `InvalidRequest` (codes `file_empty`, `file_too_large`, and those of a webhook's URL), `LimitReached` and
        `QueueFull`.
        """
        if not length:
            raise InvalidRequest("The file is empty.", code="file_empty")
        if length > self._jobs.policy.max_upload_bytes:
            raise FileTooLarge(self._jobs.policy.max_upload_bytes)
        await self._jobs.make_room(access)
        await self._jobs.expect(access.owner, options)
        name, upload_id = bare_name(filename), job_id_from(uuid.uuid4())
        new = NewUpload(
            access.owner,
            upload_id,
            name,
            upload_key(upload_id, name),
            length,
            metadata,
            options.to_dict(),
            self._kept_seconds,
        )
        return await self._uploads.add(new, access.limits)

    async def get(self, owner: Owner, upload_id: str) -> Upload:
        """An upload as it stands; what is whole and has no job yet gets it now. Raises `NotFound`."""
        upload = await self._known(owner, upload_id)
        until = time.monotonic() + PATIENCE_SECONDS
        while upload.is_whole and not upload.is_finished and time.monotonic() < until:
            try:
                async with self._held(owner, upload_id) as held:
                    return await self._finished(held)
            except UploadBusy:
                await asyncio.sleep(LOOK_SECONDS)
            upload = await self._known(owner, upload_id)
        return upload

    async def append(
        self, owner: Owner, upload_id: str, offset: int, blocks: AsyncIterator[bytes], checksum: Checksum | None = None
    ) -> Upload:
        """Take what comes behind `offset`, as far as it comes; the last byte makes the job.

        Of what comes with a checksum all is kept, or nothing.

        Raises:
            NotFound: code `upload_not_found`.
            InvalidRequest: codes `offset_conflict`, `upload_busy`, `upload_too_long`, `checksum_mismatch`; and those
                of content that is no audio, of which nothing is kept.
        """
        try:
            async with self._held(owner, upload_id) as held:
                if held.upload.offset != offset:
                    raise OffsetConflict(held.upload.offset)
                if not held.upload.is_whole:
                    await self._take(held, blocks, checksum)
                return await self._finished(held) if held.upload.is_whole else held.upload
        except UploadBusy:
            # The answer to the last request was lost: it is given again.
            upload = await self._known(owner, upload_id)
            if not upload.is_finished:
                raise
            if offset != upload.offset:
                raise OffsetConflict(upload.offset) from None
            return upload

    async def end(self, owner: Owner, upload_id: str) -> None:
        """Forget an upload and what has arrived of it; a job that was made of it stays. Raises `NotFound`."""
        upload = await self._known(owner, upload_id)
        if await self._uploads.end(owner, upload_id):
            with contextlib.suppress(SttError):  # the sweeper comes by as well
                await self._storage.abandon(upload.object_key)
                await self._storage.delete(upload.object_key)

    async def finish_left(self) -> None:
        """Make the jobs of uploads whose last request was cut off behind the last byte."""
        for upload in await self._uploads.unfinished(AT_ONCE):
            try:
                async with self._held(upload.owner, upload.upload_id) as held:
                    await self._finished(held)
            except (InvalidRequest, NotFound) as error:
                log.warning("upload_not_finished", upload_id=upload.upload_id, code=error.error_code)

    async def _known(self, owner: Owner, upload_id: str) -> Upload:
        if not JOB_ID.fullmatch(upload_id):
            raise NotFound(f"There is no upload {upload_id[:64]!r}.", code="upload_not_found")
        return await self._uploads.get(owner, upload_id)

    @contextlib.asynccontextmanager
    async def _held(self, owner: Owner, upload_id: str) -> AsyncIterator["_Held"]:
        """An unfinished upload, held by this request; raises `UploadBusy` where it cannot be had."""
        await self._known(owner, upload_id)
        token = uuid.uuid4().hex
        upload = await self._uploads.hold(owner, upload_id, token)
        if upload is None:
            raise UploadBusy
        held = _Held(self._uploads, upload, token)
        try:
            yield held
        except (InvalidRequest, ObjectMissing) as error:
            if error.error_code in _HOPELESS:
                await self.end(owner, upload_id)
            raise
        finally:
            if not held.upload.is_finished:
                await asyncio.shield(held.release())

    async def _take(self, held: "_Held", blocks: AsyncIterator[bytes], checksum: Checksum | None) -> None:
        upload = held.upload
        arriving = _bounded(held.renewing(blocks), upload.length - upload.offset)
        if checksum is not None:
            arriving = checksum.over(arriving)
        if upload.offset == 0:
            arriving = _looked_at(upload, arriving)
        last: Grown | None = None
        growing = self._storage.grow(upload.object_key, Grown(upload.offset, upload.notes), arriving)
        async with aclosing(growing):
            async for last in growing:
                if checksum is None:
                    await held.keep(last)
        if checksum is not None:
            if not checksum.holds():
                raise ChecksumMismatch
            if last is not None:
                await held.keep(last)

    async def _finished(self, held: "_Held") -> Upload:
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


class _Held:
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

    async def release(self) -> None:
        """Let another request go on; where that fails, it waits for the lease to end."""
        with contextlib.suppress(SttError):
            await self._uploads.release(self.upload.upload_id, self.token)


async def _bounded(blocks: AsyncIterator[bytes], room: int) -> AsyncIterator[bytes]:
    """The same bytes; raises `InvalidRequest` where there are more than `room`."""
    async for block in blocks:
        room -= len(block)
        if room < 0:
            raise InvalidRequest("More bytes came than Upload-Length says.", code="upload_too_long")
        yield block


async def _looked_at(upload: Upload, blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes from the first on; raises `InvalidRequest` as soon as they are sure to be no audio."""
    head, enough = b"", min(HEAD_BYTES, upload.length)
    async for block in blocks:
        if len(head) >= enough:
            yield block
            continue
        head += block
        if len(head) >= enough:
            check_media(upload.filename, head)
            yield head
    if len(head) < enough:
        yield head

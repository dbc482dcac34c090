"""Uploads that go on after a lost line, until their last byte makes the job."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

from stt.core.storage.base import Grown, Storage
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access
from stt.domain.audio.media import HEAD_BYTES, check_media
from stt.domain.errors import InvalidRequest
from stt.domain.jobs.checksum import Checksum, ChecksumMismatch
from stt.domain.jobs.upload import OffsetConflict, Upload, UploadBusy
from stt.repositories.upload_repository import UploadRepository
from stt.services.ingest.held_uploads import LOOK_SECONDS, PATIENCE_SECONDS, Held, HeldUploads
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import JobOptions

FINISH_SECONDS = 30.0
"""How often it is looked for uploads whose last request was cut off behind the last byte."""


class UploadService:
    """Uploads as their owners see them; every method raises `Unavailable` while a part it needs is away.

    What has arrived is written down with the offset that says so, and an offset is told after that only.
    """

    def __init__(self, uploads: UploadRepository, storage: Storage, jobs: JobService, kept_seconds: float) -> None:
        self._uploads, self._storage, self._jobs, self._kept_seconds = uploads, storage, jobs, kept_seconds
        self._held = HeldUploads(uploads, storage, jobs, are_direct=False)

    async def create(self, access: Access, filename: str, length: int, options: JobOptions, metadata: str) -> Upload:
        """Expect a file of `length` bytes; all that can be wrong with it but its content is found out now.

        Raises `InvalidRequest` (codes `file_empty`, `file_too_large`, and those of a webhook's URL), `LimitReached` and
        `QueueFull`.
        """
        new = await self._held.expect(access, filename, length, options, self._kept_seconds, metadata=metadata)
        return await self._uploads.add(new, access.limits)

    async def get(self, owner: Owner, upload_id: str) -> Upload:
        """An upload as it stands; what is whole and has no job yet gets it now. Raises `NotFound`."""
        upload = await self._held.known(owner, upload_id)
        until = time.monotonic() + PATIENCE_SECONDS
        while upload.is_whole and not upload.is_finished and time.monotonic() < until:
            try:
                async with self._held.held(owner, upload_id) as held:
                    return await self._held.finished(held)
            except UploadBusy:
                await asyncio.sleep(LOOK_SECONDS)
            upload = await self._held.known(owner, upload_id)
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
            async with self._held.held(owner, upload_id) as held:
                if held.upload.offset != offset:
                    raise OffsetConflict(held.upload.offset)
                if not held.upload.is_whole:
                    await self._take(held, blocks, checksum)
                return await self._held.finished(held) if held.upload.is_whole else held.upload
        except UploadBusy:
            # The answer to the last request was lost: it is given again.
            upload = await self._held.known(owner, upload_id)
            if not upload.is_finished:
                raise
            if offset != upload.offset:
                raise OffsetConflict(upload.offset) from None
            return upload

    async def end(self, owner: Owner, upload_id: str) -> None:
        """Forget an upload and what has arrived of it; a job that was made of it stays. Raises `NotFound`."""
        await self._held.end(owner, upload_id)

    async def finish_left(self) -> None:
        """Make the jobs of uploads, direct ones too, whose last request was cut off behind the last byte."""
        await self._held.finish_left()

    async def _take(self, held: Held, blocks: AsyncIterator[bytes], checksum: Checksum | None) -> None:
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

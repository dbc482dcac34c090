"""Objects that come in parts: a part that was sent stays on the server until the upload is completed or removed."""

import asyncio
import contextlib
import re
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime

import obstore
from minio import Minio
from minio.datatypes import Part
from obstore.store import S3Store

from stt.core.storage.base import INCOMING
from stt.core.storage.feed import BrokenOffError, Feed
from stt.domain.errors import StorageUnavailable

PART_BYTES = 8 * 1024 * 1024
"""S3 counts at most 10,000 parts, so that an object may have 78 GiB."""
PARTS_IN_FLIGHT = 3
ABORT_SECONDS = 20
_NOTE = re.compile(rf"{re.escape(INCOMING)}/[0-9a-f]{{32}}")


class Multipart:
    """Writes streams part by part, and removes the parts of writers that died.

    `translated` turns the clients' errors into ours.
    """

    def __init__(
        self,
        store: S3Store,
        bucket: str,
        client: Callable[[], Minio],
        translated: Callable[[], AbstractAsyncContextManager[None]],
    ) -> None:
        self._store, self._bucket, self._client, self._translated = store, bucket, client, translated

    async def put(self, key: str, first: list[bytes], blocks: AsyncIterator[bytes]) -> int:
        """Store a stream, of which `first` was read already; memory holds a few parts of it at a time."""
        async with self._noted(key):
            return await self._put(key, first, blocks)

    async def tidy(self, before: datetime) -> None:
        """Remove the parts of uploads that got none since then, by the notes of those that were begun."""
        async with self._translated():
            notes = [entry async for page in obstore.list(self._store, INCOMING) for entry in page]
            for note in notes:
                if not _NOTE.fullmatch(note["path"]) or note["last_modified"] > before:
                    continue
                key = bytes(await (await obstore.get_async(self._store, note["path"])).bytes_async()).decode()
                if await asyncio.to_thread(abort_stalled, self._client(), self._bucket, key, before):
                    await self._forget(note["path"])

    async def _put(self, key: str, first: list[bytes], blocks: AsyncIterator[bytes]) -> int:
        feed = Feed()
        upload = asyncio.create_task(self._upload(key, feed))
        upload.add_done_callback(lambda _: feed.close())
        size = sum(map(len, first))
        try:
            for block in first:
                await feed.put(block)
            first.clear()
            async for block in blocks:
                await feed.put(block)
                size += len(block)
                if upload.done():
                    break
            await feed.end()
            await asyncio.shield(upload)
        except BaseException:
            # obstore removes the parts of an upload whose input fails, and forgets those of a cancelled one.
            feed.break_off()
            await asyncio.wait({upload}, timeout=ABORT_SECONDS)
            raise
        return size

    async def _upload(self, key: str, feed: Feed) -> None:
        async with self._translated():
            with contextlib.suppress(BrokenOffError):
                await obstore.put_async(self._store, key, feed, chunk_size=PART_BYTES, max_concurrency=PARTS_IN_FLIGHT)

    @contextlib.asynccontextmanager
    async def _noted(self, key: str) -> AsyncIterator[None]:
        """Leave a note while a key is written in parts, by which `tidy` finds them: no listing shows them to it."""
        note = f"{INCOMING}/{uuid.uuid4().hex}"
        async with self._translated():
            await obstore.put_async(self._store, note, key.encode(), use_multipart=False)
        try:
            yield
        except StorageUnavailable:
            raise  # whether the parts are gone is not known
        except BaseException:
            await asyncio.shield(self._forget(note))
            raise
        await self._forget(note)

    async def _forget(self, note: str) -> None:
        with contextlib.suppress(StorageUnavailable):
            async with self._translated():
                await obstore.delete_async(self._store, note)


def abort_stalled(client: Minio, bucket: str, key: str, before: datetime) -> bool:
    """Remove the parts of every upload of `key` whose last part came before then; `False` if one goes on.

    Asked for exactly this key, because MinIO lists uploads in no other way.
    """
    uploads = client._list_multipart_uploads(bucket, prefix=key).uploads
    going_on = False
    for upload in uploads:
        if upload.object_name != key or not upload.upload_id:
            continue
        arrived = [part.last_modified for part in _parts(client, bucket, key, upload.upload_id) if part.last_modified]
        if max(arrived, default=before) <= before:
            client._abort_multipart_upload(bucket, key, upload.upload_id)
        else:
            going_on = True
    return not going_on


def _parts(client: Minio, bucket: str, key: str, upload_id: str) -> Iterator[Part]:
    marker = None
    while True:
        page = client._list_parts(bucket, key, upload_id, part_number_marker=marker)
        yield from page.parts
        if not page.is_truncated:
            return
        marker = str(page.next_part_number_marker)

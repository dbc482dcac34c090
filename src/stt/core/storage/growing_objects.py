"""Objects of an S3 server that grow part by part, over as many requests and processes as it takes."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import obstore
from minio import Minio
from minio.datatypes import Part
from minio.error import S3Error
from obstore.store import S3Store

from stt.core.storage.base import INCOMING, Grown
from stt.core.storage.multipart import PART_BYTES
from stt.core.storage.pieces import behind, in_pieces
from stt.domain.errors import ObjectMissing

_GONE = ("NoSuchUpload", "InvalidPart")


class Translated(Protocol):
    """Turns the clients' errors into ours; a read names its key."""

    def __call__(self, key: str = "") -> AbstractAsyncContextManager[None]:
        """Of what is done within."""


@dataclass(frozen=True)
class _Notes:
    """The multipart upload with the tags of its parts, and the object that holds what is too short for one.

    `former` held it before, and is not needed once these notes are kept.
    """

    upload: str = ""
    parts: tuple[str, ...] = ()
    tail: str = ""
    former: str = ""

    @classmethod
    def of(cls, grown: Grown) -> "_Notes":
        notes: dict[str, Any] = {**grown.notes}
        return cls(**{**notes, "parts": tuple(notes.get("parts", ()))})

    def grown(self, size: int) -> Grown:
        return Grown(size, {**asdict(self), "parts": list(self.parts)})


class GrowingObjects:
    """Parts stay on the server from request to request; a remainder lies in an object of its own.

    Parts that were sent and not noted are sent again under the same number.
    """

    def __init__(self, store: S3Store, bucket: str, client: Callable[[], Minio], translated: Translated) -> None:
        self._store, self._bucket, self._client, self._translated = store, bucket, client, translated

    async def grow(self, key: str, grown: Grown, blocks: AsyncIterator[bytes]) -> AsyncGenerator[Grown, None]:
        """Send a stream behind what had `grown`, of which the remainder is sent with it."""
        notes, client = _Notes.of(grown), self._client()
        if notes.former:
            await self._delete([notes.former])
        tail = await self._read(notes.tail) if notes.tail else b""
        size = grown.size - len(tail)
        former = notes.tail
        async for piece in in_pieces(behind(tail, blocks), PART_BYTES):
            if len(piece) == PART_BYTES:
                notes = await self._send(client, key, replace(notes, tail="", former=former), piece)
            else:
                notes = replace(notes, tail=f"{_tails(key)}{uuid.uuid4().hex}", former=former)
                await self._write(notes.tail, piece)
            size += len(piece)
            yield notes.grown(size)
            former = ""

    async def complete(self, key: str, grown: Grown) -> None:
        """Join the parts and the remainder."""
        if await self._size(key) != grown.size:
            notes = _Notes.of(grown)
            tail = await self._read(notes.tail) if notes.tail else b""
            if notes.parts:
                client = self._client()
                if tail:
                    notes = await self._send(client, key, notes, tail)
                await self._join(client, key, notes)
            else:
                await self._write(key, tail)
        await self.abandon(key)

    async def abandon(self, key: str) -> None:
        """Remove parts and remainders."""
        async with self._translated():
            await asyncio.to_thread(_abort, self._client(), self._bucket, key)
            pages = obstore.list(self._store, _tails(key).removesuffix("/"))
            await self._delete([entry["path"] async for page in pages for entry in page])

    async def _send(self, client: Minio, key: str, notes: _Notes, piece: bytes) -> _Notes:
        async with self._translated():
            upload = notes.upload or await asyncio.to_thread(
                client._create_multipart_upload, self._bucket, key, {"Content-Type": "application/octet-stream"}
            )
            number = len(notes.parts) + 1
            try:
                tag = await asyncio.to_thread(client._upload_part, self._bucket, key, piece, None, upload, number)
            except S3Error as error:
                raise _known(error, key) from error
        return replace(notes, upload=upload, parts=(*notes.parts, tag))

    async def _join(self, client: Minio, key: str, notes: _Notes) -> None:
        parts = [Part(number, tag) for number, tag in enumerate(notes.parts, 1)]
        async with self._translated():
            try:
                await asyncio.to_thread(client._complete_multipart_upload, self._bucket, key, notes.upload, parts)
            except S3Error as error:
                raise _known(error, key) from error

    async def _size(self, key: str) -> int | None:
        try:
            async with self._translated(key):
                return (await obstore.head_async(self._store, key))["size"]
        except ObjectMissing:
            return None

    async def _read(self, key: str) -> bytes:
        async with self._translated(key):
            return bytes(await (await obstore.get_async(self._store, key)).bytes_async())

    async def _write(self, key: str, body: bytes) -> None:
        async with self._translated():
            await obstore.put_async(self._store, key, body, use_multipart=False)

    async def _delete(self, keys: list[str]) -> None:
        async with self._translated():
            await obstore.delete_async(self._store, keys)


def _tails(key: str) -> str:
    return f"{INCOMING}/growing/{key}/"


def _abort(client: Minio, bucket: str, key: str) -> None:
    """Remove the parts of every upload of exactly this key, because MinIO lists uploads in no other way."""
    for upload in client._list_multipart_uploads(bucket, prefix=key).uploads:
        if upload.object_name == key and upload.upload_id:
            client._abort_multipart_upload(bucket, key, upload.upload_id)


def _known(error: S3Error, key: str) -> Exception:
    if error.code in _GONE:
        return ObjectMissing(f"What had come of {key} is gone from the storage.")
    return error

"""Objects in a bucket of MinIO or any other S3 server."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from minio.error import MinioException
from obstore.exceptions import BaseError
from obstore.store import S3Store
from urllib3.exceptions import HTTPError

from stt.core.storage.base import INCOMING, Grown, Stat
from stt.core.storage.disk import BLOCK_BYTES, download
from stt.core.storage.growing_objects import GrowingObjects
from stt.core.storage.multipart import PART_BYTES, Multipart
from stt.core.storage.s3_client import CONNECT_SECONDS, READ_SECONDS, client_of, make_bucket, presigned_form, url_of
from stt.core.storage.s3_errors import unavailable
from stt.core.storage.safe_key import safe_key
from stt.domain.errors import ObjectMissing
from stt.domain.jobs.upload import PresignedForm

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta
    from obstore.store import S3Credential

RETRY_SECONDS = 6
"""After this a failed request is not tried again: an outage shows within about ten seconds."""
_KEYS_PER_PAGE = 1000
_TRIALS = ".check"


class S3Storage:
    """One bucket, addressed by path (`http://endpoint/bucket/key`).

    Args:
        endpoint: `host:port`, or a URL whose scheme then wins over `use_ssl`.
        public_endpoint: The same for clients that send files themselves, where they reach it by another name.
    """

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        use_ssl: bool,
        region: str = "us-east-1",
        public_endpoint: str = "",
    ) -> None:
        scheme, _, self.host = url_of(endpoint, use_ssl).partition("://")
        self.secure = scheme == "https"
        self.bucket = bucket
        self._public_url = url_of(public_endpoint or endpoint, use_ssl)
        self._access_key, self._secret_key = access_key, secret_key
        self._client = client_of(self.host, access_key, secret_key, secure=self.secure, region=region)
        self._store = S3Store(
            bucket,
            endpoint=url_of(endpoint, use_ssl),
            region=region,
            # As a provider, because a session token found in the environment would join plain keys.
            credential_provider=self._credential,
            client_options={
                "allow_http": not self.secure,
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                "read_timeout": timedelta(seconds=READ_SECONDS),
                "timeout": timedelta(days=1),  # of a whole request with its body, which may be hours of audio
            },
            retry_config={
                "max_retries": 3,
                "retry_timeout": timedelta(seconds=RETRY_SECONDS),
                "backoff": {"init_backoff": timedelta(seconds=0.2), "max_backoff": timedelta(seconds=2)},
            },
        )

        self._multipart = Multipart(self._store, bucket, self._client, self._translated)
        self._growing = GrowingObjects(self._store, bucket, self._client, self._translated)

    async def prepare(self) -> None:
        """Make the bucket if it is not there."""
        async with self._translated():
            await asyncio.to_thread(make_bucket, self._client(), self.bucket)

    async def check(self) -> None:
        """Return if an object can be stored and removed."""
        key = f"{_TRIALS}/{uuid.uuid4().hex}"
        await self.write(key, b"")
        await self.delete(key)

    async def put(self, key: str, blocks: AsyncIterator[bytes]) -> int:
        """Store a stream: one request if it is no longer than a part, else a multipart upload of parts in flight."""
        first, size = [], 0
        async for block in blocks:
            first.append(block)
            size += len(block)
            if size >= PART_BYTES:
                break
        else:
            await self.write(key, b"".join(first))
            return size
        return await self._multipart.put(safe_key(key), first, blocks)

    def grow(self, key: str, grown: Grown, blocks: AsyncIterator[bytes]) -> AsyncGenerator[Grown, None]:
        """Send parts of a multipart upload, and keep what is too short for one."""
        return self._growing.grow(safe_key(key), grown, blocks)

    async def complete(self, key: str, grown: Grown) -> None:
        """Complete the multipart upload."""
        await self._growing.complete(safe_key(key), grown)

    async def abandon(self, key: str) -> None:
        """Abort the multipart upload, and remove what was too short for a part."""
        await self._growing.abandon(safe_key(key))

    def presign(self, key: str, size: int, seconds: float) -> PresignedForm:
        """A form that is sent to the public endpoint; nobody is asked."""
        return presigned_form(self._client(), self._public_url, self.bucket, safe_key(key), size, seconds)

    async def write(self, key: str, body: bytes) -> None:
        """Store a small object in one request."""
        async with self._translated():
            await obstore.put_async(self._store, safe_key(key), body, use_multipart=False)

    async def stat(self, key: str) -> Stat:
        """Of the object, by HEAD; the tag is the server's own."""
        async with self._translated(key):
            found = await obstore.head_async(self._store, safe_key(key))
        return Stat(found["size"], (found["e_tag"] or found["last_modified"].isoformat()).strip('"'))

    async def get(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream an object, or a part of it, in blocks of about a megabyte."""
        # Not as options without a range: a request for all of nothing is refused.
        part: GetOptions | None = None
        if end is not None:
            part = {"range": (start, end)}
        elif start:
            part = {"range": {"offset": start}}
        async with self._translated(key):
            result = await obstore.get_async(self._store, safe_key(key), options=part)
            async for block in result.stream(min_chunk_size=BLOCK_BYTES):
                yield block

    async def read(self, key: str) -> bytes:
        """Return a small object, whole."""
        async with self._translated(key):
            result = await obstore.get_async(self._store, safe_key(key))
            return bytes(await result.bytes_async())

    async def download(self, key: str, target: Path) -> int:
        """Copy an object to a local file."""
        return await download(self.get(key), target)

    async def delete(self, *keys: str) -> None:
        """Remove objects, a thousand in one request."""
        await self._delete([safe_key(key) for key in keys])

    async def delete_prefix(self, prefix: str) -> None:
        """Remove every object whose key starts with `prefix`."""
        safe_key(prefix.removesuffix("/"))
        await self._delete(await self.keys(prefix))

    async def _delete(self, keys: Sequence[str]) -> None:
        async with self._translated():
            for start in range(0, len(keys), _KEYS_PER_PAGE):
                await obstore.delete_async(self._store, keys[start : start + _KEYS_PER_PAGE])

    async def keys(self, prefix: str) -> list[str]:
        """Return the keys that start with `prefix`, sorted."""
        if prefix:
            safe_key(prefix.removesuffix("/"))
        return sorted([entry["path"] async for entry in self._entries(prefix)])

    async def older(self, prefix: str, seconds: float) -> list[str]:
        """Of the keys with that prefix those last written so long ago, by the server's clock."""
        before = await self._now() - timedelta(seconds=seconds)
        return sorted([entry["path"] async for entry in self._entries(prefix) if entry["last_modified"] <= before])

    async def tidy(self, seconds: float) -> None:
        """Remove the parts of uploads that got none for so long, and trials of processes that died in them."""
        before = await self._now() - timedelta(seconds=seconds)
        await self._multipart.tidy(before)
        tried = [entry["path"] async for entry in self._entries(f"{_TRIALS}/") if entry["last_modified"] <= before]
        await self._delete(tried)

    async def _entries(self, prefix: str) -> AsyncIterator["ObjectMeta"]:
        # The store lists whole folders only.
        folder = prefix.rpartition("/")[0]
        async with self._translated():
            async for page in obstore.list(self._store, folder, chunk_size=_KEYS_PER_PAGE):
                for entry in page:
                    if entry["path"].startswith(prefix) and not entry["path"].startswith(f"{INCOMING}/"):
                        yield entry

    async def _now(self) -> datetime:
        """The server's time, rounded up to the second: that is how exactly it tells the time of one object."""
        key = f"{_TRIALS}/{uuid.uuid4().hex}"
        await self.write(key, b"")
        async with self._translated():
            now = (await obstore.head_async(self._store, key))["last_modified"]
        await self.delete(key)
        return now + timedelta(seconds=1)

    async def close(self) -> None:
        """Do nothing: connections end with the store that holds them."""

    def _credential(self) -> "S3Credential":
        return {
            "access_key_id": self._access_key,
            "secret_access_key": self._secret_key,
            "token": None,
            "expires_at": None,
        }

    @contextlib.asynccontextmanager
    async def _translated(self, key: str = "") -> AsyncIterator[None]:
        """Turn what either client raises into our errors; a read names its `key`, so that it can be missing."""
        try:
            yield
        except FileNotFoundError as error:  # any 404: of the object, of the bucket, of a server that is no S3
            if not key:
                raise unavailable(error, self.host, self.bucket) from error
            await self._look_into_bucket()
            raise ObjectMissing(f"There is no object {key}.") from error
        except (ValueError, BaseError, MinioException, HTTPError) as error:
            raise unavailable(error, self.host, self.bucket) from error

    async def _look_into_bucket(self) -> None:
        """Return if the bucket is there and its server lists it; raises `StorageUnavailable`."""
        async with self._translated():
            async for _ in obstore.list(self._store, chunk_size=1):
                return

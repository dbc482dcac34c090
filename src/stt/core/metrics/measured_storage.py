"""A store whose operations are timed."""

import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from stt.core.metrics.table import STORAGE_FAILED, STORAGE_SECONDS
from stt.core.storage.base import Stat, Storage
from stt.domain.errors import StorageUnavailable


class MeasuredStorage:
    """The same store."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.prepare, self.tidy, self.close = storage.prepare, storage.tidy, storage.close
        # What grows does so at the pace of who sends it.
        self.grow, self.complete, self.abandon = storage.grow, storage.complete, storage.abandon
        self.presign = storage.presign

    async def check(self) -> None:
        """Return if the store can be written to."""
        with _timed("check"):
            await self._storage.check()

    async def put(self, key: str, blocks: AsyncIterator[bytes]) -> int:
        """Store a stream; the time is that of whoever sends it, too."""
        with _timed("put"):
            return await self._storage.put(key, blocks)

    async def write(self, key: str, body: bytes) -> None:
        """Store a small object."""
        with _timed("write"):
            await self._storage.write(key, body)

    async def stat(self, key: str) -> Stat:
        """What there is to know of an object."""
        with _timed("stat"):
            return await self._storage.stat(key)

    async def get(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream an object; only the first block is timed, for the others wait for who takes them."""
        blocks = self._storage.get(key, start, end)
        with _timed("get"):
            first = await anext(blocks, None)
        if first is not None:
            yield first
        async for block in blocks:
            yield block

    async def read(self, key: str) -> bytes:
        """A small object, whole."""
        with _timed("read"):
            return await self._storage.read(key)

    async def download(self, key: str, target: Path) -> int:
        """Have an object as a local file."""
        with _timed("download"):
            return await self._storage.download(key, target)

    async def delete(self, *keys: str) -> None:
        """Remove objects."""
        with _timed("delete"):
            await self._storage.delete(*keys)

    async def delete_prefix(self, prefix: str) -> None:
        """Remove all under a prefix."""
        with _timed("delete"):
            await self._storage.delete_prefix(prefix)

    async def keys(self, prefix: str) -> list[str]:
        """The keys under a prefix."""
        with _timed("keys"):
            return await self._storage.keys(prefix)

    async def older(self, prefix: str, seconds: float) -> list[str]:
        """Those of them that are so old."""
        with _timed("keys"):
            return await self._storage.older(prefix, seconds)


@contextlib.contextmanager
def _timed(operation: str) -> Iterator[None]:
    begun = time.perf_counter()
    try:
        yield
    except StorageUnavailable:
        STORAGE_FAILED.labels(operation).inc()
        raise
    STORAGE_SECONDS.labels(operation).observe(time.perf_counter() - begun)

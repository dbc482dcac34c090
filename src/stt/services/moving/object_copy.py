"""Objects from one store to another."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from stt.core.storage.base import Storage
from stt.domain.errors import ObjectMissing

AT_ONCE = 8
Show = Callable[[int, int], None]
"""Is told how many objects of how many are there."""


@dataclass(frozen=True)
class Copied:
    """An object that is in both stores: its size in bytes, and its SHA-256 in hexadecimal digits if it was read."""

    size: int
    sha256: str | None = None


class ObjectCopy:
    """Copies what is not there yet; an object that is, in the same size, is the same: none is ever changed in place."""

    def __init__(self, source: Storage, target: Storage, show: Show = lambda _done, _total: None) -> None:
        self._source, self._target, self._show = source, target, show

    async def copy(self, keys: Iterable[str]) -> dict[str, Copied]:
        """Copy these, several at a time; those that were removed from the source meanwhile are left out.

        Raises:
            StorageUnavailable: one of the stores does not answer; what was copied stays.
        """
        waiting = list(keys)
        total, copied, left = len(waiting), dict[str, Copied](), iter(waiting)

        async def some() -> None:
            for key in left:
                with contextlib.suppress(ObjectMissing):
                    copied[key] = await self._one(key)
                self._show(len(copied), total)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(AT_ONCE, total)):
                    group.create_task(some())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        return copied

    async def _one(self, key: str) -> Copied:
        size = (await self._source.stat(key)).size
        with contextlib.suppress(ObjectMissing):
            if (await self._target.stat(key)).size == size:
                return Copied(size)
        digest = hashlib.sha256()
        stored = await self._target.put(key, _summed(self._source.get(key), digest))
        return Copied(stored, digest.hexdigest())


async def _summed(blocks: AsyncIterator[bytes], digest: "hashlib._Hash") -> AsyncIterator[bytes]:
    async for block in blocks:
        digest.update(block)
        yield block

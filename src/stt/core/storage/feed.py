"""A stream handed from the task that reads it to an upload that runs beside it."""

import asyncio
from collections.abc import AsyncIterator


class BrokenOffError(Exception):
    """The stream ended early; what was uploaded so far is not wanted."""


class Feed:
    """Carries one block at a time; iterate over it on the uploading side.

    The source is read by the caller's own task, so that its timeouts and its cancellation work as they do
    elsewhere, while the upload always ends by itself: with the stream, or with `BrokenOffError`.
    """

    def __init__(self) -> None:
        self._slot: asyncio.Queue[bytes | BrokenOffError | None] = asyncio.Queue(maxsize=1)
        self._open = True

    async def put(self, block: bytes) -> None:
        """Hand over one block; waits until the one before was taken, not at all once the feed is closed."""
        if self._open:
            await self._slot.put(block)

    async def end(self) -> None:
        """Say that the stream is whole."""
        if self._open:
            await self._slot.put(None)

    def break_off(self) -> None:
        """Make the uploading side fail with `BrokenOffError` instead of its next block."""
        self._clear()
        self._slot.put_nowait(BrokenOffError())

    def close(self) -> None:
        """Say that nobody takes blocks any more."""
        self._open = False
        self._clear()

    def _clear(self) -> None:
        while not self._slot.empty():
            self._slot.get_nowait()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (block := await self._slot.get()) is not None:
            if isinstance(block, BrokenOffError):
                raise block
            yield block

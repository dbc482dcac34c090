"""Streams to files, off the event loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from stt.core.disk import refusals_as
from stt.domain.errors import StorageFull, StorageUnavailable

BLOCK_BYTES = 1024 * 1024
"""What one trip to a thread carries."""


disk_errors = partial(refusals_as, StorageUnavailable, "object storage", full=StorageFull)
"""Turns an `OSError` into `StorageUnavailable` that says what was being done."""


async def write_blocks(file: BinaryIO, blocks: AsyncIterator[bytes]) -> int:
    """Append a stream to an open, buffered file and return how many bytes that were.

    Raises `StorageUnavailable` when the disk refuses; what the stream raises passes unchanged.
    """
    size = 0
    async for block in _gathered(blocks):
        with disk_errors(f"write {file.name}"):
            await asyncio.to_thread(file.write, block)
        size += len(block)
    return size


async def download(blocks: AsyncIterator[bytes], target: Path) -> int:
    """Write a stream to `target` and return its size in bytes; the file is removed if that fails."""
    with disk_errors(f"write {target}"):
        file = await asyncio.to_thread(target.open, "wb")
    try:
        size = await write_blocks(file, blocks)
        with disk_errors(f"write {target}"):
            await asyncio.to_thread(file.close)
    except BaseException:
        await discard(file)
        raise
    return size


async def to_its_end(function: Callable[[], None]) -> None:
    """Run in a thread and wait for its end even if cancelled meanwhile: half of a rename helps nobody."""
    work = asyncio.ensure_future(asyncio.to_thread(function))
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work})
        raise


async def discard(file: BinaryIO) -> None:
    """Close a file that is not wanted any more and remove it, though the caller be cancelled again or its loop end."""
    # No task, which the end of the loop would cancel before its thread has begun.
    await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, _discarded, file))


def _discarded(file: BinaryIO) -> None:
    # The buffered file's own lock makes this wait for a write that a cancelled task left in its thread.
    with contextlib.suppress(OSError):
        file.close()
    Path(file.name).unlink(missing_ok=True)


async def _gathered(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the same bytes in blocks of at least `BLOCK_BYTES`, the last one excepted."""
    pending: list[bytes] = []
    size = 0
    async for block in blocks:
        pending.append(block)
        size += len(block)
        if size >= BLOCK_BYTES:
            yield b"".join(pending)
            pending, size = [], 0
    if pending:
        yield b"".join(pending)

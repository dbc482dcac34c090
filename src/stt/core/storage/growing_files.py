"""Files that grow in place until they are whole."""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from stt.core.storage.base import Grown
from stt.core.storage.disk import disk_errors, to_its_end
from stt.core.storage.folders import rename, sync_folder
from stt.core.storage.pieces import in_pieces
from stt.domain.errors import ObjectMissing

PIECE_BYTES = 4 * 1024 * 1024
"""After so many bytes a file is synced, and has grown."""


class GrowingFiles:
    """One file for each object that is not whole, in the folder `incoming`, under a name that says whose it is."""

    def __init__(self, incoming: Path) -> None:
        self._incoming = incoming

    async def grow(self, key: str, grown: Grown, blocks: AsyncIterator[bytes]) -> AsyncGenerator[Grown, None]:
        """Append a stream behind what had `grown`; whatever stands behind that already is written anew."""
        path, size = self._path(key), grown.size
        with disk_errors(f"open {path}"):
            file = await asyncio.to_thread(self._open, path, key, size)
        try:
            async for piece in in_pieces(blocks, PIECE_BYTES):
                with disk_errors(f"write {path}"):
                    await asyncio.to_thread(_append, file, size, piece)
                size += len(piece)
                yield Grown(size)
        finally:
            file.close()

    async def complete(self, key: str, grown: Grown, target: Path) -> None:
        """Give the file the name of its object; done already where that is there in this size."""
        with disk_errors(f"store {target}"):
            await to_its_end(lambda: self._place(key, grown.size, target))

    async def abandon(self, key: str) -> None:
        """Remove the file; one that is not there is no error."""
        path = self._path(key)
        with disk_errors(f"remove {path}"):
            await asyncio.to_thread(lambda: path.unlink(missing_ok=True))

    def _path(self, key: str) -> Path:
        return self._incoming / f"growing-{sha256(key.encode()).hexdigest()}"

    def _open(self, path: Path, key: str, size: int) -> BinaryIO:
        try:
            file = path.open("r+b", buffering=0)
        except FileNotFoundError:
            self._incoming.stat()  # raises where nobody prepared the folder: the mount point of a disk that is away
            if size:
                raise _lost(key) from None
            file = path.open("x+b", buffering=0)
            sync_folder(self._incoming)
        if os.fstat(file.fileno()).st_size < size:
            file.close()
            raise _lost(key)
        file.truncate(size)
        return file

    def _place(self, key: str, size: int, target: Path) -> None:
        path = self._path(key)
        try:
            with path.open("r+b", buffering=0) as file:
                if os.fstat(file.fileno()).st_size < size:
                    raise _lost(key)
                file.truncate(size)
                os.fsync(file.fileno())
        except FileNotFoundError:
            self._incoming.stat()
            if target.is_file() and target.stat().st_size == size:
                return
            raise _lost(key) from None
        for folder in rename(path, target):
            sync_folder(folder)


def _append(file: BinaryIO, position: int, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        written = os.pwrite(file.fileno(), left, position)
        position, left = position + written, left[written:]
    os.fsync(file.fileno())


def _lost(key: str) -> ObjectMissing:
    return ObjectMissing(f"What had come of {key} is gone from the storage.")

"""Objects as plain files in one folder."""

import asyncio
import contextlib
import fcntl
import os
import re
import sys
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import BinaryIO

from stt.core.disk import try_out
from stt.core.storage.base import INCOMING, Grown, Stat
from stt.core.storage.disk import BLOCK_BYTES, discard, disk_errors, to_its_end, write_blocks
from stt.core.storage.folders import rename, sync_folder
from stt.core.storage.growing_files import GrowingFiles
from stt.core.storage.safe_key import safe_key
from stt.domain.errors import ObjectMissing

STALE_SECONDS = 60.0
"""How old an abandoned file is at least: a younger one may belong to a writer that has not locked it yet."""
_OURS = re.compile(r"[0-9a-f]{32}")


class LocalStorage:
    """One file per object under `root`; the key is the relative path.

    A file is written aside, synced, renamed into place, and the folders on its way are synced too, so that a
    finished `put` survives a power cut.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._incoming = self.root / INCOMING
        self._growing = GrowingFiles(self._incoming)

    async def prepare(self) -> None:
        """Make the folder, and remove what writers that died have left behind."""
        with disk_errors(f"prepare the storage folder {self.root}"):
            await asyncio.to_thread(self._incoming.mkdir, parents=True, exist_ok=True)
            await asyncio.to_thread(self._sweep, STALE_SECONDS)

    async def check(self) -> None:
        """Return if a file of some size can be written in the folder."""
        with disk_errors(f"write to the storage folder {self.root}"):
            await asyncio.to_thread(try_out, self._incoming)

    async def put(self, key: str, blocks: AsyncIterator[bytes]) -> int:
        """Store a stream; memory holds about a megabyte of it at a time."""
        target = self._path(key)
        with disk_errors(f"store {key} in {self.root}"):
            file = self._create()  # not in a thread: a task cancelled meanwhile would not know of the file
        try:
            size = await write_blocks(file, blocks)
            with disk_errors(f"store {key} in {self.root}"):
                await to_its_end(lambda: self._place(file, target))
        except BaseException:
            await discard(file)
            raise
        return size

    def grow(self, key: str, grown: Grown, blocks: AsyncIterator[bytes]) -> AsyncGenerator[Grown, None]:
        """Append to a file that stands aside."""
        return self._growing.grow(safe_key(key), grown, blocks)

    async def complete(self, key: str, grown: Grown) -> None:
        """Move that file into place."""
        await self._growing.complete(key, grown, self._path(key))

    async def abandon(self, key: str) -> None:
        """Remove that file."""
        await self._growing.abandon(safe_key(key))

    async def write(self, key: str, body: bytes) -> None:
        """Store a small object."""
        await self.put(key, _single(body))

    async def stat(self, key: str) -> Stat:
        """Of the file; the tag is when it was written, to the nanosecond, and its size."""
        path = self._path(key)
        with disk_errors(f"read {key} from {self.root}"):
            return await asyncio.to_thread(self._stat, path, key)

    async def get(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream an object, or a part of it, in blocks of a megabyte."""
        path, left = self._path(key), sys.maxsize if end is None else end - start
        with disk_errors(f"read {key} from {self.root}"):
            file = await asyncio.to_thread(self._open, path, key)
            with file:
                file.seek(start)
                while block := await asyncio.to_thread(file.read, min(left, BLOCK_BYTES)):
                    yield block
                    left -= len(block)

    def presign(self, key: str, size: int, seconds: float) -> None:
        """Nothing: nobody but this service can write to a folder."""

    async def read(self, key: str) -> bytes:
        """Return a small object, whole."""
        path = self._path(key)
        with disk_errors(f"read {key} from {self.root}"):
            return await asyncio.to_thread(self._read, path, key)

    async def download(self, key: str, target: Path) -> int:
        """Link to the object's file, which nobody changes in place: copying hours of audio takes seconds."""
        path = self._path(key)
        with disk_errors(f"link {path} to {target}"):
            return await asyncio.to_thread(self._link, path, key, target)

    async def delete(self, *keys: str) -> None:
        """Remove objects and the folders that they leave empty."""
        paths = list(map(self._path, keys))
        named = keys[0] if len(keys) == 1 else f"{len(keys)} objects"
        with disk_errors(f"delete {named} from {self.root}"):
            await asyncio.to_thread(self._remove, paths)

    async def delete_prefix(self, prefix: str) -> None:
        """Remove every object in the folder `prefix`, and the folder."""
        folder = self._path(prefix.removesuffix("/"))
        with disk_errors(f"delete {prefix} from {self.root}"):
            await asyncio.to_thread(lambda: self._remove(_files(folder)))

    async def keys(self, prefix: str) -> list[str]:
        """Return the keys that start with `prefix`, sorted."""
        if prefix:
            self._path(prefix.removesuffix("/"))
        with disk_errors(f"list {self.root}"):
            return await asyncio.to_thread(self._keys, prefix)

    async def older(self, prefix: str, seconds: float) -> list[str]:
        """Of the keys with that prefix those whose files were written so long ago."""
        keys = await self.keys(prefix)
        with disk_errors(f"list {self.root}"):
            return await asyncio.to_thread(lambda: [key for key in keys if _age(self.root / key) >= seconds])

    async def tidy(self, seconds: float) -> None:
        """Remove half files whose writers are dead: a living one holds a lock."""
        with disk_errors(f"tidy the storage folder {self.root}"):
            await asyncio.to_thread(self._sweep, max(seconds, STALE_SECONDS))

    async def close(self) -> None:
        """Do nothing: no file is held open between calls."""

    def _path(self, key: str) -> Path:
        return self.root / safe_key(key)

    def _look_into_folder(self) -> None:
        """Raise `FileNotFoundError` for a folder that nobody prepared: the mount point of a disk that is away."""
        self._incoming.stat()

    def _open(self, path: Path, key: str) -> BinaryIO:
        try:
            return path.open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            self._look_into_folder()
            raise ObjectMissing(f"There is no object {key}.") from error

    def _stat(self, path: Path, key: str) -> Stat:
        with self._open(path, key) as file:
            found = os.fstat(file.fileno())
        return Stat(found.st_size, f"{found.st_mtime_ns:x}-{found.st_size:x}")

    def _read(self, path: Path, key: str) -> bytes:
        with self._open(path, key) as file:
            return file.read()

    def _link(self, path: Path, key: str, target: Path) -> int:
        with self._open(path, key) as file:
            size = os.fstat(file.fileno()).st_size
        target.symlink_to(path)
        return size

    def _create(self) -> BinaryIO:
        file = (self._incoming / uuid.uuid4().hex).open("xb")
        # Held until the file is closed, which the death of the process does too: `_sweep` sees who is alive.
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def _place(self, file: BinaryIO, target: Path) -> None:
        file.flush()
        os.fsync(file.fileno())
        for folder in rename(Path(file.name), target):
            sync_folder(folder)
        file.close()

    def _remove(self, paths: list[Path]) -> None:
        self._look_into_folder()
        for path in paths:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                path.unlink()
            with contextlib.suppress(OSError):
                for folder in path.parents:
                    if folder == self.root:
                        break
                    folder.rmdir()

    def _keys(self, prefix: str) -> list[str]:
        self._look_into_folder()
        folder = self.root / prefix.rpartition("/")[0]
        found = (path.relative_to(self.root).as_posix() for path in _files(folder))
        return sorted(key for key in found if key.startswith(prefix) and not key.startswith(f"{INCOMING}/"))

    def _sweep(self, seconds: float) -> None:
        for path in self._incoming.iterdir():
            with contextlib.suppress(FileNotFoundError, BlockingIOError):
                if not _OURS.fullmatch(path.name) or _age(path) < seconds:
                    continue
                with path.open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()


async def _single(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _age(path: Path) -> float:
    """Seconds since a file was written; none where it is gone."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return time.time() - path.stat().st_mtime
    return 0.0


def _files(folder: Path) -> list[Path]:
    return [Path(where, name) for where, _, names in os.walk(folder) for name in names]

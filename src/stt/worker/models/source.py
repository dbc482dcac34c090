"""Where the files of a model can be had."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from stt.worker.errors import ModelUnavailable

Progress = Callable[[int, int], None]
"""Takes the bytes that are there and those there will be."""

Report = Callable[[int], None]
"""Takes how many bytes of a file are there."""

BLOCK_BYTES = 1 << 20


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


def behind(done: int, total: int, progress: Progress) -> Report:
    """Tells how far a file is that comes behind `done` bytes of `total`."""
    return lambda size: progress(done + size, total)


class DamagedDownload(ModelUnavailable):
    """What arrived is not what was announced."""


class Source(Protocol):
    """One place that has a model for one engine."""

    @property
    def title(self) -> str:
        """What a person calls it."""

    def check(self) -> None:
        """Return if the model can be had there now. Raises ModelUnavailable."""

    def fetch(self, partial: Path, progress: Progress) -> Path:
        """A directory under `partial` that holds the model's files, whole and verified, and nothing else.

        What arrived before something went wrong stays in `partial`, so that the next call goes on from there.

        Raises:
            DamagedDownload: what arrived is not what was announced; it is thrown away.
            ModelUnavailable: the model could not be had.
        """


def verify(path: Path, *, size: int, sha256: str | None) -> None:
    """Compare a file that has arrived with what was announced. Raises DamagedDownload."""
    there = path.stat().st_size
    if there != size:
        raise DamagedDownload(f"{path.name} did not arrive whole: {there} of {size} bytes.")
    if sha256 and digest(path, hashlib.sha256()) != sha256:
        raise DamagedDownload(f"{path.name} arrived damaged: its SHA-256 is not the one announced.")


def digest(path: Path, begun: Any) -> str:
    """The hexadecimal digest of a file by a hash of `hashlib` that may have been fed something before."""
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            begun.update(block)
    return str(begun.hexdigest())


def sync(place: Path) -> None:
    """Make a file, or the names in a directory, outlive a power cut."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Folders that files are moved into."""

import contextlib
import os
from pathlib import Path

_RENAME_TRIES = 10


def rename(source: Path, target: Path) -> list[Path]:
    """Move a file into a folder made for it; returns the folders that got a new entry."""
    for _ in range(_RENAME_TRIES):
        # A concurrent `delete` may find the folder empty, and remove it, at any moment before the file is there.
        with contextlib.suppress(FileNotFoundError, FileExistsError):
            return _rename_once(source, target)
    return _rename_once(source, target)


def _rename_once(source: Path, target: Path) -> list[Path]:
    missing = [path for path in (target.parent, *target.parents) if not path.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    return [target.parent, *(path.parent for path in missing)]


def sync_folder(folder: Path) -> None:
    """Have a folder's entries survive a power cut."""
    # Gone already if a concurrent `delete` emptied it.
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

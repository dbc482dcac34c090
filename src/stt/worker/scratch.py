"""Local files of one attempt at one job, in a directory that other users and services may share."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from stt.core.disk import refusals_as, try_out, user_name
from stt.domain.errors import ScratchUnavailable

MARK = ".stt-attempt"
"""A file in every directory made here, locked as long as its attempt lives: the death of a process lets go of it."""
STALE_SECONDS = 60.0
"""How old what is swept is at least: a younger directory may belong to an attempt that has not locked its mark yet."""
SWEEP_SECONDS = 60.0
OPEN_TO_ALL = stat.S_IWOTH


@contextlib.contextmanager
def scratch_directory(root: Path, job_id: str) -> Iterator[Path]:
    """A new directory `root/{job_id}` that nobody else may enter, removed in every outcome.

    Another attempt at the job has one beside it, `root/{job_id}.…`: one that lost its claim cannot take the files from
    under its successor.

    Raises:
        ScratchUnavailable: there can be none at the moment; the message says why and what to do.
    """
    with _refusals(root):
        _make(root)
        directory = _own_directory(root, job_id)
        mark = _marked(directory)
    with mark:
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)


async def check(root: Path) -> None:
    """Return if local files of jobs can be written; raises `ScratchUnavailable`."""
    with _refusals(root):
        await asyncio.to_thread(_make, root)
        await asyncio.to_thread(try_out, root)


async def keep_swept(root: Path) -> None:
    """Sweep now and every minute, until cancelled."""
    while True:
        await asyncio.to_thread(sweep, root)
        await asyncio.sleep(SWEEP_SECONDS)


def sweep(root: Path) -> None:
    """Remove what attempts of dead processes of this user left behind, and touch nothing else."""
    with contextlib.suppress(OSError):
        for directory in root.iterdir():
            with contextlib.suppress(OSError):
                _sweep(directory)


def _refusals(root: Path) -> AbstractContextManager[None]:
    return refusals_as(ScratchUnavailable, "local files", f"write local files to {root} (STT_SCRATCH_DIR)")


def _make(root: Path) -> None:
    _distrust(root)  # before, so that nothing is made where somebody else wants it
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    _distrust(root)


def _distrust(root: Path) -> None:
    """Refuse a place of another user's where anybody could have put it: who owns it may exchange what is in it."""
    for place in filter(os.path.lexists, (root, *root.parents)):
        owner = place.lstat().st_uid
        if owner not in (0, os.geteuid()) and place.parent.stat().st_mode & OPEN_TO_ALL:
            raise ScratchUnavailable(
                f"{place} belongs to another user, {user_name(owner)}; choose another place with STT_SCRATCH_DIR."
            )


def _own_directory(root: Path, job_id: str) -> Path:
    directory = root / job_id
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        return Path(tempfile.mkdtemp(prefix=f"{job_id}.", dir=root))
    return directory


def _marked(directory: Path) -> BinaryIO:
    mark = (directory / MARK).open("xb")
    fcntl.flock(mark, fcntl.LOCK_EX)
    return mark


def _sweep(directory: Path) -> None:
    found = (directory / MARK).lstat()
    mine = found.st_uid == directory.lstat().st_uid == os.geteuid() and stat.S_ISREG(found.st_mode)
    if not mine or directory.is_symlink() or time.time() - found.st_mtime < STALE_SECONDS:
        return
    with (directory / MARK).open("rb") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(directory)

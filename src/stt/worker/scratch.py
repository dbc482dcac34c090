"""Local files of one attempt at one job."""

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from stt.core.disk import refusals_as, try_out
from stt.domain.errors import ScratchUnavailable

STALE_SECONDS = 24 * 3600
"""No attempt holds its scratch files this long; older ones were left by a process that died."""


@contextlib.contextmanager
def scratch_directory(root: Path, job_id: str) -> Iterator[Path]:
    """A new directory under `root/{job_id}/`, removed in every outcome.

    Each attempt has its own, so that one that lost its claim cannot take the files from under its successor.
    """
    home = root / job_id
    home.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="attempt-", dir=home))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        with contextlib.suppress(OSError):
            home.rmdir()


async def check(root: Path) -> None:
    """Return if local files of jobs can be written; raises `ScratchUnavailable`."""
    with refusals_as(ScratchUnavailable, "local files", f"write to {root}"):
        await asyncio.to_thread(root.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(try_out, root)


def sweep(root: Path) -> None:
    """Remove what attempts of dead processes left behind."""
    if not root.is_dir():
        return
    for home in root.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - home.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(home, ignore_errors=True)

"""Putting models into the model directory: whole and verified, or not at all."""

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from stt.worker.errors import ModelUnavailable
from stt.worker.models.source import Progress, Source, sync


@contextlib.contextmanager
def exclusively(directory: Path) -> Iterator[None]:
    """Make `directory` and be the only one in it, of all threads and processes on this machine.

    Raises:
        ModelUnavailable: the directory cannot be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelUnavailable(f"Nothing can be fetched into the model directory: {error.strerror}.") from error
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def fetch_from(sources: Sequence[Source], partial: Path, progress: Progress) -> tuple[Path, Source]:
    """The directory with the files from the first source that has them, and that source.

    What a source left half done stays in `partial`, so that it goes on from there next time.

    Raises:
        ModelUnavailable: none has them; says why of each.
    """
    reasons = []
    for number, source in enumerate(sources):
        try:
            return source.fetch(partial / f"{number}", progress), source
        except ModelUnavailable as error:
            reasons.append(f"{source.title}: {error.message}")
        except OSError as error:
            reasons.append(f"{source.title}: {error.strerror or error}.")
    raise ModelUnavailable(" ".join(dict.fromkeys(reasons)))


def put_directory(fetched: Path, target: Path) -> None:
    """Make `target` the directory that was fetched, instead of what may be there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(fetched.with_name("replaced"))
    fetched.rename(target)
    sync(target.parent)


def put_files(fetched: Path, target: Path) -> None:
    """Put the files that were fetched into the directory `target`."""
    target.mkdir(parents=True, exist_ok=True)
    for path in fetched.iterdir():
        path.replace(target / path.name)
    sync(target)

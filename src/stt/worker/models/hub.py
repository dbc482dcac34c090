"""Files of the Hugging Face hub: what a repository holds, and fetching it whole, or at least further than last time."""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path
from typing import Any

from stt.worker.errors import ModelUnavailable

Report = Callable[[int], None]
"""Takes how many bytes of a file are there."""

BLOCK_BYTES = 1 << 20
LISTING_SECONDS = 30


class DamagedDownload(ModelUnavailable):
    """What arrived is not what the hub announced."""


@dataclass(frozen=True)
class RemoteFile:
    """A file of a repository at one commit: size in bytes; SHA-256 of a large one, git's SHA-1 of a small one."""

    repository: str
    commit: str
    name: str
    size: int
    sha256: str | None
    sha1: str | None


def list_files(repository: str) -> list[RemoteFile]:
    """The files of a repository's newest commit. Raises ModelUnavailable if the hub does not tell."""
    from huggingface_hub import HfApi

    with _hub_errors(repository):
        info = HfApi().model_info(repository, files_metadata=True, timeout=LISTING_SECONDS)
        return [
            RemoteFile(
                repository, info.sha or "main", s.rfilename, s.size or 0, s.lfs.sha256 if s.lfs else None, s.blob_id
            )
            for s in info.siblings or ()
        ]


def fetch(file: RemoteFile, path: Path, report: Report) -> None:
    """Complete what is at `path`, be it nothing or a part of the file.

    Raises:
        DamagedDownload: it is complete and not what the hub announced.
        ModelUnavailable: it could not be completed; a later call goes on from there.
    """
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers, silent_tqdm

    with _hub_errors(file.repository), path.open("ab") as sink:
        if sink.tell() < file.size or file.size == 0:
            http_get(
                hf_hub_url(file.repository, file.name, revision=file.commit),
                _Watched(sink, report),
                resume_size=sink.tell(),
                headers=build_hf_headers(),
                tqdm_class=silent_tqdm,
            )
        sink.flush()
        os.fsync(sink.fileno())
    _verify(path, file)
    report(file.size)


class _Watched:
    """A file that tells how long it has become."""

    def __init__(self, file: BufferedWriter, report: Report) -> None:
        self._file = file
        self._report = report

    def write(self, block: bytes) -> None:
        self._file.write(block)
        self._report(self._file.tell())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _verify(path: Path, expected: RemoteFile) -> None:
    size = path.stat().st_size
    if size != expected.size:
        raise DamagedDownload(f"{expected.name} did not arrive whole: {size} of {expected.size} bytes.")
    if expected.sha256 and _digest(path, hashlib.sha256()) != expected.sha256:
        raise DamagedDownload(f"{expected.name} arrived damaged: its SHA-256 is not the one the hub names.")
    if expected.sha256 or not expected.sha1:
        return
    as_git_does = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    if _digest(path, as_git_does) != expected.sha1:
        raise DamagedDownload(f"{expected.name} arrived damaged: its SHA-1 is not the one the hub names.")


def _digest(path: Path, begun: Any) -> str:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            begun.update(block)
    return str(begun.hexdigest())


@contextlib.contextmanager
def _hub_errors(repository: str) -> Iterator[None]:
    """Every way in which the hub can fail, in one sentence."""
    try:
        yield
    except Exception as error:  # the hub's client raises its own errors, its HTTP library's and the system's
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise ModelUnavailable(f"{repository!r} could not be fetched: {reason}") from error

"""Files of the Hugging Face hub: what a repository holds, and fetching it whole, or at least further than last time.

The hub's client no longer goes on with a download that broke off (its public functions throw away what was there), and
a model of gigabytes over a slow line needs that: so its function for one request is called here, and what it wrote is
compared with what the hub announced.
"""

import contextlib
import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path
from typing import Any, ClassVar

from stt.worker.errors import ModelUnavailable
from stt.worker.models.source import DamagedDownload, Progress, Report, behind, digest, sync, verify

LISTING_SECONDS = 15

CT2_FILE = re.compile(r"(config|preprocessor_config|tokenizer|vocabulary)\.json|vocabulary\.txt|model\.bin")
GGML_FILE = re.compile(r"ggml-[\w.-]+\.bin")
_NUMBER = re.compile(r"\[Errno -?\d+\] ")
"""What systems put before the reason in words."""


@dataclass(frozen=True)
class RemoteFile:
    """A file of a repository at one commit: size in bytes; SHA-256 of a large one, git's SHA-1 of a small one."""

    repository: str
    commit: str
    name: str
    size: int
    sha256: str | None
    sha1: str | None


@dataclass(frozen=True)
class HubModel:
    """A source: the files of a repository that have names like `wanted`.

    Attributes:
        needed: Names without which they are no model; where it is empty, exactly one file has to match.
        most_bytes: What they may be together.
        trusted: Whether the operator's own token may be shown to the hub, for a repository that the operator chose.
    """

    repository: str
    wanted: re.Pattern[str]
    needed: tuple[str, ...]
    most_bytes: int
    trusted: bool = False
    title: ClassVar[str] = "Hugging Face hub"

    def check(self) -> None:
        """As `Source.check`."""
        self._files()

    def fetch(self, partial: Path, progress: Progress) -> Path:
        """As `Source.fetch`; what is there of another commit is thrown away."""
        files = self._files()
        directory = partial / files[0].commit
        for other in partial.glob("*"):
            if other != directory:
                shutil.rmtree(other)
        directory.mkdir(parents=True, exist_ok=True)
        total, done = sum(file.size for file in files), 0
        try:
            for file in files:
                _fetch(file, directory / file.name, behind(done, total, progress), trusted=self.trusted)
                done += file.size
        except DamagedDownload:
            shutil.rmtree(directory)
            raise
        sync(directory)
        return directory

    def _files(self) -> Sequence[RemoteFile]:
        files = _list_files(self.repository, trusted=self.trusted)
        found = [file for file in files if self.wanted.fullmatch(file.name)]
        names, size = [file.name for file in found], sum(file.size for file in found)
        if missing := [name for name in self.needed if name not in names]:
            raise ModelUnavailable(f"{self.repository!r} holds no CTranslate2 model: it has no {missing[0]}.")
        if not found:
            raise ModelUnavailable(f"{self.repository!r} holds no ggml model: it has no ggml-*.bin.")
        if not self.needed and len(found) > 1:
            raise ModelUnavailable(f"{self.repository!r} holds several models ({', '.join(names)}); put one in place.")
        if size > self.most_bytes:
            raise ModelUnavailable(
                f"{self.repository!r} is larger than this service fetches: {size / 1e9:.1f} GB, and at most "
                f"{self.most_bytes / 1e9:.1f} GB are allowed (STT_MAX_MODEL_BYTES)."
            )
        return found


def ct2_model(repository: str, *, most_bytes: int, trusted: bool) -> HubModel:
    """The CTranslate2 model of a repository."""
    return HubModel(repository, CT2_FILE, ("model.bin", "tokenizer.json"), most_bytes, trusted)


def ggml_model(repository: str, file_name: str | None, *, most_bytes: int, trusted: bool) -> HubModel:
    """The ggml file of that name in a repository, or the only one that it holds."""
    wanted = re.compile(re.escape(file_name)) if file_name else GGML_FILE
    return HubModel(repository, wanted, (), most_bytes, trusted)


def _list_files(repository: str, *, trusted: bool) -> list[RemoteFile]:
    """The files of a repository's newest commit. Raises ModelUnavailable if the hub does not tell."""
    from huggingface_hub import HfApi

    with _hub_errors(repository):
        api = HfApi(token=_token(trusted=trusted))
        info = api.model_info(repository, files_metadata=True, timeout=LISTING_SECONDS)
        return [
            RemoteFile(
                repository, info.sha or "main", s.rfilename, s.size or 0, s.lfs.sha256 if s.lfs else None, s.blob_id
            )
            for s in info.siblings or ()
        ]


def _fetch(file: RemoteFile, path: Path, report: Report, *, trusted: bool) -> None:
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
                _Watched(sink, file, report),
                resume_size=sink.tell(),
                headers=build_hf_headers(token=_token(trusted=trusted)),
                tqdm_class=silent_tqdm,
            )
    _verify(path, file)
    sync(path)
    report(file.size)


def _token(*, trusted: bool) -> bool | None:
    """`None` lets the client look for the operator's; `False` forbids it."""
    return None if trusted else False


class _Watched:
    """A file that tells how long it has become, and becomes no longer than was announced."""

    def __init__(self, sink: BufferedWriter, file: RemoteFile, report: Report) -> None:
        self._sink = sink
        self._file = file
        self._report = report

    def write(self, block: bytes) -> None:
        self._sink.write(block)
        if self._sink.tell() > self._file.size:
            raise DamagedDownload(f"{self._file.name} does not end where the hub says: at {self._file.size} bytes.")
        self._report(self._sink.tell())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sink, name)


def _verify(path: Path, expected: RemoteFile) -> None:
    verify(path, size=expected.size, sha256=expected.sha256)
    if expected.sha256 or not expected.sha1:
        return
    as_git_does = hashlib.sha1(b"blob %d\0" % expected.size, usedforsecurity=False)
    if digest(path, as_git_does) != expected.sha1:
        raise DamagedDownload(f"{expected.name} arrived damaged: its SHA-1 is not the one announced.")


@contextlib.contextmanager
def _hub_errors(repository: str) -> Iterator[None]:
    """Every way in which the hub can fail, in one sentence."""
    try:
        yield
    except DamagedDownload:
        raise
    except Exception as error:  # the hub's client raises its own errors, its HTTP library's and the system's
        # The owner of a job may read this: a file that the system names is none of their business.
        told = (error.strerror or "") if isinstance(error, OSError) and error.filename else str(error)
        line = next(iter(told.strip().splitlines()), type(error).__name__).rstrip(".")
        raise ModelUnavailable(f"{repository!r} could not be fetched: {_NUMBER.sub('', line)}.") from error

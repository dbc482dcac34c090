"""Fetching models from the Hugging Face hub: whole, verified, or not at all."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stt.worker.errors import ModelUnavailable

Progress = Callable[[int, int], None]
CT2_FILES = (
    "config.json",
    "preprocessor_config.json",
    "model.bin",
    "tokenizer.json",
    "vocabulary.json",
    "vocabulary.txt",
)
GGML_REPOSITORY = "ggerganov/whisper.cpp"
REPORT_SECONDS = 0.5
BLOCK_BYTES = 1 << 20


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class RemoteFile:
    """A file in a repository: size in bytes, and the SHA-256 of large ones."""

    name: str
    size: int
    sha256: str | None


def fetch_ct2(repository: str, target: Path, progress: Progress) -> None:
    """Put a CTranslate2 model into the directory `target`; raises `ModelUnavailable`."""
    wanted = [file for file in _listing(repository) if file.name in CT2_FILES]
    if not any(file.name == "model.bin" for file in wanted):
        raise ModelUnavailable(f"The repository {repository!r} holds no CTranslate2 model: it has no model.bin.")
    with _partial_directory(target) as partial:
        _download(repository, wanted, partial, progress)
        shutil.rmtree(partial / ".cache", ignore_errors=True)
        _replace(partial, target)


def fetch_ggml(file_name: str | None, repository: str, target: Path, progress: Progress) -> None:
    """Put a ggml model file into the directory `target`; raises `ModelUnavailable`.

    A model of the catalogue is the file `file_name` of whisper.cpp's own repository; else `repository` is searched.
    """
    source = GGML_REPOSITORY if file_name else repository
    listing = _listing(source)
    wanted = [f for f in listing if f.name == file_name or (not file_name and _is_ggml(f.name))][:1]
    if not wanted:
        raise ModelUnavailable(f"The repository {source!r} holds no {file_name or 'ggml-*.bin'}.")
    with _partial_directory(target / "ggml") as partial:
        _download(source, wanted, partial, progress)
        target.mkdir(parents=True, exist_ok=True)
        (partial / wanted[0].name).replace(target / Path(wanted[0].name).name)


def _is_ggml(name: str) -> bool:
    return (name.startswith("ggml-") and name.endswith(".bin")) or name.endswith(".gguf")


def _listing(repository: str) -> list[RemoteFile]:
    from huggingface_hub import HfApi

    with _hub_errors(repository):
        info = HfApi().model_info(repository, files_metadata=True, timeout=30)
    return [RemoteFile(s.rfilename, s.size or 0, s.lfs.sha256 if s.lfs else None) for s in info.siblings or ()]


def _download(repository: str, wanted: Sequence[RemoteFile], directory: Path, progress: Progress) -> None:
    from huggingface_hub import hf_hub_download

    total = sum(file.size for file in wanted)
    with _hub_errors(repository), _reporting(directory, total, progress):
        for file in wanted:
            hf_hub_download(repository, file.name, local_dir=directory)
            _verify(directory / file.name, file)
    progress(total, total)


def _verify(path: Path, expected: RemoteFile) -> None:
    size = path.stat().st_size
    if size != expected.size:
        raise ModelUnavailable(f"{expected.name} did not arrive whole: {size} of {expected.size} bytes.")
    if expected.sha256 is None:
        return
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    if digest.hexdigest() != expected.sha256:
        raise ModelUnavailable(f"{expected.name} arrived damaged: its SHA-256 is not the one the hub names.")


@contextlib.contextmanager
def _partial_directory(target: Path) -> Iterator[Path]:
    """A directory beside `target`, removed in every outcome: what is half fetched is never found by a look-up."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=target.parent))
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _replace(partial: Path, target: Path) -> None:
    for path in partial.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    if target.exists():
        shutil.rmtree(target)
    partial.rename(target)


@contextlib.contextmanager
def _reporting(directory: Path, total: int, progress: Progress) -> Iterator[None]:
    """Report the bytes that are on the disk so far, until done."""
    done = threading.Event()

    def report() -> None:
        while not done.wait(REPORT_SECONDS):
            progress(min(total, _bytes_in(directory)), total)

    reporter = threading.Thread(target=report, name="download progress", daemon=True)
    reporter.start()
    try:
        yield
    finally:
        done.set()
        reporter.join()


def _bytes_in(directory: Path) -> int:
    sizes = 0
    for path in directory.rglob("*"):
        with contextlib.suppress(OSError):
            sizes += path.stat().st_size if path.is_file() else 0
    return sizes


@contextlib.contextmanager
def _hub_errors(repository: str) -> Iterator[None]:
    """Every way in which the hub can fail, in one sentence."""
    try:
        yield
    except ModelUnavailable:
        raise
    except Exception as error:  # the hub's client raises its own errors, its HTTP library's and the system's
        raise ModelUnavailable(
            f"{repository!r} could not be fetched: {_first_line(error)} "
            "Try again with stt models pull, or fetch it on a machine with a network and copy the model directory."
        ) from error


def _first_line(error: Any) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)

"""Putting models into the model directory: whole and verified, or not at all."""

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from stt.worker.errors import ModelUnavailable
from stt.worker.models.hub import DamagedDownload, RemoteFile, Report, fetch, list_files

Progress = Callable[[int, int], None]
"""Takes the bytes that are there and those there will be."""

CT2_FILES = frozenset(
    {
        "config.json",
        "preprocessor_config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.json",
        "vocabulary.txt",
    }
)
GGML_REPOSITORY = "ggerganov/whisper.cpp"
GGML_FILE = re.compile(r"ggml-[\w.-]+\.bin")


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


@contextlib.contextmanager
def exclusively(directory: Path) -> Iterator[None]:
    """Make `directory` and be the only one in it, of all threads and processes on this machine.

    Raises:
        ModelUnavailable: the directory cannot be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelUnavailable(f"Nothing can be fetched into the model directory: {error}.") from error
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def install_ct2(repository: str, target: Path, partial: Path, progress: Progress) -> None:
    """Make `target` the directory of that CTranslate2 model; raises `ModelUnavailable`.

    What was fetched stays in `partial` until it is complete, so that a download that broke off goes on next time.
    """
    wanted = [file for file in list_files(repository) if file.name in CT2_FILES]
    if not any(file.name == "model.bin" for file in wanted):
        raise ModelUnavailable(f"The repository {repository!r} holds no CTranslate2 model: it has no model.bin.")
    fetched = _fetch_all(wanted, partial / "ct2", progress)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(fetched.with_name("replaced"))
    fetched.rename(target)
    _sync(target.parent)
    shutil.rmtree(partial / "ct2")


def install_ggml(file_name: str | None, repository: str, target: Path, partial: Path, progress: Progress) -> None:
    """Put a ggml model file into the directory `target`; raises `ModelUnavailable`.

    A model of the catalogue is the file `file_name` of whisper.cpp's own repository; else `repository` has to hold
    exactly one.
    """
    source = GGML_REPOSITORY if file_name else repository
    found = [file for file in list_files(source) if GGML_FILE.fullmatch(file.name)]
    wanted = [file for file in found if file_name in (file.name, None)]
    if not wanted:
        raise ModelUnavailable(f"The repository {source!r} holds no {file_name or 'ggml-*.bin'}.")
    if len(wanted) > 1:
        names = ", ".join(file.name for file in wanted)
        raise ModelUnavailable(f"The repository {source!r} holds several models ({names}); put one into {target}.")
    fetched = _fetch_all(wanted, partial / "ggml", progress)
    target.mkdir(parents=True, exist_ok=True)
    (fetched / wanted[0].name).replace(target / wanted[0].name)
    _sync(target)
    shutil.rmtree(partial / "ggml")


def _fetch_all(files: Sequence[RemoteFile], partial: Path, progress: Progress) -> Path:
    """The directory that holds the files; what is damaged or of another commit is thrown away."""
    directory = partial / files[0].commit
    for other in partial.glob("*"):
        if other != directory:
            shutil.rmtree(other)
    directory.mkdir(parents=True, exist_ok=True)
    total, done = sum(file.size for file in files), 0
    try:
        for file in files:
            fetch(file, directory / file.name, _after(done, total, progress))
            done += file.size
    except DamagedDownload:
        shutil.rmtree(directory)
        raise
    _sync(directory)
    return directory


def _after(done: int, total: int, progress: Progress) -> Report:
    return lambda size: progress(done + size, total)


def _sync(directory: Path) -> None:
    """Make the names in a directory outlive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""What the files of an installed model were when they came, to see later whether they still are."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from stt.worker.models.source import digest, sync


def note(account: Path, model: Path) -> None:
    """Write the SHA-256 of each file of a model, a directory or a file, to `account`, as `sha256sum` does."""
    lines = [f"{digest(path, hashlib.sha256())}  {name}\n" for name, path in _files(model)]
    account.parent.mkdir(parents=True, exist_ok=True)
    account.write_text("".join(lines), "utf-8")
    sync(account)


def changed(account: Path, model: Path) -> list[str] | None:
    """The names of the files that are gone or another by now; `None` where nobody has noted what they were."""
    try:
        noted = [line.split("  ", 1) for line in account.read_text("utf-8").splitlines()]
    except FileNotFoundError:
        return None
    there = dict(_files(model))
    return [name for known, name in noted if name not in there or digest(there[name], hashlib.sha256()) != known]


def _files(model: Path) -> Iterator[tuple[str, Path]]:
    if model.is_file():
        yield model.name, model
        return
    for path in sorted(model.rglob("*")):
        if path.is_file():
            yield path.relative_to(model).as_posix(), path

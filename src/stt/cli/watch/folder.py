"""The folder that is watched: which files wait in it, and where they go."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from stt.cli.watch.place import DONE, FAILED, is_audio

LOOK_SECONDS = 1.0
SETTLED_SECONDS = 2.0
"""How long a file is left alone that changes: it is still being written."""
State = tuple[int, int]
"""Size in bytes, and when it changed last, in nanoseconds."""


class Folder:
    """The audio files that lie in a folder itself; hidden ones, and what lies in folders below, are left alone."""

    look_seconds = LOOK_SECONDS

    def __init__(self, root: Path, settled_seconds: float = SETTLED_SECONDS) -> None:
        self.root = root
        self._settled_seconds = settled_seconds
        self._seen: dict[Path, tuple[State, float]] = {}

    def __str__(self) -> str:
        return str(self.root)

    def waiting(self) -> list[Path]:
        """Files that are whole, as far as can be told; raises `OSError`."""
        now = time.monotonic()
        states = {path: state for path in self.root.iterdir() if (state := _state(path))}
        self._seen = {
            path: self._seen[path] if self._seen.get(path, ((), 0))[0] == state else (state, now)
            for path, state in states.items()
        }
        return sorted(path for path, (_, since) in self._seen.items() if now - since >= self._settled_seconds)

    @property
    def is_empty(self) -> bool:
        """Whether nothing lay in it at the last look, settled or not."""
        return not self._seen

    def known_as(self, item: Path) -> Sequence[str]:
        """Its place, and what the folder tells of its content."""
        return str(item.resolve()), str(_state(item))

    def opened(self, item: Path) -> Path:
        """The file itself."""
        return item

    def done(self, item: Path, transcripts: Mapping[str, bytes]) -> list[str]:
        """Move a file away, with its transcripts, by their endings, beside it; what was written is returned."""
        target = _free(self.root / DONE, item)
        written = [str(_write(target.with_suffix(f".{ending}"), body)) for ending, body in transcripts.items()]
        item.replace(target)
        return written

    def failed(self, item: Path, reason: str) -> str:
        """Move a file away, with the reason beside it, which is returned."""
        target = _free(self.root / FAILED, item)
        said = _write(target.with_name(f"{target.name}.error.txt"), f"{reason}\n".encode())
        item.replace(target)
        return str(said)


def _state(path: Path) -> State | None:
    """Of an audio file that has something in it."""
    if not is_audio(path.name):
        return None
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_size, found.st_mtime_ns) if path.is_file() and found.st_size else None


def _free(folder: Path, file: Path) -> Path:
    """Where a file can go: under its own name, or with a number behind it."""
    folder.mkdir(exist_ok=True)
    number, target = 1, folder / file.name
    while target.exists():
        number += 1
        target = folder / f"{file.stem} ({number}){file.suffix}"
    return target


def _write(target: Path, body: bytes) -> Path:
    """All of it or nothing."""
    half = target.with_name(f".{target.name}.part")
    half.write_bytes(body)
    half.replace(target)
    return target

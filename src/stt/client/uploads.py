"""A file on its way to the service."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

NamedFile = tuple[str, BinaryIO]
"""A file that is open already, behind its name; whoever uploads it closes it."""
File = str | Path | NamedFile
Progress = Callable[[float], None]
"""Takes how much is sent, in percent."""


def opened(given: File, sent: Progress | None) -> NamedFile:
    """The file's name and the file, which tells how much of it was read; raises `OSError`."""
    name, file = given if isinstance(given, tuple) else (_utf8_name(Path(given)), Path(given).open("rb"))  # noqa: SIM115  its caller closes it
    size = os.fstat(file.fileno()).st_size
    return name, cast(BinaryIO, _Counted(file, size, sent)) if sent else file


def _utf8_name(file: Path) -> str:
    """The file's name, with a mark for each byte that is no UTF-8: in old encodings nobody knows what it was."""
    return os.fsencode(file.name).decode("utf-8", "replace")


class _Counted:
    """A file that tells how much of it was read; httpx streams it block by block."""

    def __init__(self, file: BinaryIO, size: int, sent: Progress) -> None:
        self._file, self._size, self._sent = file, size, sent

    def fileno(self) -> int:
        return self._file.fileno()

    def seek(self, offset: int) -> int:
        return self._file.seek(offset)

    def close(self) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._sent(100 * self._file.tell() / max(1, self._size))
        return block

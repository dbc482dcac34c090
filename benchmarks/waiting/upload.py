"""Uploading a file and noting when its last byte had left."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

ANSWER_SECONDS = 300.0


@dataclass(frozen=True)
class Uploaded:
    """A job and when its file was sent and accepted, in seconds since 1970."""

    job_id: str
    began: float
    sent: float
    accepted: float


def upload(url: str, path: Path) -> Uploaded:
    """Send a file of English speech for the demo model; raises `httpx.HTTPStatusError` if it is refused."""
    began = time.time()
    with path.open("rb") as file:
        body = _Noted(file)
        answer = httpx.post(
            f"{url}/api/stt/upload",
            files={"file": (path.name, body)},
            data={"language": "en", "model": "demo"},
            timeout=ANSWER_SECONDS,
        )
    answer.raise_for_status()
    return Uploaded(answer.json()["job_id"], began, body.ended, time.time())


class _Noted:
    """A file that notes when its end was read; httpx streams it block by block."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.ended = time.time()

    def fileno(self) -> int:
        return self._file.fileno()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        if self._file.tell() == os.fstat(self._file.fileno()).st_size:
            self.ended = time.time()
        return block

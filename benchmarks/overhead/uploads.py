"""How many small files are accepted per second when they come all at once."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.forms import EMBEDDED, environment
from benchmarks.overhead.load import read_answer
from tools.encoded_audio import encoded
from tools.service import Service

CONNECTIONS = 64
BOUNDARY = "one-file"
LIGHT = {"STT_BEAM_SIZE": "1"}
"""What is accepted meanwhile is transcribed, too, where all is embedded."""


@dataclass(frozen=True)
class Uploads:
    """So many files accepted in so many seconds."""

    form: str
    command: str
    files: int
    seconds: float

    @property
    def rate(self) -> float:
        """Files per second."""
        return self.files / self.seconds


def measure(form: str, files: int) -> Uploads:
    """Upload so many files of a fraction of a second: to one process where all is embedded, else to the API."""
    command = "serve" if form == EMBEDDED else "api"
    with tempfile.TemporaryDirectory(prefix="overhead-") as name:
        folder = Path(name)
        with (
            environment(form, folder) as variables,
            Service(folder, variables | {"RABBITMQ_URL": ""} | LIGHT, commands=[command]) as service,
        ):
            began = time.perf_counter()
            asyncio.run(_upload_all(service.port, files))
            return Uploads(form, command, files, time.perf_counter() - began)


async def _upload_all(port: int, files: int) -> None:
    request, numbers = _request(encoded(".mp3")), iter(range(files))
    await asyncio.gather(*(_upload_some(port, request, numbers) for _ in range(min(CONNECTIONS, files))))


async def _upload_some(port: int, request: bytes, numbers: Iterator[int]) -> None:
    """Take from what is left to upload until there is none; raises RuntimeError if a file is not accepted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for _ in numbers:
            writer.write(request)
            await read_answer(reader, b"HTTP/1.1 200")
    finally:
        writer.close()


def _request(audio: bytes) -> bytes:
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}"\r\n\r\n{{}}\r\n'
    fields = field.format("language", "vi") + field.format("model", "demo")
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="clip.mp3"\r\n\r\n'
    body = (fields + file).encode() + audio + f"\r\n--{BOUNDARY}--\r\n".encode()
    head = (
        "POST /api/stt/upload HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body

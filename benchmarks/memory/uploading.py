"""The API while a large file is uploaded."""

from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.memory.account import MEGABYTE, Watch
from benchmarks.memory.finding import Finding
from benchmarks.report.progress import Step
from tools.service import Service

MOST = 64 * MEGABYTE
BLOCK = bytes(MEGABYTE)
BOUNDARY = "edge"
HEADERS = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def upload(home: Path, size: int, step: Step) -> Finding:
    """What the API holds beyond what it held after a small upload; `size` in bytes."""
    settings = {"STT_MAX_UPLOAD_BYTES": str(2**40), "STT_LOG_LEVEL": "error"}
    with Service(home, settings, commands=["api"]) as service:
        url = f"{service.url}/api/stt/upload"
        httpx.post(url, content=_form(MEGABYTE, lambda _: None), headers=HEADERS, timeout=60)
        with Watch(service.processes["api"].pid) as watch:
            answer = httpx.post(url, content=_form(size, step), headers=HEADERS, timeout=None)
        answer.raise_for_status()
    under = f"an upload of {size / 2**30:.2g} GiB"
    return Finding("API", under, watch.before.own, watch.peak.own, watch.growth, MOST)


def _form(size: int, step: Step) -> Iterator[bytes]:
    """A form with a WAV file of silence in it: a head that says how long it is, and zeros."""
    yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="talk.wav"\r\n\r\n'.encode()
    yield _wav_head(size)
    for sent in range(0, size, len(BLOCK)):
        yield BLOCK
        step(sent / size)
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def _wav_head(size: int) -> bytes:
    """16 kHz, mono, 16 bits; the sizes are as large as the format can say."""
    said = min(size, 2**32 - 64)
    words = [(16, 4), (1, 2), (1, 2), (16_000, 4), (32_000, 4), (2, 2), (16, 2)]
    form = b"".join(value.to_bytes(width, "little") for value, width in words)
    return b"RIFF" + (said + 36).to_bytes(4, "little") + b"WAVEfmt " + form + b"data" + said.to_bytes(4, "little")

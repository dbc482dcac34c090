"""The official client of tus uploads over lines that break, to a service that is killed; every byte arrives."""

import asyncio
import contextlib
import hashlib
import json
import random
import struct
from pathlib import Path

import httpx
import pytest

from tests.acceptance.conftest import environment_of
from tests.conformance.test_openai_sdks import SDKS, needed
from tests.tcp_proxy import TcpProxy
from tools.service import Service

CLIENT = Path(__file__).parent / "tus_client.mjs"
MEGABYTE = 1024 * 1024
CUTS = 20
KILLS = 3
SIZE = 24 * MEGABYTE + 4711
SIZES = [
    pytest.param(SIZE, id="24 MB"),
    pytest.param(500 * MEGABYTE, id="500 MB", marks=pytest.mark.long),
]


@pytest.fixture(params=[(), ("postgresql", "minio")], ids=["embedded", "distributed"])
def service(request, tmp_path):
    """An API, and nobody who transcribes."""
    needed("tus")
    with environment_of(request.param, request) as environment, Service(tmp_path, environment, commands=["api"]) as api:
        yield api


class BadLine(TcpProxy):
    """Cuts a connection that has carried its share of bytes, one for each share; `pause` seconds for each block."""

    def __init__(self, port, shares=(), pause=0.0):
        super().__init__("127.0.0.1", port)
        self.shares, self.pause, self.cuts = list(shares), pause, 0
        self.carried = 0

    async def _forward(self, reader, writer):
        try:
            there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        ways = {asyncio.create_task(self._carry(there, writer)), asyncio.create_task(self._send(reader, back))}
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            back.transport.abort()
            writer.transport.abort()

    async def _send(self, reader, back):
        sent = 0
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                back.write(data)
                await back.drain()
                await asyncio.sleep(self.pause)
                sent += len(data)
                self.carried += len(data)
                if self.shares and sent >= self.shares[0]:
                    self.shares.pop(0)
                    self.cuts += 1
                    return


def recording(path, size):
    """Noise that says it is a WAV file."""
    draw = random.Random(4)
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", size - 8, b"WAVE", b"fmt ", 16, 1, 1, 16000, 32000, 2, 16, b"data", size - 44
    )
    with path.open("wb") as file:
        file.write(header)
        for start in range(44, size, MEGABYTE):
            file.write(draw.randbytes(min(MEGABYTE, size - start)))
    return path


def digest_of(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_media(service, job_id):
    digest = hashlib.sha256()
    with httpx.stream("GET", f"{service.url}/api/stt/jobs/{job_id}/media", timeout=60, verify=False) as answer:
        assert answer.status_code == 200
        for block in answer.iter_bytes():
            digest.update(block)
    return digest.hexdigest()


async def uploading(line, path, chunk_bytes=0):
    command = ("node", CLIENT, SDKS / "tus", f"http://{line.address}/api/stt/uploads", path, str(chunk_bytes))
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*map(str, command), stdout=pipe, stderr=pipe)


async def told_by(client):
    out, errors = await asyncio.wait_for(client.communicate(), 600)
    assert client.returncode == 0, errors.decode()[-2000:]
    return json.loads(out)


def check(service, told, path):
    """One job, with the bytes of the file."""
    jobs = httpx.get(f"{service.url}/api/stt/jobs", verify=False).json()["data"]
    assert [job["job_id"] for job in jobs] == [told["jobId"]]
    assert (jobs[0]["filename"], jobs[0]["language"]) == ("cuộc họp.wav", "en")
    assert digest_of_media(service, told["jobId"]) == digest_of(path)


@pytest.mark.parametrize("size", SIZES)
async def test_every_byte_arrives_though_the_line_is_cut_twenty_times(service, tmp_path, size):
    path = recording(tmp_path / "noise.wav", size)
    draw = random.Random(7)
    shares = [draw.randrange(MEGABYTE // 4, size // (CUTS + 1)) for _ in range(CUTS)]
    async with BadLine(service.port, shares) as line:
        told = await told_by(await uploading(line, path))
    assert line.cuts == CUTS
    assert told["retries"] >= CUTS
    check(service, told, path)


@pytest.mark.parametrize("chunk_bytes", [0, 5 * MEGABYTE], ids=["one request", "chunks of 5 MB"])
async def test_every_byte_arrives_though_the_service_is_killed(service, tmp_path, chunk_bytes):
    path = recording(tmp_path / "noise.wav", SIZE)
    async with BadLine(service.port, pause=0.004) as line:
        client = await uploading(line, path, chunk_bytes)
        for number in range(1, KILLS + 1):
            before = line.carried
            while line.carried < max(before + 1, SIZE * number // (KILLS + 2)):
                assert client.returncode is None, "it ended before the service died"
                await asyncio.sleep(0.01)
            service.kill("api")
            service.start("api", "api")
            await asyncio.to_thread(service.wait_until_ready)
        told = await told_by(client)
    assert told["retries"] >= KILLS
    check(service, told, path)

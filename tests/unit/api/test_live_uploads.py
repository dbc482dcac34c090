"""What only a real server and real sockets show: early answers, broken connections, back-pressure."""

import asyncio
import contextlib
import json
import re
import shutil
import socket
import struct

import httpx
import pytest

from stt.api.reading import body, drain
from stt.core.storage.local import LocalStorage
from stt.domain.access.owner import ANONYMOUS
from tests.embedded_service import embedded_service
from tests.eventually import eventually
from tests.http_server import serving
from tools.encoded_audio import encoded

MP3 = encoded(".mp3")
LIMIT = 8 * 1024 * 1024
MEGABYTE = bytes(1024 * 1024)
FILE_HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="talk.mp3"\r\n\r\n' + MP3
BAD_LANGUAGE = b'--edge\r\nContent-Disposition: form-data; name="language"\r\n\r\nxx\r\n'
TAIL = b"\r\n--edge--\r\n"


@pytest.fixture
async def port(embedded):
    async with serving(embedded.app()) as port:
        yield port


def head(*headers):
    lines = ["POST /api/stt/upload HTTP/1.1", "Host: stt", "Content-Type: multipart/form-data; boundary=edge", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


@contextlib.asynccontextmanager
async def connection(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def send(writer, block):
    writer.write(block)
    await writer.drain()


async def answer(reader):
    """Status and body of an answer that says its length."""
    async with asyncio.timeout(10):
        headers = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", headers, re.IGNORECASE)[1])
        return int(headers.split()[1]), json.loads(await reader.readexactly(length)), headers


def chunk(block):
    return b"%x\r\n" % len(block) + block + b"\r\n"


async def test_the_documented_command_works_as_written(port, embedded, tmp_path):
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    (tmp_path / "test.mp3").write_bytes(MP3)
    command = (
        'curl -sS -X POST -F "file=@test.mp3" -F "language=vi" -F "model=medium" http://localhost:8000/api/stt/upload'
    )
    command = command.replace("localhost:8000", f"127.0.0.1:{port}")
    process = await asyncio.create_subprocess_shell(command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE)
    body = json.loads((await process.communicate())[0])
    job = await embedded.service.status(ANONYMOUS, body["job_id"])
    assert (job.filename, job.language, job.model, job.file_size) == ("test.mp3", "vi", "medium", len(MP3))


async def test_a_body_without_a_length_is_taken(port, embedded):
    async with connection(port) as (reader, writer):
        await send(writer, head("Transfer-Encoding: chunked"))
        for block in (FILE_HEAD[:10], FILE_HEAD[10:], *[MEGABYTE] * 5, TAIL):
            await send(writer, chunk(block))
        await send(writer, b"0\r\n\r\n")
        status, body, _ = await answer(reader)
    assert status == 200
    assert (await embedded.service.status(ANONYMOUS, body["job_id"])).file_size == len(MP3) + 5 * len(MEGABYTE)


async def test_a_connection_serves_one_upload_after_the_other(port):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(3):
            sent = await client.post("/api/stt/upload", files={"file": ("talk.mp3", MP3)})
            assert sent.status_code == 200
            assert (await client.get(f"/api/stt/status/{sent.json()['job_id']}")).status_code == 200


async def test_an_announced_length_over_the_limit_is_refused_before_the_body(port, embedded):
    async with connection(port) as (reader, writer):
        await send(writer, head("Content-Length: 1000000000000"))
        status, body, headers = await answer(reader)
    assert (status, body["code"], body["limit"]) == (413, "file_too_large", LIMIT)
    assert b"connection: close" in headers.lower()
    assert await embedded.nothing_is_left()


async def test_a_client_that_asks_before_it_sends_is_told_not_to(port):
    async with connection(port) as (reader, writer):
        await send(writer, head("Content-Length: 1000000000000", "Expect: 100-continue"))
        status, _, _ = await answer(reader)
        async with asyncio.timeout(30):
            rest = await reader.read()
    assert (status, rest) == (413, b"")


async def test_a_client_that_asks_before_it_sends_is_told_to_go_on(port):
    body = FILE_HEAD + TAIL
    async with connection(port) as (reader, writer):
        await send(writer, head(f"Content-Length: {len(body)}", "Expect: 100-continue"))
        assert (await reader.readuntil(b"\r\n\r\n")).split()[1] == b"100"
        await send(writer, body)
        assert (await answer(reader))[0] == 200


async def test_too_large_without_a_length_is_refused_on_the_way(port, embedded):
    async with connection(port) as (reader, writer):
        await send(writer, head("Transfer-Encoding: chunked") + chunk(FILE_HEAD))
        for _ in range(9):
            await send(writer, chunk(MEGABYTE))
        status, body, _ = await answer(reader)
        assert (status, body["code"]) == (413, "file_too_large")
        assert await embedded.nothing_is_left()


async def test_who_reads_only_after_sending_everything_reads_the_answer(port):
    """More than socket buffers hold, less than is drained: the whole body goes out before the answer is looked at."""
    body = BAD_LANGUAGE + FILE_HEAD + MEGABYTE * 7 + TAIL
    async with connection(port) as (reader, writer):
        await send(writer, head(f"Content-Length: {len(body)}"))
        for start in range(0, len(body), 100_000):
            await send(writer, body[start : start + 100_000])
        status, answered, _ = await answer(reader)
        assert (status, answered["code"]) == (422, "unknown_language")
        assert await reader.read() == b""


def send_without_end(port):
    """Send after an early refusal for as long as the server takes it; the megabytes that went out, and the answer."""
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head("Content-Length: 1000000000000") + BAD_LANGUAGE + FILE_HEAD)
        with contextlib.suppress(ConnectionError):
            while sent < 100:
                connection.sendall(MEGABYTE)
                sent += 1
        return sent, connection.recv(100_000)


async def test_who_never_stops_sending_is_cut_off_and_can_still_read_the_answer(port):
    sent, answered = await asyncio.to_thread(send_without_end, port)
    assert sent < 64
    assert answered.startswith(b"HTTP/1.1 413 ")
    assert b'"file_too_large"' in answered


async def test_without_the_bound_the_server_would_read_on(port, monkeypatch):
    monkeypatch.setattr(drain, "DRAIN_BYTES", 10**12)
    sent, answered = await asyncio.to_thread(send_without_end, port)
    assert (sent, answered[9:12]) == (100, b"413")


async def test_who_neither_sends_nor_leaves_is_waited_for_a_bounded_time(port, monkeypatch):
    monkeypatch.setattr(drain, "DRAIN_SECONDS", 0.2)
    async with connection(port) as (reader, writer):
        await send(writer, head("Content-Length: 1000") + BAD_LANGUAGE + FILE_HEAD[:100])
        assert (await answer(reader))[0] == 422
        async with asyncio.timeout(30):
            assert await reader.read() == b""


def leave_politely(writer):
    writer.close()


def leave_with_a_reset(writer):
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


@pytest.mark.parametrize("leave", [leave_politely, leave_with_a_reset])
@pytest.mark.parametrize("megabytes", [0, 1, 5])
@pytest.mark.parametrize("framing", ["Content-Length: 8000000", "Transfer-Encoding: chunked"])
async def test_of_a_client_that_leaves_nothing_stays(port, embedded, leave, megabytes, framing):
    frame = chunk if framing.startswith("Transfer") else bytes
    async with connection(port) as (_, writer):
        await send(writer, head(framing) + frame(FILE_HEAD))
        for _ in range(megabytes):
            await send(writer, frame(MEGABYTE))
        await eventually(embedded.files)
        leave(writer)
        await eventually(embedded.nothing_is_left)


async def test_who_leaves_after_the_file_but_before_the_end_of_the_form_has_sent_nothing(port, embedded):
    async with connection(port) as (_, writer):
        await send(writer, head("Content-Length: 1000000") + FILE_HEAD + b"\r\n" + BAD_LANGUAGE[:40])
        await eventually(lambda: embedded.storage.keys("uploads/"))
        writer.close()
        await eventually(embedded.nothing_is_left)


class StuckStorage(LocalStorage):
    """Takes one block and then no more until released."""

    def __init__(self, root):
        super().__init__(root)
        self.released = asyncio.Event()

    async def put(self, key, blocks):
        async def held():
            async for block in blocks:
                yield block
                await self.released.wait()

        return await super().put(key, held())


async def test_a_client_is_held_back_while_storage_is_slow(tmp_path):
    storage = StuckStorage(tmp_path / "objects")
    sent = 0
    async with (
        embedded_service(tmp_path, storage=storage, max_upload_bytes=10**9) as embedded,
        serving(embedded.app()) as port,
        connection(port) as (reader, writer),
    ):
        await send(writer, head("Transfer-Encoding: chunked") + chunk(FILE_HEAD))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                while sent < 100:
                    await send(writer, chunk(MEGABYTE))
                    sent += 1
        assert sent < 32
        storage.released.set()
        await writer.drain()
        while sent < 40:
            await send(writer, chunk(MEGABYTE))
            sent += 1
        await send(writer, chunk(TAIL) + b"0\r\n\r\n")
        assert (await answer(reader))[0] == 200


async def test_a_service_that_stops_tells_who_is_sending(port, embedded, monkeypatch):
    monkeypatch.setattr(body, "FAREWELL_SECONDS", 0.2)
    async with connection(port) as (reader, writer):
        await send(writer, head("Content-Length: 8000000", "X-Request-ID: mine") + FILE_HEAD + MEGABYTE)
        await eventually(embedded.files)
        embedded.service.leave()
        status, told, headers = await answer(reader)
    assert (status, told["code"]) == (503, "service_leaving")
    assert b"x-request-id: mine" in headers.lower()
    assert b"retry-after: " in headers.lower()
    assert await embedded.nothing_is_left()


async def test_an_upload_that_is_soon_complete_is_still_taken_when_the_service_stops(port, embedded):
    rest = FILE_HEAD + TAIL
    async with connection(port) as (reader, writer):
        await send(writer, head(f"Content-Length: {len(rest)}") + rest[:-10])
        embedded.service.leave()
        await send(writer, rest[-10:])
        assert (await answer(reader))[0] == 200


@pytest.mark.parametrize("framing", ["Content-Length: 8000000", "Transfer-Encoding: chunked"])
async def test_a_client_that_trickles_is_given_up_and_a_slow_one_is_not(port, embedded, monkeypatch, framing):
    monkeypatch.setattr(body, "PACE_SECONDS", 0.5)
    frame = chunk if framing.startswith("Transfer") else bytes
    for size, patience in ((100, 4), (4096, 1.5)):
        async with connection(port) as (reader, writer):
            await send(writer, head(framing) + frame(FILE_HEAD))
            answered = asyncio.create_task(answer(reader))
            deadline = asyncio.get_running_loop().time() + patience
            while not answered.done() and asyncio.get_running_loop().time() < deadline:
                await send(writer, frame(bytes(size)))
                await asyncio.sleep(0.1)
            assert answered.done() is (size == 100)
            if answered.done():
                assert answered.result()[:2][0] == 408
            answered.cancel()
            await asyncio.gather(answered, return_exceptions=True)
    await eventually(embedded.nothing_is_left)

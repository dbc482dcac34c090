"""Real connections on the loopback: clients that are slow, many, or silent."""

import asyncio
import contextlib
import itertools
import json
import resource
import time

import httpx
import pytest
import structlog
import uvicorn

from stt.api.reading.body import LEAST_RATE
from stt.cli import connections
from stt.cli.connections import accept_errors_told_once, connection_limit, connections_up_to
from stt.cli.listening import listen
from stt.cli.serving import _Server
from stt.worker.models.store import PACKAGED
from tests.embedded_service import embedded_service
from tests.eventually import eventually

SAMPLE = PACKAGED / "sample-vi.flac"
ASK = b"GET /%s HTTP/1.1\r\nHost: stt\r\n\r\n"


@contextlib.asynccontextmanager
async def serving(limit):
    """A server that answers /quick at once, /huge with more than sockets hold, and /never not."""
    begun = []

    async def app(scope, receive, send):
        begun.append(scope["path"])
        if scope["path"] == "/never":
            await receive()
            await receive()
        size = 64 * 1024 * 1024 if scope["path"] == "/huge" else 2
        headers = [(b"content-length", str(size).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": bytes(size)})

    async with serving_app(app, limit) as (port, server):
        server.begun = begun
        yield port, server


@contextlib.asynccontextmanager
async def serving_app(app, limit):
    listener = listen("127.0.0.1", 0)
    protocol = connections_up_to(limit)
    server = _Server(uvicorn.Config(app, http=protocol, log_config=None, lifespan="off", ws="none", access_log=False))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await eventually(lambda: asyncio.sleep(0, server.started))
    try:
        yield listener.getsockname()[1], server
    finally:
        server.should_exit = server.force_exit = True
        await task


@contextlib.asynccontextmanager
async def clients(port, count, first=b"GET /quick HTTP/1.1\r\nHo"):
    """So many that have sent this much and nothing more."""
    opened = []
    for _ in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(first)
        opened.append((reader, writer))
    try:
        yield opened
    finally:
        for _, writer in opened:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for _, writer in opened), return_exceptions=True)


async def ask(port, path=b"quick"):
    """Status, body and seconds."""
    began = time.monotonic()
    async with asyncio.timeout(10), clients(port, 1, ASK % path) as [(reader, _)]:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        return int(head.split()[1]), await reader.readexactly(length), time.monotonic() - began


async def closed(reader, seconds):
    """Whether the server closes by then."""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(seconds):
            while await reader.read(2**20):
                pass
            return True
    return False


async def trickle(writer):
    with contextlib.suppress(ConnectionError):
        for _ in range(100):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)


async def test_a_head_that_does_not_arrive_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    async with (
        serving(limit=10) as (port, _),
        clients(port, 1) as [(reader, writer)],
        clients(port, 1, b"") as [silent],
    ):

        async def trickle():
            with contextlib.suppress(ConnectionError):
                for _ in range(100):
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0.05)

        trickling = asyncio.create_task(trickle())
        assert await closed(reader, 30)
        assert await closed(silent[0], 30)
        trickling.cancel()


async def test_the_second_head_of_a_connection_has_as_long_as_the_first(monkeypatch):
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    async with serving(limit=10) as (port, _), clients(port, 1, ASK % b"quick") as [(reader, writer)]:
        await reader.readuntil(b"\0\0")
        await asyncio.sleep(0.7)
        writer.write(ASK % b"quick")
        await reader.readuntil(b"\0\0")
        writer.write(b"GET")
        assert await closed(reader, 30)


async def test_a_request_that_takes_long_is_not_cut_off(monkeypatch):
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    async with serving(limit=10) as (port, _), clients(port, 1, ASK % b"never") as [(reader, _)]:
        assert not await closed(reader, 1)


async def test_slow_heads_beyond_the_limit_change_nothing_for_who_comes_next():
    async with serving(limit=20) as (port, server), clients(port, 60):
        for _ in range(10):
            status, _, seconds = await ask(port)
            assert (status, seconds < 10) == (200, True)
        await eventually(lambda: asyncio.sleep(0, len(server.server_state.connections) <= 20))


async def test_where_all_are_at_work_the_next_is_told_so():
    async with serving(limit=3) as (port, server), clients(port, 3, ASK % b"never"):
        await eventually(lambda: asyncio.sleep(0, len(server.begun) == 3))
        status, body, _ = await ask(port)
    assert (status, json.loads(body)["code"]) == (503, "too_many_connections")


async def test_who_takes_none_of_an_answer_is_let_go_and_who_takes_it_slowly_is_not(monkeypatch):
    monkeypatch.setattr(connections, "READ_SECONDS", 1)
    async with serving(limit=10) as (port, server), clients(port, 2, ASK % b"huge") as [(slow, _), (_, stuck)]:
        stuck.transport.pause_reading()
        for _ in range(30):
            await slow.readexactly(2**20)
            await asyncio.sleep(0.1)
        await eventually(lambda: asyncio.sleep(0, len(server.server_state.connections) == 1))
        await slow.readexactly(2**20)


async def test_what_is_no_http_is_refused_in_the_shape_of_every_error():
    async with serving(limit=10) as (port, _), clients(port, 1, b"\x16\x03\x01\r\n\r\n") as [(reader, _)]:
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["code"] == "malformed_request"


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "connected"),
    [
        (1024, 1024, 1024, 256),
        (1024, 4096, 4096, 1792),
        (1024, resource.RLIM_INFINITY, 8704, 4096),
        (100_000, 100_000, 100_000, 4096),
    ],
)
def test_connections_and_their_files_stay_below_the_limit_of_files(monkeypatch, soft, hard, raised, connected):
    limits = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, changed: limits.append(changed))
    assert (connection_limit(), limits[-1][0]) == (connected, raised)


async def test_that_no_connection_can_be_accepted_is_told_once():
    trouble = {"message": "socket.accept() out of system resource", "exception": OSError(24, "Too many open files")}
    with structlog.testing.capture_logs() as logged, accept_errors_told_once():
        for _ in range(100):
            asyncio.get_running_loop().call_exception_handler(trouble)
    assert [(line["event"], line["reason"]) for line in logged] == [
        ("no_connection_accepted", "[Errno 24] Too many open files")
    ]


async def test_eight_hundred_slow_clients_change_nothing_for_the_next_hundred(tmp_path):
    limit = connection_limit()
    async with (
        embedded_service(tmp_path) as embedded,
        serving_app(embedded.app(), limit) as (port, _),
        clients(port, 800),
    ):
        for _ in range(100):
            status, body, seconds = await ask(port, b"health/live")
            assert (status, json.loads(body), seconds < 10) == (200, {"status": "ok"}, True)


UPLOAD = (
    b"POST /api/stt/upload HTTP/1.1\r\nHost: stt\r\nContent-Length: 900000\r\n"
    b"Content-Type: multipart/form-data; boundary=B\r\n\r\n"
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="talk.wav"\r\n\r\n'
)


async def test_eight_hundred_slow_uploads_change_nothing_for_the_next_hundred(tmp_path):
    """Each has sent its head and trickles its body at the least rate that is waited for; in the end all hang up."""
    async with (
        embedded_service(tmp_path) as embedded,
        serving_app(embedded.app(), connection_limit()) as (port, server),
    ):

        async def stored_files(count):
            await eventually(lambda: _has(embedded, count))

        async with clients(port, 800, UPLOAD + SAMPLE.read_bytes()[:4096]) as slow:
            await stored_files(800)
            trickling = asyncio.create_task(_trickle_all(slow))
            for _ in range(100):
                status, body, seconds = await ask(port, b"health/live")
                assert (status, json.loads(body), seconds < 10) == (200, {"status": "ok"}, True)
            stored = await asyncio.to_thread(_uploaded, f"http://127.0.0.1:{port}/api/stt/upload")
            trickling.cancel()
            assert stored.status_code == 200
            assert len(server.server_state.connections) >= 800, "none was ended for another"
        await stored_files(1)


async def _has(embedded, count):
    return len(await embedded.files()) == count


async def _trickle_all(slow):
    for _, writer in itertools.cycle(slow):
        writer.write(bytes(LEAST_RATE))
        await asyncio.sleep(1 / 800)


def _uploaded(url):
    return httpx.post(url, files={"file": ("talk.flac", SAMPLE.read_bytes())}, timeout=20)

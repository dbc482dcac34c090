"""What callers name is asked only where it lies in the public internet, whatever it is called."""

import asyncio
import contextlib
import ssl
from functools import partial
from pathlib import Path

import pytest

from stt.core import http_client
from stt.core.http_client import HttpClient, UrlRefused, UrlUnreachable

PUBLIC = "93.184.215.14"
SELF_SIGNED = Path(__file__).with_name("self_signed.pem")
"""A key and a certificate of `localhost` that nobody trusts, for a hundred years."""


class Server:
    """Counts who connects, and answers each with the next of its answers, as they are on the wire."""

    def __init__(self):
        self.requests, self.answers = [], []

    async def serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(head.decode())
        writer.write(self.answers.pop(0) if self.answers else b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def server():
    server = Server()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server


@pytest.fixture
async def tls_server():
    """The same over TLS, as `localhost`, with a certificate that nobody trusts."""
    server, context = Server(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(SELF_SIGNED)
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server


def redirect(location):
    return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def names(**addresses):
    """A name server; each look-up of a name takes the next of its answers, and the last one stays."""

    async def resolve(host, port):
        found = addresses[host.partition(".")[0]]
        return found.pop(0) if len(found) > 1 else found[0]

    return resolve


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.1", "0.0.0.0", "0",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "[fe80::1]", "[fd00::1]", "169.254.169.254", "10.0.0.1", "192.168.1.1", "100.64.0.1",
        "①②⑦.⓪.⓪.①",
    ],
)  # fmt: skip
async def test_no_notation_of_a_private_address_is_asked(server, host):
    client = HttpClient()
    for asking in (client.check, lambda url: client.post(url, b"{}", {}, seconds=5), lambda url: got(client, url)):
        with pytest.raises((UrlRefused, UrlUnreachable)):
            await asking(f"http://{host}:{server.port}/")
    assert server.requests == []


async def got(client, url):
    async with client.get(url) as answer:
        return answer, b"".join([block async for block in answer.blocks])


async def test_without_the_guard_the_same_reaches_the_server(server):
    """So that the test above can fail."""
    client = HttpClient(private=True)
    for host in ("127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"):
        await client.post(f"http://{host}:{server.port}/", b"{}", {}, seconds=5)
    assert len(server.requests) == 6


async def test_a_name_with_one_private_address_among_public_ones_is_refused():
    client = HttpClient(resolve=names(mixed=[[PUBLIC, "10.0.0.7"]]))
    with pytest.raises(UrlRefused):
        await client.check("https://mixed.example/")


async def test_a_name_is_looked_up_once_and_what_it_said_then_is_asked(server, monkeypatch):
    """Rebinding: the name says something public when it is checked, and this machine when it is connected to."""
    looks = [[PUBLIC], ["127.0.0.1"]]
    client = HttpClient(resolve=names(rebound=looks))
    monkeypatch.setattr(http_client, "CONNECT_SECONDS", 0.2)
    with pytest.raises(UrlUnreachable):
        await client.post(f"http://rebound.example:{server.port}/", b"{}", {}, seconds=1)
    assert server.requests == []
    assert looks == [["127.0.0.1"]]
    with pytest.raises(UrlRefused):
        await client.post(f"http://rebound.example:{server.port}/", b"{}", {}, seconds=1)


async def test_the_name_goes_to_the_server_though_its_address_is_connected_to(server, monkeypatch):
    monkeypatch.setattr(http_client, "is_public", lambda address: True)
    client = HttpClient(resolve=names(named=[["127.0.0.1"]]))
    await client.post(f"http://named.example:{server.port}/hook?a=b", b"{}", {"webhook-id": "m"}, seconds=5)
    lines = server.requests[0].split("\r\n")
    assert lines[0] == "POST /hook?a=b HTTP/1.1"
    assert f"Host: named.example:{server.port}" in lines
    assert "webhook-id: m" in lines


async def test_the_next_address_is_tried_where_one_does_not_answer(server, monkeypatch):
    monkeypatch.setattr(http_client, "is_public", lambda address: True)
    client = HttpClient(resolve=names(two=[["::1", "127.0.0.1"]]))
    assert (await client.post(f"http://two.example:{server.port}/", b"{}", {}, seconds=5)).status == 204


async def test_over_tls_only_a_certificate_that_is_trusted_will_do(tls_server, server, monkeypatch):
    url = f"https://localhost:{tls_server.port}/"
    client = HttpClient(private=True)
    with pytest.raises(UrlUnreachable, match="certificate verify failed"):
        await client.post(url, b"{}", {}, seconds=20)
    server.answers = [redirect(url)]
    with pytest.raises(UrlUnreachable, match="certificate verify failed"):
        await got(client, f"http://127.0.0.1:{server.port}/")
    assert tls_server.requests == []
    monkeypatch.setattr(ssl, "create_default_context", partial(ssl.create_default_context, cafile=SELF_SIGNED))
    assert (await HttpClient(private=True).post(url, b"{}", {}, seconds=20)).status == 204


async def test_a_redirect_is_checked_like_any_other_url(server, monkeypatch):
    monkeypatch.setattr(http_client, "is_public", lambda address: address != "127.0.0.2")
    client = HttpClient(resolve=names(start=[["127.0.0.1"]], inside=[["127.0.0.2"]]))
    start = f"http://start.example:{server.port}/"
    server.answers = [redirect("/there"), b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\naudio"]
    answer, body = await got(client, start)
    assert (answer.url, body) == (f"{start}there", b"audio")
    for location in (
        f"http://inside.example:{server.port}/",
        "file:///etc/passwd",
        "gopher://start.example/",
    ):
        server.answers = [redirect(location)]
        before = len(server.requests)
        with pytest.raises(UrlRefused):
            await got(client, start)
        assert len(server.requests) == before + 1
    server.answers = [redirect("/again")] * 9
    with pytest.raises(UrlRefused, match="more than 3 times"):
        await got(client, start)


async def test_a_webhook_is_never_led_elsewhere(server):
    server.answers = [redirect("/there")]
    answer = await HttpClient(private=True).post(f"http://127.0.0.1:{server.port}/", b"{}", {}, seconds=5)
    assert answer.status == 302
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "url", ["", "ftp://a.example/", "http://", "http://a:b@c.example/", "no url", "http://a/" + "x" * 3000]
)
async def test_what_is_no_url_is_refused_in_words(url):
    with pytest.raises(UrlRefused) as refused:
        await HttpClient().check(url)
    assert refused.value.error_code == "url_not_allowed"


async def test_who_does_not_answer_in_time_is_left():
    left = asyncio.Event()

    async def silent(reader, writer):
        await reader.read()
        writer.close()
        left.set()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(UrlUnreachable, match="in time"):
            await HttpClient(private=True).post(f"http://127.0.0.1:{port}/", b"{}", {}, seconds=0.2)
        await asyncio.wait_for(left.wait(), 60)


async def test_an_endless_answer_is_not_read():
    sent, closed = 0, asyncio.Event()

    async def endless(reader, writer):
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(OSError):
            while True:
                writer.write(bytes(65536))
                await writer.drain()
                sent += 65536
        writer.close()
        closed.set()

    async with await asyncio.start_server(endless, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        answer = await HttpClient(private=True).post(f"http://127.0.0.1:{port}/", b"{}", {}, seconds=5)
        assert answer.status == 200
        await asyncio.wait_for(closed.wait(), 60)
    assert sent < 16 * 1024 * 1024


async def test_a_name_that_cannot_be_decoded_is_no_url_wherever_it_stands(server):
    with pytest.raises(UrlRefused, match="is no URL"):
        await HttpClient().check("http://xn--a/")
    server.answers = [redirect("http://xn--a/")]
    with pytest.raises((UrlRefused, UrlUnreachable)):
        async with HttpClient(private=True).get(f"http://127.0.0.1:{server.port}/"):
            pass


@pytest.mark.parametrize("port", [0, 65536, 99999])
async def test_a_port_that_there_is_not_is_refused_wherever_it_stands(server, port):
    with pytest.raises(UrlRefused, match="ports go from 1 to 65535"):
        await HttpClient().check(f"http://{PUBLIC}:{port}/")
    server.answers = [redirect(f"http://127.0.0.1:{port}/")]
    with pytest.raises(UrlRefused, match="ports go from 1 to 65535"):
        async with HttpClient(private=True).get(f"http://127.0.0.1:{server.port}/"):
            pass

"""Requests to URLs that callers name: they reach the public internet, and nothing else."""

import asyncio
import contextlib
import functools
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import httpx

from stt.domain.access.addresses import is_public
from stt.domain.errors import InvalidRequest, SttError

RESOLVE_SECONDS = 5.0
CONNECT_SECONDS = 10.0
MOST_REDIRECTS = 3
READ_BYTES = 64 * 1024
"""How much is read of an answer that nobody wants to know, so that its sender can finish."""
URL_CHARACTERS = 2048
PORTS = {"http": 80, "https": 443}
LAST_PORT = 65535
REDIRECTS = (301, 302, 303, 307, 308)

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The numeric addresses of a host's name."""


class UrlRefused(InvalidRequest):
    """The URL is none that this service asks; its `reason` is `no_url`, `not_public` or `leads_on`."""

    code = "url_not_allowed"


class UrlUnreachable(SttError):
    """Nobody answers at the URL, for a `reason`: `host_unknown`, `no_answer`, `too_slow` or `wrong_answer`."""

    code = "url_unreachable"

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason

    def refusal(self, prefix: str = "") -> InvalidRequest:
        """What the caller is told who has named the URL."""
        return InvalidRequest(prefix + self.message, code=self.error_code, reason=self.reason)


@dataclass(frozen=True)
class Answer:
    """What came back; `headers` by their lower-case names, `blocks` the body as it arrives, which can be read once."""

    url: str
    status: int
    headers: Mapping[str, str]
    blocks: AsyncIterator[bytes]


@dataclass(frozen=True)
class _Target:
    """A URL, and where it leads: the name was looked up once, and what it said then is what is connected to."""

    url: httpx.URL
    addresses: Sequence[str]


async def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system finds them; numbers in any notation are their address."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class HttpClient:
    """Asks what callers name; with `private` also what lies in this network, for a deployment whose callers may.

    A name is looked up once. All its addresses have to be public, and one of these is connected to, whatever the name
    says a moment later. The name goes into TLS and the `Host` header alone. A redirect is a URL like any other. Proxies
    that the environment names are not used: they would look the name up anew.
    """

    def __init__(self, *, private: bool = False, resolve: Resolve = resolved) -> None:
        self._private, self._resolve = private, resolve

    @functools.cached_property
    def _tls(self) -> ssl.SSLContext:
        """The certificates to trust. To read them takes tens of milliseconds, so it is left until one is shown."""
        return ssl.create_default_context()

    async def check(self, url: str) -> None:
        """Return if the URL may be asked; raises `UrlRefused` or `UrlUnreachable`."""
        await self._target(url)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Answer:
        """Send a body and return what is answered within so many seconds, its body left out; redirects are answers.

        Raises:
            UrlRefused: it may not be asked.
            UrlUnreachable: nobody answers, or not in time.
        """
        with _in_words():
            async with asyncio.timeout(seconds):
                async with self._asked("POST", await self._target(url), headers, body) as answer:
                    size = 0
                    async for block in answer.blocks:
                        size += len(block)
                        if size > READ_BYTES:
                            break
                return answer

    @contextlib.asynccontextmanager
    async def get(self, url: str) -> AsyncIterator[Answer]:
        """What is there, behind at most `MOST_REDIRECTS` redirects; how long its body may take is the reader's matter.

        Raises:
            UrlRefused: it, or where it leads, may not be asked.
            UrlUnreachable: nobody answers.
        """
        with _in_words():
            for _ in range(MOST_REDIRECTS + 1):
                async with self._asked("GET", await self._target(url), {}, b"") as answer:
                    if answer.status not in REDIRECTS or "location" not in answer.headers:
                        yield answer
                        return
                    url = str(httpx.URL(answer.url).join(answer.headers["location"]))
        raise UrlRefused(f"It leads to another URL more than {MOST_REDIRECTS} times.", reason="leads_on")

    async def _target(self, url: str) -> _Target:
        parsed = _parsed(url)
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                addresses = await self._resolve(parsed.host, parsed.port or PORTS[parsed.scheme])
        except (OSError, TimeoutError, UnicodeError) as error:
            raise UrlUnreachable(f"The host {parsed.host!r} is not known.", "host_unknown") from error
        if not addresses:
            raise UrlUnreachable(f"The host {parsed.host!r} has no address.", "host_unknown")
        if not self._private and not all(map(is_public, addresses)):
            raise UrlRefused(f"The host {parsed.host!r} is not in the public internet.", reason="not_public")
        return _Target(parsed, addresses)

    @contextlib.asynccontextmanager
    async def _asked(
        self, method: str, target: _Target, headers: Mapping[str, str], body: bytes
    ) -> AsyncIterator[Answer]:
        url = target.url
        # Compressed, a few bytes could become any number. No connection is kept: the next one to this address may be
        # meant for another name, for which it has shown no certificate.
        sent = {**headers, "Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity", "Connection": "close"}
        timeout = httpx.Timeout(60.0, connect=CONNECT_SECONDS)
        limits = httpx.Limits(max_keepalive_connections=0)
        tls = self._tls if url.scheme == "https" else False
        async with httpx.AsyncClient(trust_env=False, timeout=timeout, limits=limits, verify=tls) as client:
            for address in target.addresses:
                request = client.build_request(
                    method,
                    url.copy_with(host=address),
                    headers=sent,
                    content=body or None,
                    extensions={"sni_hostname": url.raw_host.decode("ascii")},
                )
                try:
                    answer = await client.send(request, stream=True)
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    if address == target.addresses[-1]:
                        raise
                    continue
                async with contextlib.aclosing(answer):
                    yield Answer(str(url), answer.status_code, answer.headers, answer.aiter_raw())
                return


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url) if len(url) <= URL_CHARACTERS else httpx.URL("")
        host = parsed.host
    except (httpx.InvalidURL, UnicodeError) as error:
        raise UrlRefused(f"{url[:80]!r} is no URL: {str(error).rstrip('.')}.", reason="no_url") from error
    if parsed.port is not None and not 0 < parsed.port <= LAST_PORT:
        raise UrlRefused(f"{url[:80]!r} is no URL: ports go from 1 to {LAST_PORT}.", reason="no_url")
    if parsed.scheme not in PORTS or not host or parsed.userinfo:
        raise UrlRefused(
            f"{url[:80]!r} is no URL that could be asked: it begins with http:// or https://, names a host and no "
            f"password, and has at most {URL_CHARACTERS} characters.",
            reason="no_url",
        )
    return parsed


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """Say in one way that nobody answers."""
    try:
        yield
    except TimeoutError as error:
        raise UrlUnreachable("It did not answer in time.", "too_slow") from error
    except (httpx.TransportError, httpx.StreamError, httpx.InvalidURL, UnicodeError, ssl.SSLError) as error:
        reason = str(error) or type(error).__name__
        raise UrlUnreachable(f"It does not answer: {reason}.", "no_answer") from error

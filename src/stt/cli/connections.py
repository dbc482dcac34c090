"""HTTP connections that nobody holds open for nothing: uvicorn's protocol with limits of its own."""

import asyncio
import contextlib
import json
import resource
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from uvicorn.protocols.http.h11_impl import H11Protocol

log = structlog.get_logger()

HEAD_SECONDS = 20.0
"""How long the head of a request may take to arrive, from the connection or the request before it on."""
READ_SECONDS = 60.0
"""How long a client may take none of the answer that waits for it."""
MOST_CONNECTIONS = 4096
FEW_CONNECTIONS = 1000
"""Of fewer an operator is told: a service for some people is asked by hundreds at once, and each may be slow."""
BACKLOG = 256
"""Connections that wait to be accepted; as many are accepted before the first of them is looked at."""
FILES_BESIDE = 256 + BACKLOG
"""Files that the service opens beside connections: the database, logs, pipes to its children."""
FILES_EACH = 2
"""A connection, and the half file of its upload."""
QUIET_SECONDS = 60.0
"""How long the same trouble with new connections is not told again."""


def connection_limit() -> int:
    """How many connections the limit of open files has room for, after it was raised as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * FILES_EACH + FILES_BESIDE
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(MOST_CONNECTIONS, (soft - FILES_BESIDE) // FILES_EACH))


class Connection(H11Protocol):
    """One connection. uvicorn bounds how long it may idle between two requests; what is missing there is here.

    Beyond `limit` a new connection takes the place of the one that has waited longest without a whole request; where
    all are at work it is answered 503.
    """

    limit = MOST_CONNECTIONS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self.waiting_since = 0.0
        self._head_timer: asyncio.TimerHandle | None = None
        self._read_timer: asyncio.TimerHandle | None = None
        self._expect_head()
        if len(self.connections) > self.limit:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Take bytes; between two requests the first of them begin the time of the next head."""
        if self._head_timer is None and self._is_between_requests():
            self._expect_head()
        super().data_received(data)
        if not self._is_between_requests():
            self._stop_expecting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timers."""
        self._stop_expecting()
        self._stop_watching()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client takes less than there is: watch that it takes something."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """It has caught up."""
        super().resume_writing()
        self._stop_watching()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP in the shape of every error."""
        self._refuse(HTTPStatus.BAD_REQUEST, "malformed_request", msg)

    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _expect_head(self) -> None:
        self.waiting_since = time.monotonic()
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _stop_expecting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _watch(self, left: int) -> None:
        self._read_timer = self.loop.call_later(READ_SECONDS, self._look, left)

    def _look(self, left: int) -> None:
        now = self.transport.get_write_buffer_size()
        if now < left:
            self._watch(now)
        else:
            self.transport.abort()

    def _stop_watching(self) -> None:
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None

    def _make_room(self) -> None:
        others = [other for other in self.connections if isinstance(other, Connection) and other is not self]
        idle = [other for other in others if other._is_between_requests() and not other.transport.is_closing()]
        if idle:
            min(idle, key=lambda other: other.waiting_since).timeout_keep_alive_handler()
        else:
            self._refuse(
                HTTPStatus.SERVICE_UNAVAILABLE, "too_many_connections", "Too many are served; try again shortly."
            )

    def _refuse(self, status: HTTPStatus, code: str, sentence: str) -> None:
        """Answer without the application, and close."""
        if self._is_between_requests():
            kind = {"type": "about:blank", "title": status.phrase, "status": status.value}
            body = json.dumps(kind | {"detail": sentence, "code": code}).encode()
            head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/problem+json\r\n"
            rest = f"Connection: close\r\nRetry-After: 5\r\nContent-Length: {len(body)}\r\n\r\n"
            self.transport.write(f"{head}{rest}".encode() + body)
        self.transport.close()


def connections_up_to(limit: int) -> type[Connection]:
    """The protocol for a server that holds so many at once."""
    return type("Connection", (Connection,), {"limit": limit})


@contextlib.contextmanager
def accept_errors_told_once() -> Iterator[None]:
    """Log once a minute, not once per attempt, that no connection can be accepted."""
    loop = asyncio.get_running_loop()
    told_at = -QUIET_SECONDS

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal told_at
        if not str(context.get("message")).startswith("socket.accept() out of"):
            loop.default_exception_handler(context)
        elif time.monotonic() - told_at >= QUIET_SECONDS:
            told_at = time.monotonic()
            log.error("no_connection_accepted", reason=str(context.get("exception")))

    before = loop.get_exception_handler()
    loop.set_exception_handler(handle)
    try:
        yield
    finally:
        loop.set_exception_handler(before)

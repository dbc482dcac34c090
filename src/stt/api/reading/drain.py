"""Letting a client finish sending, so that it reads the answer instead of a broken connection."""

import asyncio
import contextlib
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DRAIN_BYTES = 16 * 1024 * 1024
DRAIN_SECONDS = 5.0


class Drain:
    """Where a request is answered before its body was read, reads some more of the body and throws it away.

    A socket closed with unread input is reset, and a reset may destroy an answer that is on its way. So the
    whole answer is sent at once, with `Connection: close`, and only its end is held back until the client has
    stopped sending, or for a bounded number of bytes and seconds.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not _has_body(scope["headers"]):
            await self.app(scope, receive, send)
            return
        request = _Incoming(receive, waits="expect" in Headers(scope=scope))

        async def draining(message: Message) -> None:
            if request.unread and message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
            ends = message["type"] == "http.response.body" and not message.get("more_body", False)
            if request.unread and ends:
                await send({**message, "more_body": True})
                await request.drain()
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        await self.app(scope, request.receive, draining)


class _Incoming:
    """A request's body as it is taken; `waits` for a client that sends none before it is told to."""

    def __init__(self, receive: Receive, *, waits: bool) -> None:
        self._receive = receive
        self._waits = waits
        self.unread = True

    async def receive(self) -> Message:
        message = await self._receive()
        self._waits = False
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self.unread = False
        return message

    async def drain(self) -> None:
        if self._waits:
            return
        taken = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while self.unread and taken < DRAIN_BYTES:
                    taken += len((await self.receive()).get("body", b""))


def _has_body(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    # As they are on the wire: most requests have none, and this is on the way of all of them.
    return any(name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in headers)

"""An id for every request: in the answer, and in every line that is logged on the way."""

import random
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

HEADER = "X-Request-ID"
_RAW_HEADER = HEADER.lower().encode()
_USABLE = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class RequestId:
    """Keeps the id that a proxy or client gave, if it is fit for a log, and makes one otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == _RAW_HEADER), b"")
        request_id = given.decode() if _USABLE.fullmatch(given) else f"{random.getrandbits(128):032x}"
        answered = (_RAW_HEADER, request_id.encode())
        scope.setdefault("state", {})["request_id"] = request_id

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [header for header in message["headers"] if header[0] != _RAW_HEADER]
                message["headers"] = [*others, answered]
            await send(message)

        # By hand: `bound_contextvars` first looks through everything that is bound, on the way of every request.
        tokens = bind_contextvars(request_id=request_id)
        try:
            await self.app(scope, receive, named)
        finally:
            reset_contextvars(**tokens)

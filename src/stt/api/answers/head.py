"""HEAD wherever there is GET (RFC 9110, 9.3.2): probes and load balancers ask with it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASKED = "stt.head"


def is_head(scope: Scope) -> bool:
    """Whether nobody will read the body: what is costly to make need not be."""
    return _ASKED in scope


class Head:
    """Answers HEAD as GET is answered, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET", _ASKED: True}, receive, bodiless)

"""Who a caller is, found out before anything of its request is read or done."""

from collections.abc import Collection, Mapping
from functools import partial

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Request

from stt.api.answers.errors import refusal_of
from stt.api.guard.hosts import Hosts
from stt.api.guard.origins import SAFE_METHODS, is_foreign
from stt.api.guard.rates import Rates
from stt.api.guard.scopes import ACCESS, ASK_AGAIN, PUBLIC, asked_of
from stt.domain.access.scopes import Access, Scope
from stt.domain.errors import Forbidden, InvalidRequest, SttError
from stt.services.key_service import KeyService

COOKIE = "stt_key"


class Gate:
    """Lets a request through to its route if the route is public, or the caller has a key with the scope for it.

    Where no key is needed, whatever a person's browser can reach is open to every page that it shows. So there a
    request must be for a name that no page can make its own, and may change something only if it is of no page of
    another origin.
    """

    def __init__(self, app: ASGIApp, keys: KeyService, hosts: Hosts, origins: Collection[str] = ()) -> None:
        self.app = app
        self._keys = keys
        self._hosts = hosts
        self._origins = origins
        self._rates = Rates()

    async def __call__(self, scope: Request, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http":
            try:
                asked = asked_of(scope, scope["app"].routes)
                if asked is not PUBLIC:
                    _check(scope)
                    access = await self._admitted(scope, asked)
                    secret = _secret(scope["method"], Headers(scope=scope))
                    state = scope.setdefault("state", {})
                    state |= {ACCESS: access, ASK_AGAIN: partial(self._keys.access, secret)}
                    send = _telling(send, self._rates.take(access))
            except SttError as error:
                await refusal_of(error).answer(scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _admitted(self, request: Request, asked: Scope) -> Access:
        headers = Headers(scope=request)
        everybody_may = not await self._keys.are_needed()
        if not self._hosts.allow(headers.get("host"), everybody_may=everybody_may):
            message = f"This service is not known as {headers['host'][:100]!r}; STT_ALLOWED_HOSTS lists its names."
            raise Forbidden(message, code="host_not_allowed")
        if everybody_may and is_foreign(request["method"], headers, self._origins):
            message = "A web page of another origin sent this, and STT_CORS_ORIGINS does not list it."
            raise Forbidden(message, code="origin_not_allowed")
        access = await self._keys.access(_secret(request["method"], headers))
        if asked not in access.scopes:
            raise _lacking(access, asked)
        return access


def _check(request: Request) -> None:
    """Raises `InvalidRequest` for a character that no text has, and that not every database keeps."""
    if "\0" in request["path"] or b"%00" in request["query_string"]:
        raise InvalidRequest("The path or the query holds a null character.", code="malformed_request")


def _telling(send: Send, headers: Mapping[str, str]) -> Send:
    """The same, and the answer has these headers."""
    if not headers:
        return send

    async def telling(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return telling


def _secret(method: str, headers: Headers) -> str | None:
    """The key that was sent: in the header, or to read, by the cookie that a browser has of `/api/stt/session`."""
    if "authorization" in headers or method not in SAFE_METHODS:
        return bearer(headers)
    return cookie_parser(headers.get("cookie", "")).get(COOKIE)


def bearer(headers: Headers) -> str | None:
    """The key that was sent; what is no `Authorization: Bearer` is no key either."""
    header = headers.get("authorization")
    if header is None:
        return None
    kind, _, secret = header.partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _lacking(access: Access, asked: Scope) -> Forbidden:
    if access.key_id is None:
        return Forbidden("This takes a key with the scope admin; 'stt keys create' makes the first one.", scope=asked)
    return Forbidden(f"The key {access.key_id} lacks the scope {asked}.", scope=asked)

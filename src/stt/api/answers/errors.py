"""Errors as HTTP answers: problem details (RFC 9457) with a stable `code`, on OpenAI's routes in its own shape."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette._utils import get_route_path
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stt.api.answers import openai_errors as openai
from stt.api.answers import rate_headers
from stt.api.answers.openai_errors import CallFailed
from stt.api.answers.status_names import Status, code_of, phrase_of
from stt.api.answers.statuses import STATUS_OF_CODE
from stt.domain.errors import (
    DatabaseUnusable,
    Forbidden,
    InvalidRequest,
    Leaving,
    LimitReached,
    NotFound,
    SttError,
    Unauthorized,
    Unavailable,
    public_sentence,
)

log = structlog.get_logger()

_NO_JSON = "There was an error parsing the body"
"""What FastAPI says, with 400, of a body that is no text, or that Python's own parser gave up on."""


@dataclass(frozen=True)
class Refusal:
    """An error on its way out, before it has the shape that its route answers in."""

    status: Status
    code: str
    sentence: str
    details: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, scope: Scope) -> JSONResponse:
        """As the route that was asked answers: OpenAI's routes in OpenAI's shape, all others with problem details."""
        if not get_route_path(scope).startswith(openai.PREFIX):
            return ProblemResponse(self.problem(scope), self.status, self.headers)
        status = openai.status_of(self.status, self.code)
        return JSONResponse(self.openai(), status, {**self.headers, **openai.retry_headers(status)})

    def problem(self, scope: Scope) -> dict[str, Any]:
        """The problem details; `type` is `about:blank`, because the `code` says what kind it is."""
        return {
            "type": "about:blank",
            "title": phrase_of(self.status),
            "status": self.status,
            "detail": self.sentence,
            "instance": scope["path"],
            "code": self.code,
            "request_id": scope.get("state", {}).get("request_id"),
            **self.details,
        }

    def openai(self) -> dict[str, Any]:
        """The body in OpenAI's shape."""
        status = openai.status_of(self.status, self.code)
        return {"error": openai.error_of(status, self.code, self.sentence, self.details)}


class ProblemResponse(JSONResponse):
    """Problem details as HTTP knows them."""

    media_type = "application/problem+json"


def install(app: FastAPI) -> None:
    """Make the app answer every foreseen error in the shape of its route."""
    app.add_exception_handler(SttError, _handled(_stt_error))
    app.add_exception_handler(HTTPException, _handled(_http_error))
    app.add_exception_handler(RequestValidationError, _handled(_validation_error))
    app.add_exception_handler(ClientDisconnect, _handled(_disconnected))


def _handled(translate: Callable[[Request, Exception], Refusal]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        return translate(request, error).answer(request.scope)

    return handle


def refusal_of(error: SttError) -> Refusal:
    """How a foreseen error is told to a caller."""
    match error:
        case InvalidRequest():
            status = STATUS_OF_CODE.get(error.error_code, HTTPStatus.BAD_REQUEST)
            return Refusal(status, error.error_code, error.message, error.details)
        case NotFound():
            return Refusal(HTTPStatus.NOT_FOUND, error.error_code, error.message)
        case Unauthorized() | Forbidden() | LimitReached():
            return _turned_away(error)
        case Unavailable():
            log.warning("request_refused", code=error.error_code, reason=error.message)
            status = STATUS_OF_CODE.get(error.error_code, HTTPStatus.SERVICE_UNAVAILABLE)
            headers = {"Retry-After": str(error.retry_seconds)}
            return Refusal(status, error.error_code, public_sentence(error), headers=headers)
        case DatabaseUnusable():
            log.error("request_failed", code=error.error_code, reason=error.message)
            return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, error.error_code, public_sentence(error))
        case CallFailed():
            status = HTTPStatus.BAD_REQUEST if error.file_at_fault else HTTPStatus.INTERNAL_SERVER_ERROR
            return Refusal(status, error.error_code, error.message)
    raise error


def _turned_away(error: Unauthorized | Forbidden | LimitReached) -> Refusal:
    """With what says to a program what key it takes (RFC 6750), or when to come back."""
    if isinstance(error, LimitReached):
        spent = error.spent
        details = {"limit": spent.name, "quota": spent.quota}
        return Refusal(
            HTTPStatus.TOO_MANY_REQUESTS, error.error_code, error.message, details, rate_headers.of_spent(spent)
        )
    status = STATUS_OF_CODE.get(error.error_code, HTTPStatus.FORBIDDEN)
    said = ""
    if isinstance(error, Unauthorized):
        status = HTTPStatus.UNAUTHORIZED
        said = "" if error.error_code == Unauthorized.code else ', error="invalid_token"'
    elif error.scope:
        said = f', error="insufficient_scope", scope="{error.scope}"'
    is_about_keys = said or status is HTTPStatus.UNAUTHORIZED
    headers = {"WWW-Authenticate": f'Bearer realm="stt"{said}'} if is_about_keys else {}
    return Refusal(status, error.error_code, error.message, headers=headers)


class UnforeseenErrors:
    """Answers 500 to what nobody foresaw: the log has the traceback, the client an id to ask about."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except asyncio.CancelledError:  # by the server, which stops and waits no longer
            if scope["type"] != "http" or started:
                raise
            await refusal_of(Leaving()).answer(scope)(scope, receive, send)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            log.exception("request_failed", method=scope["method"], path=scope["path"])
            await _internal_error().answer(scope)(scope, receive, send)


def _stt_error(_request: Request, error: Exception) -> Refusal:
    assert isinstance(error, SttError)
    return refusal_of(error)


def _http_error(request: Request, error: Exception) -> Refusal:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_FOUND:
        sentence = f"There is nothing at {request.url.path}; /docs lists what there is."
        return Refusal(HTTPStatus.NOT_FOUND, "route_not_found", sentence, headers=headers)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = allowed = _allowed(request)
        sentence = f"{request.url.path} does not take {request.method}; use {allowed}."
        return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", sentence, headers=headers)
    if error.detail == _NO_JSON:
        return _malformed(_unread(error.__cause__))
    status = HTTPStatus(error.status_code)
    return Refusal(status, code_of(status), str(error.detail), headers=headers)


def _allowed(request: Request) -> str:
    """All methods of a path, whose routes are one for each."""
    found = {
        method
        for route in request.app.routes
        if route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods
    }
    return ", ".join(sorted(found | ({"HEAD"} if "GET" in found else set())))


def _unread(cause: BaseException | None) -> str:
    if isinstance(cause, RecursionError):
        return "it is nested too deeply"
    is_text = isinstance(cause, ValueError) and not isinstance(cause, UnicodeError)
    return "it has a number of thousands of digits" if is_text else "it is not in UTF-8"


def _validation_error(_request: Request, error: Exception) -> Refusal:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _malformed(first["ctx"]["error"])
    field = ".".join(str(part) for part in first["loc"][1:])
    if not field:
        sentence = "The body has to be an object in JSON, sent as application/json."
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "malformed_body", sentence)
    sentence = f"{field}: {first['msg'].removeprefix('Value error, ')}."
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_field", sentence, {"field": field})


def _malformed(reason: str) -> Refusal:
    sentence = f"The body is no JSON: {reason}."
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "malformed_body", sentence)


def _disconnected(request: Request, _error: Exception) -> Refusal:
    """Nobody is left to read it; the server only wants to be told that the request is over."""
    log.info("client_left", path=request.url.path)
    return Refusal(HTTPStatus.BAD_REQUEST, "client_left", "The client left before its request was complete.")


def _internal_error() -> Refusal:
    sentence = "Something went wrong in the service. Its log has the reason under this request id."
    return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", sentence)

"""Errors as HTTP answers: `{"detail": sentence, "code": stable_code, …}`, whatever went wrong."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stt.domain.errors import InvalidRequest, NotFound, SttError, Unavailable

log = structlog.get_logger()

RETRY_AFTER_SECONDS = 5

_STATUS_OF_CODE = {
    "file_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_format": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "content_mismatch": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "form_expected": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "upload_stalled": HTTPStatus.REQUEST_TIMEOUT,
    "job_already_ended": HTTPStatus.CONFLICT,
    "missing_field": HTTPStatus.UNPROCESSABLE_ENTITY,
    "duplicate_field": HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid_field": HTTPStatus.UNPROCESSABLE_ENTITY,
    "malformed_body": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_language": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_model": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_priority": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_engine": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_task": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_channels": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_tone_marks": HTTPStatus.UNPROCESSABLE_ENTITY,
    "prompt_too_long": HTTPStatus.UNPROCESSABLE_ENTITY,
    "hotwords_too_long": HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""Codes of `InvalidRequest` that HTTP has a closer word for than 400."""


def install(app: FastAPI) -> None:
    """Make the app answer every foreseen error in the one shape."""
    app.add_exception_handler(SttError, _stt_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(ClientDisconnect, _disconnected)


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
        except Exception:
            if scope["type"] != "http" or started:
                raise
            log.exception("request_failed", method=scope["method"], path=scope["path"])
            await _internal_error(scope)(scope, receive, send)


async def _stt_error(_request: Request, error: Exception) -> JSONResponse:
    match error:
        case InvalidRequest():
            status = _STATUS_OF_CODE.get(error.error_code, HTTPStatus.BAD_REQUEST)
            return _answer(status, error.error_code, error.message, error.details)
        case NotFound():
            return _answer(HTTPStatus.NOT_FOUND, error.error_code, error.message)
        case Unavailable():
            log.warning("request_refused", code=error.error_code, reason=error.message)
            # The message may name hosts and paths; the kind of error says enough to a caller.
            sentence = (type(error).__doc__ or "").strip()
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE, error.error_code, sentence, headers=headers)
    raise error


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_FOUND:
        sentence = f"There is nothing at {request.url.path}; /docs lists what there is."
        return _answer(HTTPStatus.NOT_FOUND, "route_not_found", sentence, headers=headers)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = headers.get("allow", headers.get("Allow", "another method"))
        sentence = f"{request.url.path} does not take {request.method}; use {allowed}."
        return _answer(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", sentence, headers=headers)
    status = HTTPStatus(error.status_code)
    return _answer(status, status.name.lower(), str(error.detail), headers=headers)


async def _validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    sentence = f"{field}: {first['msg']}."
    return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_field", sentence, {"field": field})


async def _disconnected(request: Request, _error: Exception) -> JSONResponse:
    """Nobody is left to read it; the server only wants to be told that the request is over."""
    log.info("client_left", path=request.url.path)
    return _answer(HTTPStatus.BAD_REQUEST, "client_left", "The client left before its request was complete.")


def _internal_error(scope: Scope) -> JSONResponse:
    request_id = scope.get("state", {}).get("request_id")
    sentence = "Something went wrong in the service. Its log has the reason under this request id."
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", sentence, {"request_id": request_id})


def _answer(
    status: HTTPStatus,
    code: str,
    sentence: str,
    details: Mapping[str, Any] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    return JSONResponse({"detail": sentence, "code": code, **(details or {})}, status, headers)

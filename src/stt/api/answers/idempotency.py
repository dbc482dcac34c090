"""The header `Idempotency-Key`, and answers that are given again."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from stt.domain.errors import InvalidRequest
from stt.domain.jobs.idempotency import LONGEST_KEY, Answer, check_key
from stt.services.ingest.idempotency_service import Replayed

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"


def key_of(request: Request) -> str | None:
    """The key that a request was sent with; raises `InvalidRequest` (code `invalid_idempotency_key`)."""
    sent = request.headers.getlist(HEADER)
    if len(sent) > 1:
        raise InvalidRequest(f"{HEADER} was sent more than once.", code="invalid_idempotency_key")
    return check_key(sent[0]) if sent else None


def response_of(answer: Answer) -> Response:
    """An answer as it is sent."""
    return Response(answer.body, answer.status, answer.headers, media_type="application/json")


async def replayed(_request: Request, error: Exception) -> Response:
    """The answer that the first request had."""
    assert isinstance(error, Replayed)
    response = response_of(error.answer)
    response.headers[REPLAYED] = "true"
    return response


def with_key(described: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI description of an operation, and in it the header."""
    header = {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": "Names this request for 24 hours: sent again with the same key, file and options it makes no "
        f"second job but is given the first answer again, with `{REPLAYED}: true`. A UUID for each file does.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
        "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    }
    return {**described, "parameters": [header]}


ANSWER_HEADERS: dict[str, Any] = {
    REPLAYED: {"description": "`true` where a request is sent again.", "schema": {"type": "string", "enum": ["true"]}}
}

"""Requests to the service and what is made of answers, the same for every operation."""

import json
import random
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from stt.client.errors import NoService, Refused
from stt.client.steps import Answer, Call, Pause, Steps

Document = dict[str, Any]

JOBS = "/api/stt/jobs"
DIRECT_UPLOADS = "/api/stt/direct-uploads"
LONGEST_PAUSE_SECONDS = 60.0
"""What the service asks for beyond that is told to the program instead."""
_PASSING = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
_IN_USE = "idempotency_key_in_use"


def job_path(job_id: str, *parts: str) -> str:
    """Where a job lies, or a part of it."""
    return "/".join([JOBS, quote(job_id, safe=""), *parts])


def asked(call: Call, retries: int, *, again: bool = True) -> Steps[Answer]:
    """The answer to a call, which is made again as often where that may help.

    With `again=False` it is not where the service may have done what was asked, and only its answer was lost.
    Raises `NoService`, or `Refused`.
    """
    for attempt in range(retries + 1):
        try:
            answer: Answer = yield call
            refused = refusal_of(answer)
            if refused is None:
                return answer
            passing = refused.status in _PASSING or refused.code == _IN_USE
            error: Exception = refused
        except NoService as gone:
            passing, error = again or gone.never_sent, gone
        pause = getattr(error, "retry_after", None) or _backoff(attempt)
        if not passing or attempt == retries or pause > LONGEST_PAUSE_SECONDS:
            raise error
        if call.file:
            call.file[1].seek(0)
        yield Pause(pause)
    raise AssertionError("The last attempt returns or raises.")


def document(call: Call, retries: int, *, again: bool = True) -> Steps[Document]:
    """The same for what is answered in JSON."""
    answer = yield from asked(call, retries, again=again)
    found = _json(answer.body)
    if found is None:
        raise _another_service(answer)
    return found


def refusal_of(answer: Answer) -> Refused | None:
    """What the service says is wrong, if it does."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return None
    said = _json(answer.body) or {}
    if "code" not in said:
        return _another_service(answer)
    return Refused(answer.status, said["code"], said["detail"], _seconds(answer.headers))


class Patience:
    """How long a service that is away is waited for: it may be starting again."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def bears(self, error: NoService | Refused) -> bool:
        """Whether to go on after an error."""
        passes = isinstance(error, NoService) or error.status in _PASSING or error.status >= 500
        return passes and time.monotonic() < self._until


def _another_service(answer: Answer) -> Refused:
    return Refused(answer.status, None, f"The answer is {answer.status}, and not of this service.")


def _backoff(attempt: int) -> float:
    """Seconds, so spread that clients which lost their service together do not come back together."""
    return 0.5 * 2.0**attempt * random.uniform(1.0, 1.5)  # noqa: S311  nothing secret


def _seconds(headers: Mapping[str, str]) -> float | None:
    written = headers.get("retry-after", "")
    return float(written) if written.isdigit() else None


def _json(body: bytes) -> Document | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None

"""Refusals in OpenAI's shape: `{"error": {"message", "type", "param", "code"}}`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from stt.api.answers.status_names import Status
from stt.domain.errors import SttError
from stt.domain.jobs.job import Job, JobStatus

PREFIX = "/v1/"

_STATUS_OF_CODE = {"unknown_model": HTTPStatus.NOT_FOUND}
_CODE_OF_CODE = {
    "unknown_model": "model_not_found",
    "limit_reached": "rate_limit_exceeded",
    **dict.fromkeys(("key_missing", "key_unknown", "key_revoked", "key_expired"), "invalid_api_key"),
}
_PARAM_OF_CODE = {
    "content_mismatch": "file",
    "file_empty": "file",
    "file_too_large": "file",
    "hotwords_too_long": "hotwords",
    "prompt_too_long": "prompt",
    "unsupported_format": "file",
}
_ENGINES_FAULT = ("transcription_failed", "model_unavailable", "too_many_attempts", "internal_error", "attempt_failed")
"""Codes of failed jobs for which the file cannot help it."""


class CallFailed(SttError):
    """The job ended without a transcript. `file_at_fault` is whether another file would fare better."""

    def __init__(self, message: str, *, code: str, file_at_fault: bool) -> None:
        super().__init__(message, code=code)
        self.file_at_fault = file_at_fault


def failure_of(job: Job) -> CallFailed:
    """Why a job that has ended has no transcript."""
    code = job.error_code or "internal_error"
    at_fault = job.status is JobStatus.FAILED and code not in _ENGINES_FAULT
    return CallFailed(job.error_message or f"The job is {job.status}.", code=code, file_at_fault=at_fault)


def status_of(status: Status, code: str) -> Status:
    """What OpenAI answers where every other route answers with `status`: 400 to all that is wrong with a form."""
    if code in _STATUS_OF_CODE:
        return _STATUS_OF_CODE[code]
    wrong_form = (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return HTTPStatus.BAD_REQUEST if status in wrong_form else status


def error_of(status: Status, code: str, sentence: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """What stands under `error`; `param` is the field of the form that is to blame, if one is."""
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    named = code.removeprefix("unknown_") if code.startswith("unknown_") else _PARAM_OF_CODE.get(code)
    return {
        "message": sentence,
        "type": kind,
        "param": details.get("field", named),
        "code": _CODE_OF_CODE.get(code, code),
    }


def retry_headers(status: Status) -> dict[str, str]:
    """Tells clients not to send again what cannot succeed by that."""
    may_pass = status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    return {} if may_pass else {"x-should-retry": "false"}

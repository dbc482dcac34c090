"""A job whose file lies at a URL or in the bucket, asked for in JSON."""

from dataclasses import asdict

from starlette.requests import Request

from stt.api.guard.scopes import found_for
from stt.api.reading.body import body_of
from stt.api.schemas.job_request import JobRequest
from stt.domain.access.scopes import Scope
from stt.domain.errors import Forbidden, InvalidRequest
from stt.services.ingest.idempotency_service import Turn
from stt.services.ingest.object_ingest import ObjectIngest
from stt.services.ingest.url_ingest import UrlIngest
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import JobOptions
from stt.services.jobs.upload import StoredUpload

REQUEST_BYTES = 256 * 1024
"""Twice what the longest prompt, hotwords and metadata take."""
JSON = "application/json"


def is_json(request: Request) -> bool:
    """Whether a request's body is JSON, and no form."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == JSON


async def take_request(
    request: Request, jobs: JobService, urls: UrlIngest, objects: ObjectIngest, turn: Turn
) -> tuple[StoredUpload, JobOptions]:
    """Read a request and fetch its file, which is not fetched again for a request that was answered before.

    Raises:
        Forbidden: an object is named by who may not.
        InvalidRequest: for what is wrong with the request, its URL or the file; nothing is left in storage.
        Unavailable: a part is away, or the service is about to stop; nothing is left in storage.
        Replayed: this was answered before.
    """
    if turn.is_new:
        await jobs.make_room(found_for(request))
    asked = _read(await _body(request, jobs))
    options = jobs.options(asked.choices)
    if asked.url is not None and asked.object is None:
        turn.compare({"url": asked.url}, asdict(options))
        return await urls.store(asked.url), options
    if asked.object is None or asked.url is not None:
        message = "Either 'url' or 'object' says where the file lies, and not both."
        raise InvalidRequest(message, code="missing_field", field="url")
    if Scope.ADMIN not in found_for(request).scopes:
        message = "Objects of the bucket may be anybody's: this takes a key with the scope admin."
        raise Forbidden(message, scope=Scope.ADMIN)
    turn.compare({"object": asked.object}, asdict(options))
    return await objects.store(asked.object), options


async def _body(request: Request, jobs: JobService) -> bytes:
    body = b""
    async for block in body_of(request, jobs):
        body += block
        if len(body) > REQUEST_BYTES:
            message = f"The JSON is longer than {REQUEST_BYTES} bytes; send a file as multipart/form-data."
            raise InvalidRequest(message, code="malformed_body")
    return body


def _read(body: bytes) -> JobRequest:
    try:
        return JobRequest.model_validate_json(body)
    except ValueError as error:
        first = error.errors()[0]  # type: ignore[attr-defined]
        field = ".".join(map(str, first["loc"]))
        code = "invalid_field" if field else "malformed_body"
        if first["type"] == "missing":
            code = "missing_field"
        message = f"{field}: {first['msg']}." if field else f"The body is no object in JSON: {first['msg']}."
        raise InvalidRequest(message, code=code, **({"field": field} if field else {})) from error

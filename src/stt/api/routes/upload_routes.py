"""`/api/stt/uploads`: uploads that go on after a lost line (tus 1.0.0)."""

import asyncio
import contextlib
from typing import Any

from fastapi import Depends, HTTPException, Request, Response

from stt.api.answers.paths import path_for
from stt.api.answers.tus import JOB_ID, PREFIX, headers_of, what_there_is
from stt.api.dependencies import Caller, CallerAccess, Jobs, Uploads
from stt.api.guard.scopes import public
from stt.api.reading.body import body_of
from stt.api.reading.upload_headers import (
    METADATA,
    checksum_of,
    choices_of,
    in_our_version,
    is_offset_stream,
    length_of,
    offset_of,
)
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.upload import UploadBody, described
from stt.domain.errors import SttError

router = new_router(PREFIX, "uploads")

_IN_OUR_VERSION = [Depends(in_our_version)]
_TEXT = {"schema": {"type": "string"}}
_TOLD: dict[str, Any] = {
    "headers": {"Upload-Offset": _TEXT, "Upload-Expires": _TEXT, JOB_ID: {**_TEXT, "description": "Once there is one."}}
}
_VERSION = "`Tus-Resumable` does not say 1.0.0 (`tus_version_unsupported`)."
_GONE = "There is no such upload, or it has expired (`upload_not_found`)."
_BYTES = {
    "s400": "A header is not understood (`invalid_header`, `unknown_checksum`).",
    "s408": "The client stopped sending (`upload_stalled`).",
    "s412": _VERSION,
    "s415": "The content is no audio (`unsupported_format`, `content_mismatch`), or the body is of another type "
    "(`offset_stream_expected`).",
    "s423": "Another request sends this upload (`upload_busy`).",
}


@router.options("", status_code=204, response_class=Response)
@public
async def upload_options(jobs: Jobs) -> Response:
    """What of tus there is here, in headers: versions, extensions, the largest file."""
    return Response(status_code=204, headers=what_there_is(jobs.policy.max_upload_bytes))


@router.post(
    "",
    status_code=201,
    response_model=UploadBody,
    dependencies=_IN_OUR_VERSION,
    openapi_extra=described("Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Checksum", body=True),
    responses={
        201: _TOLD,
        **refusals(
            **_BYTES,
            s413="The file is larger than the service accepts (`file_too_large`, with `limit` in bytes).",
            s422="An option in `Upload-Metadata` is not understood (`unknown_language` and the other codes of "
            "`POST /api/stt/jobs`).",
        ),
    },
    response_description="Bytes are expected at `Location`.",
)
async def create_upload(request: Request, jobs: Jobs, uploads: Uploads, access: CallerAccess) -> Response:
    """Begin an upload that goes on after a lost line (tus 1.0.0); its last byte makes the job.

    `Upload-Metadata` takes `filename`, and every field of the form of `POST /api/stt/jobs`. Options and limits are
    looked at now, so that nobody sends a large file to have it refused. A body of the type
    `application/offset+octet-stream` is the beginning of the file.
    """
    filename, chosen = choices_of(request)
    length, options = length_of(request), jobs.options(chosen)
    checksum = checksum_of(request)
    upload = await uploads.create(access, filename, length, options, request.headers.get(METADATA, ""))
    if is_offset_stream(request):
        try:
            upload = await uploads.append(access.owner, upload.upload_id, 0, body_of(request, jobs), checksum)
        except BaseException:
            # Nobody was told its name.
            with contextlib.suppress(SttError):
                await asyncio.shield(uploads.end(access.owner, upload.upload_id))
            raise
    location = path_for(request, f"{PREFIX}/{upload.upload_id}")
    headers = {**headers_of(upload), "Location": location}
    return Response(UploadBody.of(upload).model_dump_json(), 201, headers, media_type="application/json")


@router.get(
    "/{upload_id}",
    response_model=UploadBody,
    dependencies=_IN_OUR_VERSION,
    responses={200: _TOLD, **refusals(s404=_GONE, s412=_VERSION)},
)
async def show_upload(upload_id: str, uploads: Uploads, owner: Caller) -> Response:
    """How far an upload is, and the job that was made of it; clients of tus ask with HEAD."""
    upload = await uploads.get(owner, upload_id)
    return Response(UploadBody.of(upload).model_dump_json(), 200, headers_of(upload), media_type="application/json")


@router.patch(
    "/{upload_id}",
    status_code=204,
    response_class=Response,
    dependencies=_IN_OUR_VERSION,
    openapi_extra=described("Tus-Resumable", "Upload-Offset", "Upload-Checksum", body=True),
    responses={
        204: {**_TOLD, "description": "What was sent has arrived to stay; `Stt-Job-Id` comes with the last byte."},
        **refusals(
            **_BYTES,
            s404=_GONE,
            s409="The upload stands at another `offset` (`offset_conflict`).",
            s413="More bytes came than `Upload-Length` says (`upload_too_long`).",
            s460="What arrived has another checksum (`checksum_mismatch`); nothing of it was kept.",
        ),
    },
)
async def append_to_upload(upload_id: str, request: Request, jobs: Jobs, uploads: Uploads, owner: Caller) -> Response:
    """Send what comes behind `Upload-Offset`, or some of it; the last byte makes the job.

    Whatever arrives before a line is lost stays, unless it came with a checksum.
    """
    offset, checksum = offset_of(request), checksum_of(request)
    upload = await uploads.append(owner, upload_id, offset, body_of(request, jobs), checksum)
    return Response(status_code=204, headers=headers_of(upload))


@router.delete(
    "/{upload_id}",
    status_code=204,
    response_class=Response,
    dependencies=_IN_OUR_VERSION,
    openapi_extra=described("Tus-Resumable"),
    responses=refusals(s404=_GONE, s412=_VERSION),
)
async def end_upload(upload_id: str, uploads: Uploads, owner: Caller) -> Response:
    """Give an upload up, and have what arrived of it removed; a job that was made of it stays."""
    await uploads.end(owner, upload_id)
    return Response(status_code=204)


@router.post("/{upload_id}", include_in_schema=False, dependencies=_IN_OUR_VERSION)
async def overridden(upload_id: str, request: Request, jobs: Jobs, uploads: Uploads, owner: Caller) -> Response:
    """PATCH and DELETE for clients that can send neither, named by `X-HTTP-Method-Override`."""
    match request.headers.get("X-HTTP-Method-Override", "").upper():
        case "PATCH":
            return await append_to_upload(upload_id, request, jobs, uploads, owner)
        case "DELETE":
            return await end_upload(upload_id, uploads, owner)
    raise HTTPException(405, headers={"Allow": "GET, PATCH, DELETE"})

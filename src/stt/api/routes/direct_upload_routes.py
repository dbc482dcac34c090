"""`/api/stt/direct-uploads`: files that clients send straight to the object store."""

from fastapi import Request, Response

from stt.api.answers.paths import path_for
from stt.api.dependencies import Caller, CallerAccess, DirectUploads, Jobs
from stt.api.routes.routing import new_router
from stt.api.schemas.direct_upload import DirectUploadBody, DirectUploadForm
from stt.api.schemas.error import refusals
from stt.api.schemas.job import JobBody

router = new_router("/api/stt/direct-uploads", "uploads")

_GONE = "There is no such upload, or it has expired (`upload_not_found`)."


@router.post(
    "",
    status_code=201,
    responses=refusals(
        s400="The file is empty (`file_empty`).",
        s409="This service keeps files in a folder, to which nobody sends directly (`direct_uploads_unsupported`).",
        s413="The file is larger than the service accepts, or the 5 GiB that S3 takes in one request "
        "(`file_too_large`, with `limit` in bytes).",
        s422="A field is not understood (`invalid_field`, `unknown_language` and the other codes of "
        "`POST /api/stt/jobs`).",
    ),
)
async def create_direct_upload(
    form: DirectUploadForm, jobs: Jobs, uploads: DirectUploads, access: CallerAccess
) -> DirectUploadBody:
    """Announce a file that is sent straight to the object store, past this service.

    Options, limits and quotas are looked at now: from here on the upload counts as the job that it will be.
    """
    sha256 = form.sha256.lower() if form.sha256 else None
    options = jobs.options(form.choices)
    return DirectUploadBody.of(*await uploads.create(access, form.filename, form.size, options, sha256))


@router.post(
    "/{upload_id}/confirm",
    status_code=202,
    responses=refusals(
        s404=_GONE,
        s409="Nothing has arrived yet (`upload_not_arrived`).",
        s415="What has arrived is no audio (`unsupported_format`, `content_mismatch`); it was removed.",
        s422="What has arrived is another file than was announced (`size_mismatch`, `sha256_mismatch`).",
        s423="Another request confirms this upload (`upload_busy`).",
    ),
    response_description="The job of the upload; `Location` names it.",
)
async def confirm_direct_upload(
    upload_id: str, request: Request, response: Response, uploads: DirectUploads, owner: Caller
) -> JobBody:
    """Say that the file was sent, and make its job; whoever confirms again is given the same job, as it stands then."""
    job = await uploads.confirm(owner, upload_id)
    response.headers["Location"] = path_for(request, f"/api/stt/jobs/{job.job_id}")
    return JobBody.of(job)


@router.delete("/{upload_id}", status_code=204, responses=refusals(s404=_GONE))
async def end_direct_upload(upload_id: str, uploads: DirectUploads, owner: Caller) -> Response:
    """Give an upload up, and have what has arrived removed; a job that was made of it stays."""
    await uploads.end(owner, upload_id)
    return Response(status_code=204)

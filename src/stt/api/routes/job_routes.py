"""Uploading audio, and asking after it."""

import asyncio
from operator import attrgetter
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from stt.api.dependencies import Caller, Jobs
from stt.api.routes.shortcut import Shortcut
from stt.api.schemas.error import ANY_REFUSAL, refusals
from stt.api.schemas.job import JobBody, UploadAccepted, upload_request
from stt.api.schemas.result import PartialResultBody, ResultBody, partial_document, result_document
from stt.api.uploads import take_upload
from stt.domain.job import JobStatus

SoFar = Annotated[bool, Query(description="Answer with the transcript so far while the job runs.")]
After = Annotated[
    float,
    Query(ge=0, allow_inf_nan=False, description="With `partial`: only segments that begin at this second or later."),
]

LONGEST_WAIT = 30.0
"""Seconds: proxies give up on an answer after a minute."""
Wait = Annotated[
    float,
    Query(ge=0, le=LONGEST_WAIT, allow_inf_nan=False, description="Answer when the job has ended, or after this long."),
]

router = APIRouter(
    prefix="/api/stt", tags=["jobs"], responses=ANY_REFUSAL, generate_unique_id_function=attrgetter("name")
)


@router.post(
    "/upload",
    status_code=202,
    openapi_extra=upload_request(),
    responses=refusals(
        s400="The file is empty (`file_empty`).",
        s408="The client stopped sending (`upload_stalled`).",
        s413="The file is larger than the service accepts (`file_too_large`, with `limit` in bytes).",
        s415="The body is no form (`form_expected`), or the file holds no audio that can be decoded "
        "(`unsupported_format`), though its name says so (`content_mismatch`).",
        s422="A field is missing, sent twice or not understood (`missing_field`, `duplicate_field`, "
        "`invalid_field`, `unknown_language`, `unknown_model`, `model_unavailable`, "
        "`unknown_priority`, `unknown_engine`, `unknown_task`, "
        "`unknown_channels`, `unknown_track`, `unknown_tone_marks`), a text is too long (`prompt_too_long`, "
        "`hotwords_too_long`, with `limit` in characters), or the form is damaged (`malformed_body`).",
        s503="The database or the storage is away; send the file again after `Retry-After` seconds.",
    ),
)
async def upload(request: Request, jobs: Jobs, owner: Caller) -> UploadAccepted:
    """Upload an audio or video file to be transcribed.

    The answer, 202 with a job id, comes once the file is stored and the job recorded: from then on the job
    reaches an end even if parts of the service fail. The form's fields may stand before or after the file.
    """
    stored, options = await take_upload(request, jobs)
    await jobs.accept(owner, stored, options)
    return UploadAccepted(
        job_id=stored.job_id,
        status=JobStatus.PENDING,
        message=f"Accepted. Ask /api/stt/status/{stored.job_id} for progress.",
    )


async def status(job_id: str, jobs: Jobs, owner: Caller, wait: Wait = 0.0) -> Response:
    """How a job stands; with `wait` once it has ended, at latest after so many seconds."""
    body = JobBody.of(await (jobs.ended(owner, job_id, wait) if wait else jobs.status(owner, job_id)))
    # Not as a JobBody: FastAPI would validate it once more, and this is what is asked most.
    return Response(body.model_dump_json(), media_type="application/json")


router.add_api_route(
    "/status/{job_id}",
    status,
    response_model=JobBody,
    responses=refusals(s404="There is no such job (`job_not_found`)."),
    route_class_override=Shortcut,
)


@router.get(
    "/result/{job_id}",
    response_model=ResultBody | PartialResultBody,
    responses=refusals(
        s400="The job is not completed (`job_not_completed`, with its `status`).",
        s404="There is no such job (`job_not_found`), or its transcript was removed (`result_missing`).",
    ),
)
async def result(job_id: str, jobs: Jobs, owner: Caller, partial: SoFar = False, after: After = 0.0) -> Response:
    """The transcript of a completed job; with `partial=1` what can be read of it so far, whatever the job's status."""
    if partial:
        so_far = await jobs.partial(owner, job_id, since=after)
        return await asyncio.to_thread(lambda: JSONResponse(partial_document(so_far)))
    found = await jobs.result(owner, job_id)
    # In a thread, because hours of words would hold up every other request.
    return await asyncio.to_thread(lambda: JSONResponse(result_document(found)))


@router.post(
    "/cancel/{job_id}",
    responses=refusals(
        s404="There is no such job (`job_not_found`).",
        s409="The job is completed or failed already (`job_already_ended`, with its `status`).",
    ),
)
async def cancel(job_id: str, jobs: Jobs, owner: Caller) -> JobBody:
    """Stop a job; cancelling it twice is the same as once."""
    return JobBody.of(await jobs.cancel(owner, job_id))

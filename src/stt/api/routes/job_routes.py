"""Uploading audio, and asking after it, in four calls; `jobs/` has the same as a resource."""

import asyncio
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import JSONResponse, Response

from stt.api.answers.idempotency import ANSWER_HEADERS, key_of, response_of, with_key
from stt.api.dependencies import Caller, CallerAccess, Forecasts, Idempotency, Jobs
from stt.api.reading.uploads import REFUSALS, take_upload
from stt.api.routes.routing import new_router
from stt.api.routes.shortcut import Shortcut
from stt.api.schemas.error import refusals
from stt.api.schemas.job import JobBody, UploadAccepted, upload_request
from stt.api.schemas.result import PartialResultBody, ResultBody, partial_document, result_document
from stt.domain.jobs.idempotency import Answer
from stt.domain.jobs.job import Job, JobStatus

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

router = new_router("/api/stt", "jobs")


@router.post(
    "/upload",
    response_model=UploadAccepted,
    openapi_extra=with_key(upload_request()),
    responses={200: {"headers": ANSWER_HEADERS}, **refusals(**REFUSALS)},
)
async def upload(request: Request, jobs: Jobs, idempotency: Idempotency, access: CallerAccess) -> Response:
    """Upload an audio or video file to be transcribed; `POST /api/stt/jobs` does the same as a resource.

    The answer, with a job id, comes once the file is stored and the job recorded: from then on the job reaches an end
    even if parts of the service fail. The form's fields may stand before or after the file.
    """
    async with idempotency.once(access.owner, key_of(request), "upload") as turn:
        stored, options = await take_upload(request, jobs, turn)
        return response_of(await turn.accept(access, stored, options, _uploaded))


def _uploaded(job: Job) -> Answer:
    message = f"Accepted. Ask /api/stt/status/{job.job_id} for progress."
    body = UploadAccepted(job_id=job.job_id, status=JobStatus.PENDING, message=message)
    return Answer(200, body.model_dump_json(), {})


async def status(job_id: str, jobs: Jobs, forecasts: Forecasts, owner: Caller, wait: Wait = 0.0) -> Response:
    """How a job stands; with `wait` once it has ended, at latest after so many seconds."""
    job = await (jobs.ended(owner, job_id, wait) if wait else jobs.status(owner, job_id))
    body = JobBody.of(job, None if job.status.is_terminal else await forecasts.of(job_id))
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
        s400="The job is not completed (`job_not_completed`, with its `job_status`).",
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
        s409="The job is completed or failed already (`job_already_ended`, with its `job_status`).",
    ),
)
async def cancel(job_id: str, jobs: Jobs, owner: Caller) -> JobBody:
    """Stop a job; cancelling it twice is the same as once."""
    return JobBody.of(await jobs.cancel(owner, job_id))

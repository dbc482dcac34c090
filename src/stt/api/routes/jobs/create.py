"""`POST /api/stt/jobs`."""

from fastapi import Request, Response

from stt.api.answers.idempotency import ANSWER_HEADERS, key_of, response_of, with_key
from stt.api.answers.paths import path_for
from stt.api.dependencies import CallerAccess, Idempotency, Jobs, ObjectTaker, UrlFetcher
from stt.api.reading.job_request import is_json, take_request
from stt.api.reading.uploads import REFUSALS, take_upload
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.job import JobBody
from stt.api.schemas.job_request import job_request
from stt.domain.jobs.idempotency import Answer
from stt.domain.jobs.job import Job

router = new_router("/api/stt/jobs", "jobs")


@router.post(
    "",
    status_code=202,
    response_model=JobBody,
    openapi_extra=with_key(job_request()),
    responses={202: {"headers": ANSWER_HEADERS}, **refusals(**REFUSALS)},
    response_description="The file is stored, and the job will reach an end; `Location` names it.",
)
async def create_job(
    request: Request, jobs: Jobs, urls: UrlFetcher, objects: ObjectTaker, idempotency: Idempotency, access: CallerAccess
) -> Response:
    """Make a job of an audio or video file, sent in a form, fetched from a `url`, or an `object` of the bucket.

    The answer comes once the file is stored and the job recorded: from then on the job reaches an end even if parts of
    the service fail. The form's fields may stand before or after the file. A file is fetched while the request waits.
    """

    def accepted(job: Job) -> Answer:
        location = path_for(request, f"/api/stt/jobs/{job.job_id}")
        return Answer(202, JobBody.of(job).model_dump_json(), {"Location": location})

    async with idempotency.once(access.owner, key_of(request), "jobs") as turn:
        if is_json(request):
            stored, options = await take_request(request, jobs, urls, objects, turn)
        else:
            stored, options = await take_upload(request, jobs, turn)
        return response_of(await turn.accept(access, stored, options, accepted))

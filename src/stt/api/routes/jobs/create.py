"""`POST /api/stt/jobs`."""

from operator import attrgetter

from fastapi import APIRouter, Request, Response

from stt.api.dependencies import CallerAccess, Jobs, UrlFetcher
from stt.api.job_request import is_json, take_request
from stt.api.schemas.error import ANY_REFUSAL, refusals
from stt.api.schemas.job import JobBody
from stt.api.schemas.job_request import job_request
from stt.api.uploads import REFUSALS, take_upload

router = APIRouter(
    prefix="/api/stt/jobs", tags=["jobs"], responses=ANY_REFUSAL, generate_unique_id_function=attrgetter("name")
)


@router.post(
    "",
    status_code=202,
    openapi_extra=job_request(),
    responses=refusals(**REFUSALS),
    response_description="The file is stored, and the job will reach an end; `Location` names it.",
)
async def create_job(
    request: Request, response: Response, jobs: Jobs, urls: UrlFetcher, access: CallerAccess
) -> JobBody:
    """Make a job of an audio or video file, sent in a form or fetched from a `url` in JSON.

    The answer comes once the file is stored and the job recorded: from then on the job reaches an end even if parts of
    the service fail. The form's fields may stand before or after the file. A file is fetched while the request waits.
    """
    taking = take_request(request, jobs, urls) if is_json(request) else take_upload(request, jobs)
    stored, options = await taking
    job = await jobs.accept(access, stored, options)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/api/stt/jobs/{job.job_id}"
    return JobBody.of(job)

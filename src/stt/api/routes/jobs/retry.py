"""`POST /api/stt/jobs/{job_id}/retry`."""

from operator import attrgetter

from fastapi import APIRouter

from stt.api.dependencies import CallerAccess, Retries
from stt.api.schemas.error import ANY_REFUSAL, refusals
from stt.api.schemas.job import JobBody

router = APIRouter(
    prefix="/api/stt/jobs", tags=["jobs"], responses=ANY_REFUSAL, generate_unique_id_function=attrgetter("name")
)


@router.post(
    "/{job_id}/retry",
    status_code=202,
    responses=refusals(
        s404="There is no such job (`job_not_found`).",
        s409="The job did not fail and was not cancelled (`job_not_ended_early`, with its `job_status`), or its audio "
        "was removed (`media_missing`).",
    ),
)
async def retry_job(job_id: str, retries: Retries, access: CallerAccess) -> JobBody:
    """Begin a job again that failed or was cancelled; of what was transcribed nothing is done twice."""
    return JobBody.of(await retries.retry(access, job_id))

"""`POST /api/stt/jobs/{job_id}/retry`."""

from stt.api.dependencies import CallerAccess, Retries
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.job import JobBody

router = new_router("/api/stt/jobs", "jobs")


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

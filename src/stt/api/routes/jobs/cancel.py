"""`POST /api/stt/jobs/{job_id}/cancel`."""

from stt.api.dependencies import Caller, Jobs
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.job import JobBody

router = new_router("/api/stt/jobs", "jobs")


@router.post(
    "/{job_id}/cancel",
    responses=refusals(
        s404="There is no such job (`job_not_found`).",
        s409="The job is completed or failed already (`job_already_ended`, with its `job_status`).",
    ),
)
async def cancel_job(job_id: str, jobs: Jobs, owner: Caller) -> JobBody:
    """Stop a job, and the inference on it; cancelling it twice is the same as once."""
    return JobBody.of(await jobs.cancel(owner, job_id))

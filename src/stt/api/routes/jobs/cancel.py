"""`POST /api/stt/jobs/{job_id}/cancel`."""

from operator import attrgetter

from fastapi import APIRouter

from stt.api.dependencies import Caller, Jobs
from stt.api.schemas.error import ANY_REFUSAL, refusals
from stt.api.schemas.job import JobBody

router = APIRouter(
    prefix="/api/stt/jobs", tags=["jobs"], responses=ANY_REFUSAL, generate_unique_id_function=attrgetter("name")
)


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

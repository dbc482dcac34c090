"""`DELETE /api/stt/jobs/{job_id}`."""

from stt.api.dependencies import Caller, Deletions
from stt.api.routes.routing import new_router
from stt.api.schemas.erased import ErasedBody
from stt.api.schemas.error import refusals

router = new_router("/api/stt/jobs", "jobs")


@router.delete("/{job_id}", responses=refusals(s404="There is no such job (`job_not_found`)."))
async def delete_job(job_id: str, deletions: Deletions, owner: Caller) -> ErasedBody:
    """Erase a job: its audio, its transcript and what the database knows of it; one that runs is stopped first.

    Nobody sees it from the answer on. What a worker writes that has not heard of it yet is erased a minute later.
    """
    return ErasedBody.model_validate(await deletions.delete(owner, job_id))

"""`DELETE /api/stt/jobs/{job_id}`."""

from operator import attrgetter

from fastapi import APIRouter

from stt.api.dependencies import Caller, Deletions
from stt.api.schemas.erased import ErasedBody
from stt.api.schemas.error import ANY_REFUSAL, refusals

router = APIRouter(
    prefix="/api/stt/jobs", tags=["jobs"], responses=ANY_REFUSAL, generate_unique_id_function=attrgetter("name")
)


@router.delete("/{job_id}", responses=refusals(s404="There is no such job (`job_not_found`)."))
async def delete_job(job_id: str, deletions: Deletions, owner: Caller) -> ErasedBody:
    """Erase a job: its audio, its transcript and what the database knows of it; one that runs is stopped first.

    Nobody sees it from the answer on. What a worker writes that has not heard of it yet is erased a minute later.
    """
    return ErasedBody.model_validate(await deletions.delete(owner, job_id))

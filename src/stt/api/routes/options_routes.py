"""What may be chosen for an upload."""

from operator import attrgetter

from fastapi import APIRouter

from stt.api.dependencies import Jobs
from stt.api.schemas.options import OptionsBody

router = APIRouter(prefix="/api/stt", tags=["jobs"], generate_unique_id_function=attrgetter("name"))


@router.get("/options")
async def options(jobs: Jobs) -> OptionsBody:
    """Languages, models and files that this service takes, and what it assumes where an upload says nothing."""
    return OptionsBody.of(jobs.policy)

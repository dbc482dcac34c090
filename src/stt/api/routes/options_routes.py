"""What may be chosen for an upload."""

from stt.api.dependencies import Jobs
from stt.api.routes.routing import new_router
from stt.api.schemas.options import OptionsBody

router = new_router("/api/stt", "jobs")


@router.get("/options")
async def options(jobs: Jobs) -> OptionsBody:
    """Languages, models and files that this service takes, and what it assumes where an upload says nothing."""
    return OptionsBody.of(jobs.policy)

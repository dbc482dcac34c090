"""`GET /api/stt/jobs/{job_id}`."""

from stt.api.routes.job_routes import status
from stt.api.routes.routing import new_router
from stt.api.routes.shortcut import Shortcut
from stt.api.schemas.error import refusals
from stt.api.schemas.job import JobBody

router = new_router("/api/stt/jobs", "jobs")

router.add_api_route(
    "/{job_id}",
    status,
    name="show_job",
    response_model=JobBody,
    responses=refusals(s404="There is no such job (`job_not_found`)."),
    route_class_override=Shortcut,
)

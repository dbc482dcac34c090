"""`GET /api/stt/jobs/{job_id}`."""

from operator import attrgetter

from fastapi import APIRouter

from stt.api.routes.job_routes import status
from stt.api.routes.shortcut import Shortcut
from stt.api.schemas.error import ANY_REFUSAL, refusals
from stt.api.schemas.job import JobBody

router = APIRouter(
    prefix="/api/stt/jobs", tags=["jobs"], responses=ANY_REFUSAL, generate_unique_id_function=attrgetter("name")
)

router.add_api_route(
    "/{job_id}",
    status,
    name="show_job",
    response_model=JobBody,
    responses=refusals(s404="There is no such job (`job_not_found`)."),
    route_class_override=Shortcut,
)

"""Whether the service lives, and whether it can do its work."""

from operator import attrgetter

from fastapi import APIRouter, Response

from stt.api.dependencies import Health
from stt.api.guard.scopes import public
from stt.api.schemas.health import LiveBody, ReadyBody

router = APIRouter(prefix="/health", tags=["health"], generate_unique_id_function=attrgetter("name"))


@router.get("/live")
@public
async def live() -> LiveBody:
    """The process answers; it says nothing about the parts."""
    return LiveBody()


@router.get("/ready", responses={503: {"model": ReadyBody, "description": "Uploads are not accepted now."}})
@public
async def ready(health: Health, response: Response) -> ReadyBody:
    """The database, the storage and the queue answer.

    Without the queue uploads are still accepted and run when it is back: that is `degraded`, with status 200.
    """
    found = await health.check()
    response.status_code = 200 if found.accepts_uploads else 503
    return ReadyBody.of(found)

"""`GET /api/stt/jobs/{job_id}/events`."""

from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.sse import ServerSentEvent

from stt.api.dependencies import Caller, Events
from stt.api.event_stream import STREAM, After, EventStream, LastEventId, NoMore, frames, position_of
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.domain.errors import Unavailable
from stt.domain.events.position import Position

router = new_router("/api/stt/jobs", "events")


async def _position(
    job_id: str, events: Events, owner: Caller, last_event_id: LastEventId = None, after: After = None
) -> Position | None:
    """Where to go on; raises `NotFound`, or `NoMore` where all was told. FastAPI asks it before it answers."""
    position = position_of(last_event_id, after)
    try:
        is_over = await events.is_over(owner, job_id, position)
    except Unavailable:
        return position
    if is_over:
        raise NoMore
    return position


@router.get(
    "/{job_id}/events",
    response_class=EventStream,
    responses={
        **STREAM,
        204: {"description": "The job has ended, and all of it was told."},
        **refusals(s404="There is no such job (`job_not_found`)."),
    },
)
async def job_events(
    request: Request,
    job_id: str,
    events: Events,
    owner: Caller,
    position: Annotated[Position | None, Depends(_position)],
) -> AsyncIterable[ServerSentEvent]:
    """What happens to a job, while it happens: stages, progress, its text as it can be read, and its end.

    A stream that breaks goes on where it was. It ends behind the end of the job.
    """
    async for frame in frames(request, events.of_job(owner, job_id, position)):
        yield frame

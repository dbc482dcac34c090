"""`GET /api/stt/events`."""

from collections.abc import AsyncIterable

from fastapi import Request
from fastapi.sse import ServerSentEvent

from stt.api.dependencies import Caller, Events
from stt.api.event_stream import STREAM, After, EventStream, LastEventId, frames, position_of
from stt.api.routes.routing import new_router

router = new_router("/api/stt", "events")


@router.get("/events", response_class=EventStream, responses=STREAM)
async def all_events(
    request: Request, events: Events, owner: Caller, last_event_id: LastEventId = None, after: After = None
) -> AsyncIterable[ServerSentEvent]:
    """What happens to all jobs from now on, but their text; a stream that breaks goes on where it was."""
    async for frame in frames(request, events.of_owner(owner, position_of(last_event_id, after))):
        yield frame

"""Server-sent events, as the HTML standard writes them (section 9.2).

A browser gives up a stream for good that is answered with anything but 200, and only 204 tells it politely that there
will be no more. So an outage is waited out behind a 200, and a position that is not known any more is an event.
"""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from stt.api.answers.head import is_head
from stt.api.dependencies import forecasts_of
from stt.api.guard.scopes import may_still
from stt.api.schemas.eta import EtaBody
from stt.api.schemas.event import event_document
from stt.domain.events.position import Position
from stt.services.events.happenings import Gone, Happening, Told

RETRY_MILLISECONDS = 2000
"""How long a client waits before it comes back: a service that is started anew takes about as long."""
UNKNOWN = Position(event_id=-1)
"""A position that leads nowhere."""

LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", description="Go on behind this event.")]
After = Annotated[str | None, Query(description="The same, for clients that cannot set the header.")]

STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events, until the client leaves.",
        "content": {
            "text/event-stream": {
                "example": "event: job.stage\nid: 1042\n"
                'data: {"type": "job.stage", "status": "PROCESSING", "stage": "transcribe", "progress": 0.0}\n\n'
            }
        },
    }
}


class EventStream(EventSourceResponse):
    """A stream of events; refusals before it begins are no events, which a `media_type` here would make of them."""

    media_type = None  # type: ignore[assignment]


class NoMore(Exception):
    """Nothing will ever come on this stream: 204."""


async def no_more(_request: Request, _error: Exception) -> Response:
    """The answer that ends a browser's stream for good."""
    return Response(status_code=HTTPStatus.NO_CONTENT)


def position_of(last_event_id: str | None, after: str | None) -> Position | None:
    """Where a client wants to go on; `None` where it says nothing."""
    written = last_event_id or after
    return (Position.read(written) or UNKNOWN) if written else None


async def frames(request: Request, happenings: AsyncIterator[Happening]) -> AsyncIterator[ServerSentEvent]:
    """The events of a stream, as long as the caller's key is good; comments in between are FastAPI's, every 15 s."""
    yield ServerSentEvent(comment="events", retry=RETRY_MILLISECONDS)
    if is_head(request.scope):
        return
    async with aclosing(happenings) as arriving:  # type: ignore[type-var]
        async for happening in arriving:
            if not await may_still(request):
                return
            document = event_document(happening)
            if isinstance(happening, Told) and document and not happening.event.kind.is_end:
                document["eta"] = await _eta(request, happening.event.job_id)
            yield ServerSentEvent(
                event=document and document["type"],
                raw_data=document and json.dumps(document, ensure_ascii=False),
                id=None if isinstance(happening, Gone) else str(happening.position),
            )


async def _eta(request: Request, job_id: str) -> dict[str, Any] | None:
    """When the job will be done, as of now."""
    body = EtaBody.of(await (await forecasts_of(request)).of(job_id))
    return None if body is None else body.model_dump()

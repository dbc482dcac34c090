"""`GET /api/stt/jobs/{job_id}/media`."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from stt.api.answers.downloads import downloaded
from stt.api.dependencies import Caller, Downloads
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals

router = new_router("/api/stt/jobs", "jobs")
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_AUDIO: dict[str, Any] = {"content": {"audio/*": _BINARY, "video/*": _BINARY, "application/octet-stream": _BINARY}}


@router.get(
    "/{job_id}/media",
    response_class=Response,
    responses={
        200: _AUDIO | {"description": "The file as it was uploaded, with its own media type."},
        206: _AUDIO | {"description": "The range of it that `Range` asks for."},
        304: {"description": "It is as `If-None-Match` knows it."},
        **refusals(
            s404="There is no such job (`job_not_found`), or its audio was removed (`media_missing`).",
            s416="The range begins behind the end (`range_not_satisfiable`).",
        ),
    },
)
async def job_media(job_id: str, request: Request, owner: Caller, downloads: Downloads) -> Response:
    """The audio of a job as it was uploaded; players seek in it by `Range`."""
    return downloaded(request, await downloads.media(owner, job_id))

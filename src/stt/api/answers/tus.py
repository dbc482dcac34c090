"""What answers say to clients of tus 1.0.0, the protocol of resumable uploads."""

from email.utils import format_datetime
from http import HTTPStatus

from starlette._utils import get_route_path
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stt.domain.jobs.checksum import ALGORITHMS
from stt.domain.jobs.upload import Upload

VERSION = "1.0.0"
PREFIX = "/api/stt/uploads"
JOB_ID = "Stt-Job-Id"
EXTENSIONS = ("creation", "creation-with-upload", "checksum", "expiration", "termination")
EXPOSED = (
    "Tus-Resumable",
    "Tus-Version",
    "Tus-Extension",
    "Tus-Max-Size",
    "Tus-Checksum-Algorithm",
    "Upload-Offset",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Expires",
    JOB_ID,
)
"""Headers that pages of other origins may read."""


class TusVersion:
    """Adds to every answer about uploads, refusals too, which version of the protocol it is in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not f"{get_route_path(scope)}/".startswith(f"{PREFIX}/"):
            await self.app(scope, receive, send)
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Tus-Resumable"] = VERSION
                if message["status"] == HTTPStatus.PRECONDITION_FAILED:
                    headers["Tus-Version"] = VERSION
            await send(message)

        await self.app(scope, receive, telling)


def what_there_is(most_bytes: int) -> dict[str, str]:
    """Headers that tell a client what it may use."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(most_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def headers_of(upload: Upload) -> dict[str, str]:
    """Headers that tell how far an upload is."""
    headers = {
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.length),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
        "Cache-Control": "no-store",
    }
    if upload.metadata:
        headers["Upload-Metadata"] = upload.metadata
    if upload.is_finished:
        headers[JOB_ID] = upload.upload_id
    return headers

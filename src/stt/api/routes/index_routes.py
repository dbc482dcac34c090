"""What stands at the root: the page for browsers, and for programs where to go."""

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from stt import __version__
from stt.api.answers.paths import path_for
from stt.api.guard.scopes import public
from stt.api.page import SECURITY, PageFile, page

FOREVER = "public, max-age=31536000, immutable"
"""A file's path names the content of all files, so that nothing else ever lies there."""

router = APIRouter(include_in_schema=False)


@router.get("/")
@public
async def index(request: Request) -> Response:
    """The page to whoever asks for HTML by name, as browsers do; what asks for anything is a program."""
    if "text/html" in request.headers.get("accept", ""):
        return _answer(request, page().start, {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"})
    docs, openapi = path_for(request, "/docs"), path_for(request, "/openapi.json")
    where = {"service": "stt", "version": __version__, "docs": docs, "openapi": openapi}
    return JSONResponse(where, headers={"Vary": "Accept"})


@router.get("/web/{version}/{name:path}")
@public
async def file(version: str, name: str, request: Request) -> Response:
    """One of the files that the page loads."""
    found = page().files.get(name)
    if version != page().version or found is None:
        raise HTTPException(404)
    return _answer(request, found, {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"})


def _answer(request: Request, found: PageFile, headers: dict[str, str]) -> Response:
    headers = headers | SECURITY | {"ETag": found.etag}
    if found.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.media_type, headers=headers | {"Content-Encoding": "gzip"})
    return Response(found.body, media_type=found.media_type, headers=headers)

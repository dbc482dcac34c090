"""The description of the API for people: Swagger UI, which lies in the package, so that it needs no other server."""

import gzip
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.exceptions import HTTPException
from starlette.responses import Response

from stt.api.guard.scopes import public

FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
"""Names and media types of what a browser loads; they lie compressed in `assets/swagger-ui/`."""
KEPT_SECONDS = 3600

router = APIRouter(prefix="/docs", include_in_schema=False)


@router.get("")
@public
async def docs(request: Request) -> Response:
    """The page. It names what it loads beside itself, so that it works behind a proxy that takes a prefix away."""
    prefix = request.scope.get("root_path", "")
    return get_swagger_ui_html(
        openapi_url=f"{prefix}/openapi.json" if prefix else "openapi.json",
        title="stt",
        swagger_js_url="docs/swagger-ui-bundle.js",
        swagger_css_url="docs/swagger-ui.css",
        swagger_favicon_url="data:,",
        swagger_ui_parameters={"validatorUrl": None},  # it would be asked for a picture of how valid this is
    )


@router.get("/{name}")
@public
async def asset(name: str, request: Request) -> Response:
    """One of the files that the page loads."""
    if name not in FILES:
        raise HTTPException(404)
    body = files("stt").joinpath("assets", "swagger-ui", f"{name}.gz").read_bytes()
    headers = {"Cache-Control": f"max-age={KEPT_SECONDS}", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(body, media_type=FILES[name], headers=headers | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(body), media_type=FILES[name], headers=headers)

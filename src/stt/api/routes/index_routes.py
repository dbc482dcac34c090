"""What stands at the root."""

from fastapi import APIRouter, Request

from stt import __version__

router = APIRouter(include_in_schema=False)


@router.get("/")
async def index(request: Request) -> dict[str, str]:
    """Where to go from here."""
    prefix = request.scope.get("root_path", "")
    return {"service": "stt", "version": __version__, "docs": f"{prefix}/docs", "openapi": f"{prefix}/openapi.json"}

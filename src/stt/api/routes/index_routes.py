"""What stands at the root."""

from fastapi import APIRouter

from stt import __version__

router = APIRouter(include_in_schema=False)


@router.get("/")
async def index() -> dict[str, str]:
    """Where to go from here."""
    return {"service": "stt", "version": __version__, "docs": "/docs", "openapi": "/openapi.json"}

"""How the rooms of routes begin."""

from operator import attrgetter

from fastapi import APIRouter

from stt.api.schemas.error import ALWAYS, refusals


def new_router(prefix: str, tag: str) -> APIRouter:
    """A router whose operations are known by the names of their functions, and refuse what every operation refuses."""
    return APIRouter(
        prefix=prefix, tags=[tag], responses=refusals(**ALWAYS), generate_unique_id_function=attrgetter("name")
    )

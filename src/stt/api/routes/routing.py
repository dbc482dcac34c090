"""How the rooms of routes begin."""

from operator import attrgetter

from fastapi import APIRouter

from stt.api.schemas.error import ANY_REFUSAL


def new_router(prefix: str, tag: str) -> APIRouter:
    """A router whose operations are known by the names of their functions, and may refuse anything in one form."""
    return APIRouter(prefix=prefix, tags=[tag], responses=ANY_REFUSAL, generate_unique_id_function=attrgetter("name"))
